import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Specification } from '@fairlead/assets'
import { FairleadError } from '@fairlead/core'
import { createFolders, createLocks } from '@fairlead/core/host'
import { lockOptions, type StepOptions } from '../events.ts'
import type { Project } from '../project.ts'
import { storedType } from '../snapshot/columns.ts'
import { confirmSnapshot, publishSnapshot, removeUnfinished } from '../snapshot/pointer.ts'
import { hasSnapshot, openPrevious, type PreviousSnapshot } from '../snapshot/previous.ts'
import type { SnapshotSpecification } from '../snapshot/schema.ts'
import { SnapshotWriter } from '../snapshot/writer.ts'
import { loadWithDigest } from '../specifications/load-with-digest.ts'
import { patternProblem } from '../walk/patterns.ts'
import { planScope, type Scope } from './scope.ts'
import { rulesOf } from './rules.ts'
import { forgetSameReferences, refuseSameReferences } from './same-references.ts'
import { scanTree } from './scan-tree.ts'
import { checkStagingInIngress } from './staging-in-ingress.ts'
import { createYielder } from './yielder.ts'

/** What the catalog counts. */
interface Counts {
  readonly files: number
  readonly assets: number
  readonly valid: number
  readonly invalid: number
  /** Files that belong to no asset. */
  readonly unassigned: number
}

/** What an update found. */
export interface UpdateResult extends Counts {
  /** Files that were opened; of the others everything was known, or nothing was asked. */
  readonly opened: number
  /** Files that were looked at anew, since something in their folder had changed. */
  readonly checked: number
  /** Whether the catalog is another one than before. */
  readonly changed: boolean
  /** The snapshot that is now the catalog. */
  readonly snapshot: string
}

/** What an update is restricted to, and how it goes. */
export interface UpdateOptions extends StepOptions {
  /**
   * Globs, or regular expressions between slashes, on asset paths: all other assets stay as they were, or out of a first
   * catalog. Where there is a catalog by other rules, or with `full`, all assets are checked.
   */
  readonly assets?: readonly string[]
  /** Files and folders relative to the ingress that may have changed: only they are looked at. Ignored where there is no catalog by the same rules. */
  readonly changed?: ReadonlySet<string>
  /** Check everything again, whatever is known of unchanged folders; what was measured of files is still not measured again. */
  readonly full?: boolean
}

function shown({ name, columns }: Specification): SnapshotSpecification {
  const traits = columns.filter(({ from }) => from === 'trait')
  return { name, traits: traits.map(({ name: trait, type }) => ({ name: trait, sqlType: storedType(type) })) }
}

function countsOf(writer: SnapshotWriter): Counts {
  const row = writer
    .prepare(
      `select count(*) as assets, coalesce(sum(asset_valid), 0) as valid, coalesce(sum(files), 0) as assigned,
         (select coalesce(sum(files), 0) from units) as files from assets`,
    )
    .get()
  const [assets, valid, files] = [Number(row?.assets), Number(row?.valid), Number(row?.files)]
  return { files, assets, valid, invalid: assets - valid, unassigned: files - Number(row?.assigned) }
}

function isCounts(value: unknown): value is Counts {
  return typeof value === 'object' && value !== null && 'files' in value && 'unassigned' in value
}

/** The counts of a snapshot that stays. */
function knownCounts(previous: PreviousSnapshot): Counts | undefined {
  const value: unknown = JSON.parse(previous.meta('counts') ?? 'null')
  return isCounts(value) ? value : undefined
}

