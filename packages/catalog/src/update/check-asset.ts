import {
  gatherTraits,
  referenceText,
  validateAsset,
  type AssetFile,
  type AssignedAsset,
  type FileTraits,
  type MeasuredFile,
  type NameValues,
  type Problem,
} from '@fairlead/assets'
import type { NameColumns, ProblemRow } from '../snapshot/rows.ts'
import type { SnapshotWriter } from '../snapshot/writer.ts'
import { mapInTurn } from './map-in-turn.ts'
import type { Measurer } from './measurer.ts'
import type { ScannedFile } from './scan.ts'

/** What an update has counted so far. */
export interface Counts {
  files: number
  assets: number
  valid: number
  invalid: number
  /** Files that belong to no asset. */
  unassigned: number
}

/** What the checks of assets work with. */
export interface CheckContext {
  readonly measurer: Measurer
  readonly writer: SnapshotWriter
  readonly counts: Counts
}

const maxErrorLines = 20

export function nameColumns(values: NameValues | undefined): NameColumns {
  const { project = null, descriptor = null, version = null, coordinate = null, frame = null, extension = null } = values ?? {}
  return { project, descriptor, version, coordinate, frame, extension }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** A problem as a row of the snapshot. */
export function problemRow(problem: Problem, asset: number | null, file: number | null): ProblemRow {
  return {
    asset,
    file,
    path: problem.path,
    kind: problem.rule,
    field: problem.field ?? problem.trait ?? null,
    position: problem.position ?? null,
    message: problem.message,
    legalName: problem.legalName ?? null,
  }
}

/** All messages of an asset as one text; those of a file begin with its name. */
function errorText(assetPath: string, problems: readonly Problem[]): string {
  const lines = problems
    .slice(0, maxErrorLines)
    .map(({ path, message }) => (path === assetPath ? message : `${baseName(path)}: ${message}`))
  return problems.length > maxErrorLines ? [...lines, `and ${problems.length - maxErrorLines} more`].join('\n') : lines.join('\n')
}

function isSameCoordinate(a: readonly number[] | null, b: readonly number[] | undefined): boolean {
  return a?.length === b?.length && (a?.every((value, axis) => value === b?.[axis]) ?? true)
}

/** The values that all files of an asset agree on. */
function agreed(files: readonly MeasuredFile[], name: NameValues): NameColumns {
  let { extension, frame, coordinate, ...rest } = nameColumns(name)
  for (const { parsed } of files) {
    const values = parsed.ok ? parsed.values : {}
    if (values.extension !== extension) extension = null
    if (values.frame !== frame) frame = null
    if (coordinate !== null && !isSameCoordinate(coordinate, values.coordinate)) coordinate = null
  }
  return { ...rest, extension, frame, coordinate }
}

interface FoundFile {
  readonly file: AssetFile
  readonly known: ScannedFile
}

/**
 * Measures and validates one asset as a whole and writes it, its files and everything that is wrong with them. Gives a
 * promise only where a trait function does.
 */
export function checkAsset(
  assigned: AssignedAsset,
  scan: ReadonlyMap<string, ScannedFile>,
  read: ReadonlyMap<string, FileTraits> | undefined,
  context: CheckContext,
): void | Promise<void> {
  const scanned = assigned.files.flatMap((file): FoundFile[] => {
    const known = scan.get(file.path)
    return known === undefined ? [] : [{ file, known }]
  })
  const traits = mapInTurn(scanned, ({ file, known }) => context.measurer.traitsOf(file, known, assigned.specification, read))
  if (traits instanceof Promise) return traits.then(settled => writeAsset(assigned, scanned, settled, context))
  writeAsset(assigned, scanned, traits, context)
}

function writeAsset(
  assigned: AssignedAsset,
  scanned: readonly FoundFile[],
  fileTraits: readonly FileTraits[],
  { writer, counts }: CheckContext,
): void {
  const { specification, path, type } = assigned
  const id = ++counts.assets
  const measured = scanned.map(({ file }, index): MeasuredFile => {
    const { traits = {}, errors = {} } = fileTraits[index] ?? {}
    return { path: file.path, parsed: file.parsed, traits, traitErrors: errors }
  })
  const verdict = validateAsset(specification, measured, { path, problems: assigned.problems })
  const byPath = new Map<string, Problem[]>()
  for (const problem of verdict.problems) byPath.set(problem.path, [...(byPath.get(problem.path) ?? []), problem])
  let bytes = 0
  const fileIds = new Map<string, number>()
  for (const [index, { file, known }] of scanned.entries()) {
    bytes += known.size
    const wrong = byPath.get(file.path)
    const row = {
      asset: id,
      filename: baseName(file.path),
      path: file.path,
      size: known.size,
      modified: known.modified,
      error: wrong === undefined ? null : wrong.map(({ message }) => message).join('\n'),
      specification: specification.name,
      traits: measured[index]?.traits ?? {},
      names: nameColumns(file.parsed.ok ? file.parsed.values : undefined),
    }
    const fileId = writer.addFile(row)
    if (wrong !== undefined) fileIds.set(file.path, fileId)
  }
  for (const problem of verdict.problems) writer.addProblem(problemRow(problem, id, fileIds.get(problem.path) ?? null))
  const named = specification.assetNameGrammar.parse(verdict.name ?? '')
  const first = measured.find(({ parsed }) => parsed.ok)?.parsed
  writer.addAsset({
    id,
    path,
    name: verdict.name ?? null,
    type,
    error: verdict.valid ? null : errorText(path, verdict.problems),
    valid: verdict.valid,
    reference: assigned.reference === undefined ? null : referenceText(assigned.reference),
    files: scanned.length,
    bytes,
    traits: gatherTraits(measured),
    specification: specification.name,
    names: agreed(measured, { ...(first?.ok === true ? first.values : {}), ...(named.ok ? named.values : {}) }),
  })
  counts.files += scanned.length
  if (verdict.valid) counts.valid++
  else counts.invalid++
}
