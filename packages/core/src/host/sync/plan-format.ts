import { FairleadError } from '../../contract/errors.ts'
import { normalizePath } from '../../contract/path-rules.ts'
import { printable } from '../../contract/reference.ts'
import type { Difference } from '../transfer/compare.ts'

/** The version of the form of plans; a newer one is refused. */
export const planSchema = 1

/** What a side had at a path when the plan was made. */
export interface PlannedState {
  readonly size: number
  /** ISO 8601, UTC, milliseconds. */
  readonly modified?: string
  readonly etag?: string
}

/** Why something is copied: DEST does not have it, or what it has differs in size, in time, in a checksum, or can't be compared. */
export type CopyReason = 'new' | Difference

/** Brings `path` of SOURCE to `path` of DEST. */
interface CopyAction {
  readonly do: 'copy'
  readonly path: string
  readonly reason: CopyReason
  readonly from: PlannedState
  /** What is replaced; null: nothing is there. */
  readonly to: PlannedState | null
}

/** Moves what DEST has under another name, because SOURCE has it as `path` now. */
export interface MoveAction {
  readonly do: 'move'
  readonly path: string
  readonly previous: string
  readonly from: PlannedState
  readonly to: PlannedState
}

/** Removes `path` of DEST. `first`: it stands in the way of what is copied, so it goes before. */
export interface DeleteAction {
  readonly do: 'delete'
  readonly path: string
  readonly to: PlannedState
  readonly first?: true
}

/** One line of a plan. */
export type PlannedAction = CopyAction | MoveAction | DeleteAction

/** What a plan adds up to. */
export interface PlanTotals {
  /** Objects that DEST did not have, and bytes of them. */
  readonly added: number
  readonly addedBytes: number
  /** Objects that are replaced, and bytes that replace them. */
  readonly changed: number
  readonly changedBytes: number
  readonly moved: number
  readonly movedBytes: number
  readonly deleted: number
  readonly deletedBytes: number
  /** Objects that are the same on both sides. */
  readonly unchanged: number
  readonly unchangedBytes: number
  /** Objects of DEST that were looked at: what `--max-delete N%` is a part of. */
  readonly destination: number
}

/** The first line of a plan. */
export interface PlanHeader {
  readonly fairlead: 'sync-plan'
  readonly schema: number
  /** An absolute path of this machine, or `connection:/path`. */
  readonly source: string
  readonly dest: string
  /** What tells the places apart beyond their names: hashes of endpoint, account, bucket and root. */
  readonly sourceIdentity: string
  readonly destIdentity: string
  /** ISO 8601, UTC. */
  readonly created: string
  /** What the plan was asked for, for whoever reads it. */
  readonly options: Readonly<Record<string, unknown>>
  readonly totals: PlanTotals
}

const totalNames = [
  'added',
  'addedBytes',
  'changed',
  'changedBytes',
  'moved',
  'movedBytes',
  'deleted',
  'deletedBytes',
  'unchanged',
  'unchangedBytes',
  'destination',
] as const satisfies ReadonlyArray<keyof PlanTotals>

const reasons: readonly string[] = ['new', 'size', 'modified', 'checksum', 'unknown'] satisfies CopyReason[]
const longestText = 8192

/** Totals of nothing, to be added to. */
export function emptyTotals(): Record<keyof PlanTotals, number> {
  return {
    added: 0,
    addedBytes: 0,
    changed: 0,
    changedBytes: 0,
    moved: 0,
    movedBytes: 0,
    deleted: 0,
    deletedBytes: 0,
    unchanged: 0,
    unchangedBytes: 0,
    destination: 0,
  }
}

/** Counts an action. */
export function addToTotals(totals: Record<keyof PlanTotals, number>, action: PlannedAction): void {
  if (action.do === 'copy') {
    totals[action.to === null ? 'added' : 'changed']++
    totals[action.to === null ? 'addedBytes' : 'changedBytes'] += action.from.size
  } else if (action.do === 'move') {
    totals.moved++
    totals.movedBytes += action.from.size
  } else {
    totals.deleted++
    totals.deletedBytes += action.to.size
  }
}