async function build(project: Project, state: string, options: UpdateOptions): Promise<UpdateResult> {
  const { signal, onEvent, changed, full = false } = options
  for (const pattern of options.assets ?? []) {
    const problem = patternProblem(pattern)
    if (problem === undefined) continue
    throw new FairleadError('input-invalid', `the pattern "${pattern}" of assets can't be used: ${problem}`, {
      hint: 'Correct the pattern.',
    })
  }
  checkStagingInIngress(project)
  const { specifications, digest } = await loadWithDigest(project)
  const rules = rulesOf(project, digest)
  const tables = specifications.map(shown)
  const pause = createYielder(signal)
  using previous = full ? undefined : openPrevious(project.catalogFolder, rules)
  // What can't be taken over must not be lost either: then a restriction would leave a catalog of a few assets.
  const assets = previous === undefined && hasSnapshot(project.catalogFolder) ? undefined : options.assets
  const scope: Scope = planScope(previous, previous === undefined ? undefined : changed)
  let writer: SnapshotWriter | undefined
  try {
    const write = (): SnapshotWriter => {
      if (writer === undefined) {
        mkdirSync(project.catalogFolder, { recursive: true })
        removeUnfinished(project.catalogFolder)
        writer = new SnapshotWriter(project.catalogFolder, tables, previous?.file)
        if (previous !== undefined) forgetSameReferences(writer)
      }
      return writer
    }
    if (previous === undefined) write()
    const setup = {
      project,
      state,
      digest,
      ...(previous !== undefined && { previous: previous.file }),
      ...(assets !== undefined && { assets }),
    }
    let [seen, checked, opened] = [0, 0, 0]
    for await (const scanned of scanTree(scope.frames, setup, pause, signal)) {
      seen += scanned.files
      opened += scanned.opened
      for (const id of scanned.same) scope.keep(id)
      for (const unit of scanned.units) {
        const old = scope.replace(unit)
        if (old !== undefined) write().removeUnit(old)
        write().addUnit(unit)
        checked += unit.files
        await pause()
      }
      onEvent?.({ type: 'progress', phase: 'scan', done: seen })
    }
    for (const id of scope.gone(assets)) write().removeUnit(id)
    onEvent?.({ type: 'progress', phase: 'scan', done: seen, total: seen })
    onEvent?.({ type: 'progress', phase: 'publish', done: 0, total: 1 })
    await pause()
    signal?.throwIfAborted()
    const counts = previous !== undefined && writer === undefined ? knownCounts(previous) : undefined
    if (previous !== undefined && counts !== undefined) {
      confirmSnapshot(project.catalogFolder, previous.file)
      onEvent?.({ type: 'progress', phase: 'publish', done: 1, total: 1 })
      return { ...counts, opened, checked, changed: false, snapshot: previous.file }
    }
    return { ...publish(project, write(), rules, options), opened, checked, changed: true }
  } finally {
    writer?.[Symbol.dispose]()
  }
}

function publish(
  project: Project,
  writer: SnapshotWriter,
  rules: string,
  { onEvent, signal }: UpdateOptions,
): Counts & { snapshot: string } {
  writer.index()
  refuseSameReferences(writer)
  const counts = countsOf(writer)
  signal?.throwIfAborted()
  writer.finish(project.config.ingressDirectory, {
    time: new Date().toISOString(),
    project: project.file,
    rules,
    counts: JSON.stringify(counts),
  })
  const snapshot = publishSnapshot(project.catalogFolder, writer.file)
  onEvent?.({ type: 'progress', phase: 'publish', done: 1, total: 1 })
  return { ...counts, snapshot }
}

/**
 * Scans the ingress, reads what specifications ask for and is not yet known, validates every asset as a whole, and
 * publishes a new snapshot in one step: readers see the old catalog or the new one. Folders in which nothing changed since
 * the snapshot before are taken over from it. Two updates of one project take turns. A killed update leaves the old
 * catalog, and what it read is not read again. Throws `config-invalid`, `not-found`.
 */
export async function update(project: Project, options: UpdateOptions = {}): Promise<UpdateResult> {
  const { state } = createFolders()
  const locks = createLocks(join(state, 'locks'))
  return locks.exclusive(
    `catalog:${project.file}`,
    () => build(project, state, options),
    lockOptions(options, `waiting: another fairlead process is updating the project ${project.folder}`),
  )
}
