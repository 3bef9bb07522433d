import type { Project } from './project.ts'
import { openCatalog } from './snapshot/reader.ts'

/** One thing that is wrong. */
export interface CatalogProblem {
  /** Relative to the ingress: a file, or the asset itself. */
  readonly path: string
  /** The field of the name or the trait it is about. */
  readonly field?: string
  /** Which rule failed; see `Problem` of @fairlead/assets. `file-kind`: neither a file nor a folder, or unreadable. */
  readonly rule: string
  readonly message: string
  /** 0-based index in the last segment of `path`: where a caret belongs. */
  readonly position?: number
  /** What the last segment of `path` should be. */
  readonly legalName?: string
}

/** Everything that is wrong with one asset, or with one file that belongs to none. */
export interface ProblemGroup {
  /** The asset's path relative to the ingress; absent for a file that belongs to no asset. */
  readonly asset?: string
  readonly reference?: string
  readonly problems: readonly CatalogProblem[]
}

type Row = Readonly<Record<string, unknown>>

function problemOf({ path, field, kind, position, message, legal_name: legalName }: Row): CatalogProblem {
  return {
    path: String(path),
    ...(typeof field === 'string' && { field }),
    rule: String(kind),
    message: String(message),
    ...(typeof position === 'number' && { position }),
    ...(typeof legalName === 'string' && { legalName }),
  }
}

/**
 * What is wrong, by invalid asset in order of path, then by file that belongs to none; one group in memory at a time.
 * Throws `not-found` before the first update.
 */
export function* readProblems(project: Project): Generator<ProblemGroup> {
  const database = openCatalog(project.catalogFolder)
  try {
    const problems = database.prepare('select path, field, kind, position, message, legal_name from problems where asset = ? order by id')
    for (const { id, asset_path: asset, reference } of database
      .prepare('select id, asset_path, reference from assets where asset_valid = 0 order by asset_path')
      .iterate()) {
      yield { asset: String(asset), ...(typeof reference === 'string' && { reference }), problems: problems.all(Number(id)).map(problemOf) }
    }
    const strays = database.prepare(
      'select path, field, kind, position, message, legal_name from problems where asset is null order by path',
    )
    for (const row of strays.iterate()) yield { problems: [problemOf(row)] }
  } finally {
    database.close()
  }
}
