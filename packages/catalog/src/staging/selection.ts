import { FairleadError } from '@fairlead/core'
import type { Project } from '../project.ts'
import { assetIdsWhere } from '../query/select-assets.ts'
import { pathFilter } from '../walk/patterns.ts'

/** Which assets are meant; both together mean those that both name. */
export interface AssetSubset {
  /** An SQL condition on the rows of `asset_data`, confined like a query. */
  readonly where?: string
  /**
   * Globs, or regular expressions between slashes, one of which names the asset's path relative to the ingress or its
   * name. A glob without a slash is about the last part of the path.
   */
  readonly assets?: readonly string[]
}

/** What an asset is chosen by. */
interface Choosable {
  readonly path: string
  readonly name: string
}

/** Whether an asset is meant; undefined when all are. */
export type Selection = ((asset: Choosable) => boolean) | undefined

const anywhere = (pattern: string) => (pattern.includes('/') ? pattern : `**/${pattern}`)

/**
 * Finds out which assets a subset names. Throws `input-invalid` for a condition or a pattern that can't be used, and
 * `not-found` when a condition is asked before the first update.
 */
export async function selectionOf(
  project: Project | undefined,
  { where, assets = [] }: AssetSubset,
  signal?: AbortSignal,
): Promise<Selection> {
  if (where === undefined && assets.length === 0) return undefined
  const isNamed = assets.length === 0 ? () => true : pathFilter(assets.map(anywhere), [])
  const paths = where === undefined ? undefined : await pathsWhere(project, where, signal)
  return ({ path, name }) => (paths === undefined || paths.has(path)) && (isNamed(path) || isNamed(name))
}

async function pathsWhere(project: Project | undefined, where: string, signal: AbortSignal | undefined): Promise<ReadonlySet<string>> {
  if (project !== undefined) return (await assetIdsWhere(project, where, { ...(signal !== undefined && { signal }) })).paths
  throw new FairleadError('input-invalid', 'a condition needs the catalog of a project, but there is none', {
    hint: 'Select assets with globs.',
  })
}
