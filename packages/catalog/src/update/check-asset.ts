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
import { common, storedValue, type AssetRow, type NameColumns, type StoredValue } from '../snapshot/rows.ts'
import type { Stamp } from '../walk/stamp.ts'
import { packColumn, type ColumnValues, type FileBlock, type UnitProblem } from './unit.ts'

/** A file of an asset as it was looked at, with its traits. */
export interface LookedAtFile {
  readonly file: AssetFile
  readonly stamp: Stamp
  readonly measured: FileTraits
}

/** An asset that was checked, as rows. */
export interface CheckedAsset {
  readonly row: Omit<AssetRow, 'id'>
  readonly block: Omit<FileBlock, 'asset'>
  /** `file` is the index in the block. */
  readonly problems: ReadonlyArray<Omit<UnitProblem, 'asset'>>
}

const maxErrorLines = 20

function nameColumns(values: NameValues | undefined): NameColumns {
  const { project = null, descriptor = null, version = null, coordinate = null, frame = null, extension = null } = values ?? {}
  return { project, descriptor, version, coordinate, frame, extension }
}

/** Where the name of a path begins, counted from 1 as SQL does. */
function nameAt(path: string): number {
  return path.lastIndexOf('/') + 2
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** A problem as a row. */
export function problemRow(problem: Problem, file: number | undefined): Omit<UnitProblem, 'asset'> {
  return {
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

/** The rows of files as columns. */
export function fileColumns(
  files: ReadonlyArray<{ readonly path: string; readonly stamp?: Stamp; readonly error: string | null; readonly values?: NameValues }>,
): Record<string, ColumnValues> {
  const of = (value: (file: (typeof files)[number]) => StoredValue): ColumnValues => packColumn(files.map(value))
  return {
    filepath_relative: of(({ path }) => path),
    name_at: of(({ path }) => nameAt(path)),
    size: of(({ stamp }) => stamp?.size ?? null),
    modified: of(({ stamp }) => stamp?.modified ?? null),
    file_error: of(({ error }) => error),
    project: of(({ values }) => values?.project ?? null),
    descriptor: of(({ values }) => values?.descriptor ?? null),
    version: of(({ values }) => values?.version ?? null),
    coordinate_x: of(({ values }) => values?.coordinate?.[0] ?? null),
    coordinate_y: of(({ values }) => values?.coordinate?.[1] ?? null),
    coordinate_z: of(({ values }) => values?.coordinate?.[2] ?? null),
    frame: of(({ values }) => values?.frame ?? null),
    extension: of(({ values }) => values?.extension ?? null),
  }
}

function traitColumns(traits: readonly string[], files: readonly MeasuredFile[]): Record<string, ColumnValues> {
  return Object.fromEntries(traits.map(trait => [`t_${trait}`, packColumn(files.map(file => storedValue(file.traits[trait])))]))
}

/** Validates one asset as a whole: its row, those of its files and everything that is wrong with them. */
export function checkAsset(assigned: AssignedAsset, files: readonly LookedAtFile[]): CheckedAsset {
  const { specification, path, type } = assigned
  const stamps = files.map(({ stamp }) => stamp)
  const measured = files.map(({ file, measured: { traits, errors } }): MeasuredFile => ({
    path: file.path,
    parsed: file.parsed,
    traits,
    traitErrors: errors,
  }))
  // Two assets of one reference may lie anywhere; that is told of all of them at the end.
  const problems = assigned.problems.filter(({ rule }) => rule !== 'same-reference')
  const verdict = validateAsset(specification, measured, { path, problems })
  const byPath = new Map<string, Problem[]>()
  for (const problem of verdict.problems) {
    const known = byPath.get(problem.path)
    if (known === undefined) byPath.set(problem.path, [problem])
    else known.push(problem)
  }
  const rows = measured.map(({ path: own, parsed }, index) => ({
    path: own,
    ...(stamps[index] !== undefined && { stamp: stamps[index] }),
    error:
      byPath
        .get(own)
        ?.map(({ message }) => message)
        .join('\n') ?? null,
    ...(parsed.ok && { values: parsed.values }),
  }))
  const indexes = new Map(byPath.size === 0 ? [] : measured.map((file, index) => [file.path, index]))
  const named = specification.assetNameGrammar.parse(verdict.name ?? '')
  const first = measured.find(({ parsed }) => parsed.ok)?.parsed
  const gathered = gatherTraits(measured)
  const traits = Object.keys(specification.traits)
  return {
    row: {
      path,
      name: verdict.name ?? null,
      type,
      error: verdict.valid ? null : errorText(path, verdict.problems),
      valid: verdict.valid,
      reference: assigned.reference === undefined ? null : referenceText(assigned.reference),
      files: measured.length,
      bytes: stamps.reduce((sum, { size }) => sum + size, 0),
      allTraits: JSON.stringify(gathered),
      traits: Object.fromEntries(traits.map(trait => [trait, storedValue(common(gathered[trait], measured.length))])),
      specification: specification.name,
      names: agreed(measured, { ...(first?.ok === true ? first.values : {}), ...(named.ok ? named.values : {}) }),
    },
    block: {
      count: measured.length,
      columns: {
        ...fileColumns(rows),
        specification: { same: specification.name },
        asset_valid: { same: verdict.valid ? 1 : 0 },
        ...traitColumns(traits, measured),
      },
    },
    problems: verdict.problems.map(problem => problemRow(problem, indexes.get(problem.path))),
  }
}
