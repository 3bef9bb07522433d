import { describe, expect, test } from 'vitest'
import type { TransferEvent } from '../src/host/client.ts'
import { createProgress } from '../src/host/terminal/progress.ts'
import { recordedTerminal } from './support/terminal.ts'

/** Tells of `files` files of 1 MiB each, in quarters, one second between events. */
function transfers(files: number, onEvent: (event: TransferEvent) => void, tick: (milliseconds: number) => void): void {
  const size = 1024 * 1024
  onEvent({ type: 'plan', files, bytes: files * size })
  for (let i = 0; i < files; i++) {
    const path = `frame.${i}.png`
    onEvent({ type: 'transfer-start', operation: 'write', path, total: size })
    for (let part = 1; part <= 4; part++) {
      tick(1000)
      onEvent({ type: 'transfer-delta', path, bytes: size / 4, loaded: (size / 4) * part })
    }
    onEvent({ type: 'transfer-end', path, loaded: size })
  }
}

function clock(): { readonly now: () => number; readonly tick: (milliseconds: number) => void } {
  let time = 0
  return { now: () => time, tick: milliseconds => void (time += milliseconds) }
}

describe('progress', () => {
  test('in a log is one line per ten seconds at most, with totals, rate and remaining time', () => {
    const terminal = recordedTerminal({ tty: false })
    const { now, tick } = clock()
    using progress = createProgress(terminal, { now })
    transfers(10, progress.onEvent, tick)
    const lines = terminal.written.trimEnd().split('\n')
    expect(lines).toHaveLength(4)
    expect(lines[0]).toBe('2/10 files  2.5 MiB/10.0 MiB   25%  256.0 KiB/s  30s left')
    expect(lines[3]).toContain('10.0 MiB/10.0 MiB  100%')
  })

  test('in a log is silent for what is done sooner, however many events there are', () => {
    const terminal = recordedTerminal({ tty: false })
    const { now } = clock()
    using progress = createProgress(terminal, { now })
    transfers(5000, progress.onEvent, () => undefined)
    expect(terminal.written).toBe('')
  })

  test('at a terminal draws a bar per file and the totals, and takes them away', async () => {
    const terminal = recordedTerminal({ columns: 60 })
    const progress = createProgress(terminal)
    progress.onEvent({ type: 'plan', files: 6, bytes: 6000 })
    for (const path of ['a', 'b', 'c', 'd', 'e', 'f']) progress.onEvent({ type: 'transfer-start', operation: 'write', path, total: 1000 })
    progress.onEvent({ type: 'transfer-delta', path: 'a', bytes: 500, loaded: 500 })
    await expect.poll(() => terminal.screen).toHaveLength(6)
    expect(terminal.screen[0]).toMatch(/^a +\[={10} {10}\] +50%$/)
    expect(terminal.screen[4]).toBe('and 2 more')
    expect(terminal.screen[5]).toMatch(/^0\/6 files {2}500 B\/5\.9 KiB {4}8%/)
    progress[Symbol.dispose]()
    expect(terminal.screen).toEqual([''])
  })

  test('counts what an earlier process moved as loaded, not as rate', () => {
    const terminal = recordedTerminal({ tty: false })
    const { now, tick } = clock()
    using progress = createProgress(terminal, { now })
    progress.onEvent({ type: 'transfer-start', operation: 'write', path: 'a', total: 2048 })
    progress.onEvent({ type: 'transfer-resume', path: 'a', bytes: 1024, loaded: 1024 })
    tick(10_000)
    progress.onEvent({ type: 'transfer-delta', path: 'a', bytes: 0, loaded: 1024 })
    expect(terminal.written).toBe('0 files  1.0 KiB/2.0 KiB   50%\n')
  })

  test('tells why it waits', () => {
    const terminal = recordedTerminal({ tty: false })
    const { now, tick } = clock()
    using progress = createProgress(terminal, { now })
    tick(10_000)
    progress.onEvent({ type: 'retry', operation: 'write', attempt: 1, delayMs: 3000, code: 'rate-limited' })
    expect(terminal.written).toContain('waiting 3s after rate-limited')
  })

  test('prints a warning once, also where it is switched off', () => {
    const terminal = recordedTerminal({ tty: false })
    const { now, tick } = clock()
    using progress = createProgress(terminal, { enabled: false, now })
    transfers(10, progress.onEvent, tick)
    for (let i = 0; i < 3; i++) progress.onEvent({ type: 'warning', message: 'mtime is not\u001b kept' })
    expect(terminal.written).toBe('warning: mtime is not\\u001b kept\n')
  })

  test('of many small files tells files a second, and a remaining time by their number', () => {
    const terminal = recordedTerminal({ tty: false })
    const { now, tick } = clock()
    using progress = createProgress(terminal, { now })
    progress.onEvent({ type: 'plan', files: 10_000, bytes: 10_000_000 })
    for (let count = 0; count < 2000; count++) {
      tick(10)
      const path = `file ${count}`
      progress.onEvent({ type: 'transfer-start', operation: 'write', path, total: 4096 })
      progress.onEvent({ type: 'transfer-delta', path, bytes: 4096, loaded: 4096 })
      progress.onEvent({ type: 'transfer-end', path, loaded: 4096 })
    }
    // 100 files a second: 8,001 to go.
    expect(terminal.written.trimEnd().split('\n').at(-1)).toMatch(/1999\/10000 files .* 100 files\/s {2}1m 20s left/)
  })
})