/** Reads the first line of a plan. `input-invalid` for what is none, `config-invalid` for a newer schema. */
export function parseHeader(line: string, file: string): PlanHeader {
  const notPlan = (what: string): FairleadError =>
    new FairleadError('input-invalid', `"${file}" is not a sync plan: ${what}.`, {
      path: file,
      hint: 'Create one with `fairlead sync SOURCE DEST --plan FILE`.',
    })
  const value = objectOf(line)
  if (value?.['fairlead'] !== 'sync-plan') throw notPlan('its first line is not the header of one')
  const { schema, source, dest, sourceIdentity, destIdentity, created, options, totals } = value
  if (typeof schema === 'number' && schema > planSchema)
    throw new FairleadError(
      'config-invalid',
      `the plan "${file}" has the format ${schema}, but this version of Fairlead supports formats up to ${planSchema}.`,
      {
        path: file,
        hint: 'Update Fairlead, or create the plan again with this version.',
      },
    )
  if (schema !== planSchema) throw notPlan('its header names no schema')
  if (!isText(source) || !isText(dest)) throw notPlan('its header names no source and destination')
  if (!isText(sourceIdentity) || !isText(destIdentity) || !isText(created)) throw notPlan('its header is not whole')
  if (!isRecord(options) || !isRecord(totals)) throw notPlan('its header has no options or totals')
  const counted = emptyTotals()
  for (const name of totalNames) {
    const count = totals[name]
    if (!isCount(count)) throw notPlan(`its header does not say how many are "${name}"`)
    counted[name] = count
  }
  return { fairlead: 'sync-plan', schema: planSchema, source, dest, sourceIdentity, destIdentity, created, options, totals: counted }
}

/** Reads a line of a plan. `input-invalid`, with its number, for one that is none, or whose path would leave its folder. */
export function parseAction(line: string, file: string, number: number): PlannedAction {
  const refuse = (what: string): FairleadError =>
    new FairleadError('input-invalid', `line ${number} of the plan "${file}" ${what}.`, {
      path: file,
      hint: 'Nothing was done. Create the plan again with `fairlead sync SOURCE DEST --plan FILE`.',
    })
  const value = objectOf(line)
  if (value === undefined) throw refuse('is not an action')
  const pathOf = (path: unknown): string => {
    if (!isText(path) || !isConfined(path)) throw refuse(`has a path that can't be: ${printable(JSON.stringify(path) ?? 'none', 100)}`)
    return path
  }
  const stateIn = (name: 'from' | 'to'): PlannedState => {
    const state = stateOf(value[name])
    if (state === undefined) throw refuse(`does not say what "${name}" was`)
    return state
  }
  const path = pathOf(value['path'])
  switch (value['do']) {
    case 'copy': {
      const { reason, to } = value
      if (!isReason(reason)) throw refuse('has no reason')
      return { do: 'copy', path, reason, from: stateIn('from'), to: to === null ? null : stateIn('to') }
    }
    case 'move':
      return { do: 'move', path, previous: pathOf(value['previous']), from: stateIn('from'), to: stateIn('to') }
    case 'delete':
      return { do: 'delete', path, to: stateIn('to'), ...(value['first'] === true && { first: true }) }
    default:
      throw refuse(`contains an unknown action (${printable(JSON.stringify(value['do']) ?? 'nothing', 40)})`)
  }
}

/** Normalised, not the root, and without control characters that a file system would take for something else. */
function isConfined(path: string): boolean {
  try {
    return path !== '' && normalizePath(path) === path
  } catch (error) {
    if (FairleadError.is(error, 'path-invalid')) return false
    throw error
  }
}

function stateOf(value: unknown): PlannedState | undefined {
  if (!isRecord(value)) return undefined
  const { size, modified, etag } = value
  if (!isCount(size)) return undefined
  if (modified !== undefined && (!isText(modified) || Number.isNaN(Date.parse(modified)))) return undefined
  if (etag !== undefined && !isText(etag)) return undefined
  return { size, ...(modified !== undefined && { modified }), ...(etag !== undefined && { etag }) }
}

function objectOf(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isRecord(value) ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= longestText
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isReason(value: unknown): value is CopyReason {
  return typeof value === 'string' && reasons.includes(value)
}
