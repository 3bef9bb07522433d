import { randomUUID } from 'node:crypto'
import { closeSync, constants, fstatSync, fsyncSync, lstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { FairleadError } from '../../contract/errors.ts'
import { linesOf } from './lines.ts'
import {
  addToTotals,
  emptyTotals,
  parseAction,
  parseHeader,
  planSchema,
  type PlanHeader,
  type PlanTotals,
  type PlannedAction,
} from './plan-format.ts'
import type { PlanSpool } from './plan-spool.ts'

/** A plan that was read and found whole. */
export interface PlanFile extends Disposable {
  readonly header: PlanHeader
  /** The actions in their order; may be asked for again. */
  actions(): Iterable<PlannedAction>
}

/**
 * Refuses, `already-exists`, to put a plan in the place of anything but an older plan, before time is spent on making it.
 */
export function checkPlanTarget(file: string): void {
  const stats = lstatSync(file, { throwIfNoEntry: false })
  if (stats === undefined) return
  if (stats.isFile() && (stats.size === 0 || isPlan(file))) return
  throw new FairleadError('already-exists', `"${file}" already exists and is not a sync plan.`, {
    path: file,
    hint: 'Choose another file.',
  })
}

function isPlan(file: string): boolean {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    for (const line of linesOf(descriptor, 0, file)) {
      parseHeader(line, file)
      return true
    }
    return false
  } catch (error) {
    // A plan of a newer Fairlead is one.
    if (FairleadError.is(error)) return error.code === 'config-invalid'
    throw error
  } finally {
    closeSync(descriptor)
  }
}

/** Writes a plan as a whole, readable by this account only; an older one at its place is replaced. */
export function writePlanFile(file: string, header: Omit<PlanHeader, 'fairlead' | 'schema'>, spool: PlanSpool): void {
  checkPlanTarget(file)
  const temporary = join(dirname(resolve(file)), `.${basename(file).slice(0, 100)}.${randomUUID().slice(0, 8)}.new`)
  const whole: PlanHeader = { fairlead: 'sync-plan', schema: planSchema, ...header }
  try {
    const descriptor = openSync(temporary, 'wx', 0o600)
    try {
      writeAll(descriptor, Buffer.from(`${JSON.stringify(whole)}\n`))
      for (const piece of spool.bytes()) writeAll(descriptor, piece)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(temporary, file)
  } catch (cause) {
    rmSync(temporary, { force: true })
    if (FairleadError.is(cause)) throw cause
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw new FairleadError('input-invalid', `the plan "${file}" can't be written (${reason}).`, {
      path: file,
      hint: 'Give a file in a folder that you can write to.',
      cause,
    })
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.byteLength;) done += writeSync(descriptor, bytes, done)
}

/**
 * Opens a plan and reads all of it once, so that one that is cut off, altered or none is refused before anything is done:
 * `not-found`, `input-invalid`, and `config-invalid` for a newer form.
 */
export function openPlanFile(file: string): PlanFile {
  const descriptor = openRegularFile(file)
  try {
    const { size, ino } = fstatSync(descriptor)
    let header: PlanHeader | undefined
    let headerBytes = 0
    let number = 0
    const counted = emptyTotals()
    for (const line of linesOf(descriptor, 0, file)) {
      number++
      if (header === undefined) {
        header = parseHeader(line, file)
        headerBytes = Buffer.byteLength(line) + 1
      } else addToTotals(counted, parseAction(line, file, number))
    }
    if (header === undefined) throw notWhole(file, 'is empty')
    checkTotals(file, header.totals, counted)
    const found = header
    return {
      header: found,
      *actions() {
        const now = fstatSync(descriptor)
        if (now.size !== size || now.ino !== ino) throw notWhole(file, 'changed while it was applied')
        let at = 1
        for (const line of linesOf(descriptor, headerBytes, file)) yield parseAction(line, file, ++at)
      },
      [Symbol.dispose]: () => closeSync(descriptor),
    }
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

/** Counts that are not those of the lines show a plan that was cut off between two of them, or altered. */
function checkTotals(file: string, said: PlanTotals, counted: PlanTotals): void {
  for (const name of ['added', 'addedBytes', 'changed', 'changedBytes', 'moved', 'movedBytes', 'deleted', 'deletedBytes'] as const) {
    if (said[name] !== counted[name])
      throw notWhole(file, `is incomplete: its header says ${name} ${said[name]}, but its lines add up to ${counted[name]}`)
  }
}

function notWhole(file: string, what: string): FairleadError {
  return new FairleadError('input-invalid', `the plan "${file}" ${what}.`, {
    path: file,
    hint: 'Create the plan again with `fairlead sync SOURCE DEST --plan FILE`.',
  })
}

function openRegularFile(file: string): number {
  let descriptor: number
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw new FairleadError(
      code === 'ENOENT' ? 'not-found' : 'input-invalid',
      code === 'ENOENT' ? `there is no plan "${file}".` : `the plan "${file}" can't be read (${code}).`,
      {
        path: file,
        hint: 'Create one with `fairlead sync SOURCE DEST --plan FILE`.',
        cause,
      },
    )
  }
  if (fstatSync(descriptor).isFile()) return descriptor
  closeSync(descriptor)
  throw new FairleadError('input-invalid', `the plan "${file}" is not a regular file.`, { path: file, hint: 'Write it to a file first.' })
}
