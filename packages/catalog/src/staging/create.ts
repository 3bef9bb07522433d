import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { FairleadError } from '@fairlead/core'
import { createFolders, createLocks, openFacts, type Facts } from '@fairlead/core/host'
import { lockOptions, type StepOptions } from '../events.ts'
import type { Project } from '../project.ts'
import { openCatalog } from '../snapshot/reader.ts'
import { pathFilter } from '../walk/patterns.ts'
import { createPlan, type PlannedAsset } from './create-plan.ts'
import { createScope } from './create-scope.ts'
import { removeEmptyFolders } from './empty-folders.ts'
import { forgetFolders } from './files.ts'
import { stagingLayout } from './layout.ts'
import type { Refused } from './move-assets.ts'
import { refuseOnlyCopies } from './only-copies.ts'
import { selectionOf, type AssetSubset, type Selection } from './selection.ts'
import { checkStagingPlace } from './staging-place.ts'
import { Stage } from './stage.ts'

export interface CreateOptions extends StepOptions, AssetSubset {
  /** Says what would be done, and does nothing. */
  readonly dryRun?: boolean
  /** Told of each line of a dry run. */
  readonly onPlan?: (line: PlannedAsset) => void
  /** With a subset: what is staged and not in it goes, as far as it was not moved. Without, it stays. */
  readonly prune?: boolean
  /** Replaces assets that were moved earlier by what lies in the ingress in their place: the only copy of the first ones goes. */
  readonly force?: boolean
}

export interface CreateResult {
  readonly staging: string
  /** Valid assets of the catalog that were asked for; all but the refused ones are staged. */
  readonly assets: number
  readonly files: number
  readonly bytes: number
  /** Assets that had to be written, or would have to be. */
  readonly changed: number
  /** Files that had to be copied, linked or moved, or would have to be. */
  readonly written: number
  /** Assets that were staged earlier and are gone, since they are no longer valid; a dry run counts those that would go. */
  readonly removed: number
  /** Assets that stay staged though the catalog does not have them, or they were not asked for. */
  readonly kept: number
  /** Assets that could not be staged. */
  readonly refused: readonly Refused[]
}

/** Opens the catalog and makes sure that it is one of this ingress. */
function openFor(project: Project): DatabaseSync {
  const database = openCatalog(project.catalogFolder)
  const ingress = database.prepare("select value from meta where key = 'ingress'").get()?.value
  if (ingress === project.config.ingressDirectory) return database
  database.close()
  throw new FairleadError(
    'precondition-failed',
    `the catalog is of ${String(ingress)}, the project's ingress is ${project.config.ingressDirectory}`,
    { hint: 'Run: fairlead update' },
  )
}

async function planAll(
  project: Project,
  database: DatabaseSync,
  facts: Facts,
  selection: Selection,
  options: CreateOptions,
): Promise<CreateResult> {
  const layout = stagingLayout(project.config.stagingDirectory)
  const scope = createScope(project, database, layout, selection, options)
  const total = scope.totals.assets
  const tally = { changed: 0, written: 0, removed: 0 }
  const refused: Refused[] = []
  let done = 0
  for await (const line of createPlan(project, database, facts, layout, scope, options)) {
    options.onPlan?.(line)
    if (line.action === 'remove') tally.removed++
    else if (line.action === 'refuse') refused.push({ asset: line.asset, message: line.reason ?? '' })
    else if (line.action !== 'keep') {
      tally.changed++
      tally.written += line.changedFiles
    }
    options.onEvent?.({ type: 'progress', phase: 'plan', done: ++done, total: Math.max(total, done) })
  }
  return { staging: layout.root, ...scope.totals, ...tally, kept: scope.kept.assets.length, refused }
}

async function stageAll(
  project: Project,
  database: DatabaseSync,
  facts: Facts,
  selection: Selection,
  options: CreateOptions,
): Promise<CreateResult> {
  const layout = stagingLayout(project.config.stagingDirectory)
  const stage = new Stage(project, layout, facts)
  stage.resume()
  const scope = createScope(project, database, layout, selection, options)
  const outcome = await stage.run(database, scope, options)
  if (project.config.writeMode === 'move') tidyIngress(project)
  return { staging: layout.root, ...scope.totals, ...outcome, kept: scope.kept.assets.length }
}

/** Takes the folders away that moving has left empty, but none that the project excludes or that is its own. */
function tidyIngress({ file, folder, config }: Project): void {
  const own = new Set([file, join(folder, '.fairlead'), config.stagingDirectory, ...config.specificationFiles])
  const isScanned = pathFilter([], config.exclude)
  removeEmptyFolders(config.ingressDirectory, path => isScanned(path) && !own.has(join(config.ingressDirectory, path)))
}

/** Runs while no other create or delete works on this staging folder. */
export function exclusively<T>({ config }: Project, options: StepOptions, work: () => Promise<T>): Promise<T> {
  const locks = createLocks(join(createFolders().state, 'locks'))
  const { stagingDirectory: staging } = config
  return locks.exclusive(`staging:${staging}`, work, lockOptions(options, `waiting: another fairlead process is writing to ${staging}`))
}

/**
 * Makes the staging folder what the catalog says: the content of every valid asset, whole, and metadata about it. What
 * is in place stays; what is no longer valid goes, except assets that were moved, of which staging has the only copy. Of a
 * subset only those assets are staged anew, and the others stay as they are. Chunks, which name all assets, are gone from
 * the first change to the end. An asset's manifest is written last, so a create that was killed shows no half asset, and
 * the next one completes it. Throws `not-found` before the first update, `precondition-failed` when files changed since or
 * the staging folder is not one of its own or has the only copy of a file that it did not stage, `input-invalid` for a subset that can't be read.
 */
export function create(project: Project, options: CreateOptions = {}): Promise<CreateResult> {
  return exclusively(project, options, async () => {
    checkStagingPlace(project)
    refuseOnlyCopies(project)
    const selection = await selectionOf(project, options, options.signal)
    const database = openFor(project)
    try {
      using facts = openFacts(createFolders().state)
      forgetFolders()
      return await (options.dryRun === true ? planAll : stageAll)(project, database, facts, selection, options)
    } finally {
      database.close()
    }
  })
}
