import { FairleadError } from '@fairlead/core'
import type { Project } from '../project.ts'
import { query, type QueryOptions } from './query.ts'

/** The assets that a condition holds for. */
export interface AssetSelection {
  /** Of `assets` in the catalog that was asked; another update gives other ids. */
  readonly ids: ReadonlySet<number>
  /** Relative to the ingress: what an asset is known by in any catalog. */
  readonly paths: ReadonlySet<string>
}

/**
 * The assets, valid or not, that an SQL condition on `asset_data` holds for, such as `project = 'cat001' and width > 1000`.
 * It runs in the same confined process as a query does, so it only reads, whatever it says. Throws `input-invalid` for a
 * condition that can't be run, `timeout`, and `not-found` before the first update.
 */
export async function assetIdsWhere(
  project: Project,
  condition: string,
  options: Pick<QueryOptions, 'timeoutMs' | 'signal' | 'parameters'> = {},
): Promise<AssetSelection> {
  if (condition.trim() === '') {
    throw new FairleadError('input-invalid', 'the condition that selects assets is empty', {
      hint: `Give an SQL condition, such as: project = 'cat001' and version > 1`,
    })
  }
  // On a line of its own, so that a comment at its end doesn't hide the bracket.
  const sql = `select id, asset_path from assets where asset_path in (select asset_path_relative from asset_data where (\n${condition}\n)) order by asset_path`
  await using answer = await query(project, sql, { ...options, maxRows: Number.MAX_SAFE_INTEGER })
  const ids = new Set<number>()
  const paths = new Set<string>()
  for await (const { id, asset_path: path } of answer.rows) {
    if (typeof id === 'number') ids.add(id)
    if (typeof path === 'string') paths.add(path)
  }
  return { ids, paths }
}
