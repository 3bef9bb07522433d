import { randomUUID } from 'node:crypto'
import { closeSync, constants, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../machine/make-folder.ts'
import { addToTotals, emptyTotals, parseAction, type PlanTotals, type PlannedAction } from './plan-format.ts'
import { linesOf } from './lines.ts'

/** Actions that are written down until all of them are known, so that a plan of any length takes no memory. */
export interface PlanSpool extends Disposable {
  readonly totals: Record<keyof PlanTotals, number>
  add(action: PlannedAction): void
  /** The actions, in the order they came; nothing may be added any more. */
  actions(): Iterable<PlannedAction>
  /** The lines as bytes, piece by piece. */
  bytes(): Iterable<Uint8Array>
}

const bufferBytes = 64 * 1024
const pieceBytes = 1024 * 1024

/** A spool in a folder of this machine, readable by this account only; nothing of it outlives the process. */
export function createPlanSpool(folder: string): PlanSpool {
  makeFolder(folder, 0o700)
  const file = join(folder, `spool-${process.pid}-${randomUUID()}`)
  const descriptor = openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600)
  // Where a file without a name can stay open, a killed process leaves nothing.
  const named = process.platform === 'win32'
  if (!named) unlinkSync(file)
  const totals = emptyTotals()
  let waiting: string[] = []
  let waitingChars = 0
  let written = 0
  let closed = false

  const flush = (): void => {
    const bytes = Buffer.from(waiting.join(''))
    waiting = []
    waitingChars = 0
    for (let done = 0; done < bytes.byteLength;) done += writeSync(descriptor, bytes, done, bytes.byteLength - done, written + done)
    written += bytes.byteLength
  }
  return {
    totals,
    add(action) {
      addToTotals(totals, action)
      const line = `${JSON.stringify(action)}\n`
      waiting.push(line)
      waitingChars += line.length
      if (waitingChars >= bufferBytes) flush()
    },
    *actions() {
      flush()
      let number = 0
      for (const line of linesOf(descriptor, 0, file)) yield parseAction(line, file, ++number)
    },
    *bytes() {
      flush()
      const piece = Buffer.allocUnsafeSlow(pieceBytes)
      for (let position = 0, count = 1; count > 0; position += count) {
        count = readSync(descriptor, piece, 0, pieceBytes, position)
        if (count > 0) yield piece.subarray(0, count)
      }
    },
    [Symbol.dispose]() {
      if (closed) return
      closed = true
      closeSync(descriptor)
      if (named) unlinkSync(file)
    },
  }
}
