import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { seededBytes } from './random.ts'

/** The folders of one trial. They have the same names in every trial, since some of what is stored names them. */
export class Place {
  readonly base: string
  readonly folder: string

  constructor(base: string) {
    this.base = base
    this.folder = join(base, 'trial')
    mkdirSync(this.folder, { recursive: true })
  }

  /** The state of the processes that are killed, and of a reader, which shares nothing with them. */
  get home(): string {
    return join(this.folder, 'home')
  }

  get readerHome(): string {
    return join(this.base, 'reader')
  }

  get store(): string {
    return join(this.folder, 'store')
  }

  get source(): string {
    return join(this.folder, 'source')
  }

  get destination(): string {
    return join(this.folder, 'destination')
  }

  get project(): string {
    return join(this.folder, 'project')
  }

  /** Keeps what is there as what every trial begins with. */
  keep(): void {
    renameSync(this.folder, join(this.base, 'kept'))
    this.reset()
  }

  /** Puts everything back to what was kept, with its times to the nanosecond. */
  reset(): void {
    rmSync(this.folder, { recursive: true, force: true })
    const done = spawnSync('cp', ['-a', join(this.base, 'kept'), this.folder], { encoding: 'utf8' })
    if (done.status !== 0) throw new Error(done.stderr)
  }

  /** A file whose content is the same for the same text. */
  write(path: string, text: string, size: number): void {
    const file = join(this.folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, seededBytes(text, size))
  }

  [Symbol.dispose](): void {
    rmSync(this.base, { recursive: true, force: true })
  }
}

/** A temporary folder for the trials of one operation. */
export function makePlace(): Place {
  return new Place(mkdtempSync(join(tmpdir(), 'fairlead-kill-')))
}
