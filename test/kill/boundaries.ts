import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { DatabaseSync, StatementSync } from 'node:sqlite'

/** Calls that change what lies on the disk, or what another process sees of it. */
const calls = [
  'appendFileSync',
  'chmodSync',
  'closeSync',
  'copyFileSync',
  'fdatasync',
  'fdatasyncSync',
  'fsync',
  'fsyncSync',
  'ftruncateSync',
  'futimesSync',
  'linkSync',
  'mkdirSync',
  'openSync',
  'renameSync',
  'rmSync',
  'rmdirSync',
  'unlinkSync',
  'utimesSync',
  'write',
  'writeFileSync',
  'writeSync',
]

/** Counts the boundaries of such calls from `begin` on; at the wanted one the process is killed, before it does anything else. */
export class Boundaries {
  passed = 0
  private at: number | undefined
  private counting = false

  /** Must run before the modules under test are loaded: they take the functions as they then are. */
  constructor() {
    for (const name of calls) this.wrap(fs, name)
    syncBuiltinESMExports()
    this.wrap(DatabaseSync.prototype, 'exec')
    this.wrap(StatementSync.prototype, 'run')
  }

  begin(killAt: number | undefined): void {
    this.at = killAt
    this.passed = 0
    this.counting = true
  }

  private wrap(owner: object, name: string): void {
    const original: unknown = Reflect.get(owner, name)
    if (typeof original !== 'function') throw new Error(`There is no function ${name}.`)
    const pass = () => this.pass()
    const wrapped = new Proxy(original, {
      apply(target, self, args) {
        pass()
        const result: unknown = Reflect.apply(target, self, args)
        pass()
        return result
      },
    })
    Object.defineProperty(owner, name, { value: wrapped, writable: true, configurable: true, enumerable: true })
  }

  private pass(): void {
    if (this.counting && this.passed++ === this.at) process.kill(process.pid, 'SIGKILL')
  }
}
