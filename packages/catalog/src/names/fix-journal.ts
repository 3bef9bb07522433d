import { randomBytes } from 'node:crypto'
import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FairleadError } from '@fairlead/core'
import { makeFolder, syncFolder } from '@fairlead/core/host'
import type { Project } from '../project.ts'
import type { Seen } from './seen.ts'

/** One rename as it is done: paths relative to the ingress at its turn. */
export interface JournalStep {
  readonly from: string
  readonly to: string
  readonly seen: Seen
  /** `from` or `to` is a temporary name of our own. */
  readonly fromTemporary?: boolean
  readonly toTemporary?: boolean
}

/** What is being done, or was. `applying` and `undoing` are unfinished. */
export type FixState = 'applying' | 'applied' | 'undoing' | 'undone'

/** A fix as its journal has it. */
export interface FixJournal {
  readonly id: string
  /** ISO 8601, UTC. */
  readonly time: string
  readonly state: FixState
  readonly ingress: string
  /** The file system of the ingress takes names that differ only in case as one. */
  readonly ignoresCase: boolean
  readonly steps: readonly JournalStep[]
}

const schemaVersion = 1
const suffix = '.jsonl'
const idForm = /^\d{8}T\d{9}Z-[0-9a-f]{6}$/

/** Where the journals of a project lie. */
function journalFolder(project: Project): string {
  return join(project.folder, '.fairlead', 'names')
}

/** The name of a new journal; later ones sort behind. */
export function newFixId(now: Date): string {
  return `${now.toISOString().replaceAll(/[-:.]/g, '')}-${randomBytes(3).toString('hex')}`
}

/** Writes the whole plan, durable before the first rename. */
export function beginJournal(project: Project, journal: Omit<FixJournal, 'state'>): void {
  const folder = journalFolder(project)
  makeFolder(folder, 0o700)
  const file = join(folder, `${journal.id}${suffix}`)
  const aside = `${file}.new`
  writeFileSync(aside, `${JSON.stringify({ schemaVersion, ...journal })}\n`, { mode: 0o600, flag: 'wx', flush: true })
  renameSync(aside, file)
  syncFolder(folder)
}

/** Adds what is done now. A line that a killed process left unfinished stands by itself and is not read. */
export function appendState(project: Project, id: string, state: FixState): void {
  appendFileSync(join(journalFolder(project), `${id}${suffix}`), `\n${JSON.stringify({ state })}\n`, { flush: true })
}

function isState(value: unknown): value is FixState {
  return value === 'applying' || value === 'applied' || value === 'undoing' || value === 'undone'
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined
    throw cause
  }
}

function isSeenRecord(value: unknown): value is Seen {
  return typeof value === 'object' && value !== null && 'kind' in value && 'device' in value && 'inode' in value
}

function isStep(value: unknown): value is JournalStep {
  if (typeof value !== 'object' || value === null || !('from' in value) || !('to' in value) || !('seen' in value)) return false
  return typeof value.from === 'string' && typeof value.to === 'string' && isSeenRecord(value.seen)
}

function readJournal(file: string, id: string): FixJournal {
  const [head = '', ...lines] = readFileSync(file, 'utf8').split('\n')
  const value = parseLine(head)
  const hint = 'Update Fairlead, or move this file away if you do not want to undo any fix.'
  const unknown = new FairleadError('config-invalid', `${file} is not a journal that this version of Fairlead supports`, {
    path: file,
    hint,
  })
  if (typeof value !== 'object' || value === null || !('schemaVersion' in value) || value.schemaVersion !== schemaVersion) throw unknown
  if (!('time' in value) || !('ingress' in value) || !('steps' in value) || !Array.isArray(value.steps)) throw unknown
  const steps: unknown[] = value.steps
  if (!steps.every(isStep)) throw unknown
  let state: FixState = 'applying'
  for (const line of lines) {
    const entry = parseLine(line)
    if (typeof entry === 'object' && entry !== null && 'state' in entry && isState(entry.state)) state = entry.state
  }
  const ignoresCase = 'ignoresCase' in value && value.ignoresCase === true
  return { id, time: String(value.time), state, ingress: String(value.ingress), ignoresCase, steps }
}

/** All fixes of a project, the oldest first. Throws `config-invalid` for a journal of another version. */
export function readJournals(project: Project): readonly FixJournal[] {
  const folder = journalFolder(project)
  if (!existsSync(folder)) return []
  const journals: FixJournal[] = []
  for (const name of readdirSync(folder).toSorted()) {
    const id = name.endsWith(suffix) ? name.slice(0, -suffix.length) : ''
    if (idForm.test(id)) journals.push(readJournal(join(folder, name), id))
  }
  return journals
}

/** The fix that was begun and not ended, if there is one. */
export function unfinishedFix(project: Project): FixJournal | undefined {
  return readJournals(project).findLast(({ state }) => state === 'applying' || state === 'undoing')
}

/** Removes what a killed process left of a journal that it had not yet begun. Only under the project's lock. */
export function removeUnbegun(project: Project): void {
  const folder = journalFolder(project)
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) if (name.endsWith(`${suffix}.new`)) rmSync(join(folder, name), { force: true })
}
