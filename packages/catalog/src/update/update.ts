import { join } from 'node:path'
import { assignFiles, type Assignment, type FileTraits, type Specification } from '@fairlead/assets'
import { createFolders, createLocks, openFacts, type Facts } from '@fairlead/core/host'
import { lockOptions, type StepOptions } from '../events.ts'
import type { Project } from '../project.ts'
import { publishSnapshot } from '../snapshot/pointer.ts'
import { SnapshotWriter } from '../snapshot/writer.ts'
import { loadSpecifications } from '../specifications/load.ts'
import { checkAsset, nameColumns, problemRow, type CheckContext, type Counts } from './check-asset.ts'
import { Measurer } from './measurer.ts'
import { refuseSameReferences } from './same-references.ts'
import { scan, type Batch } from './scan.ts'
import { createYielder } from './yielder.ts'

/** What an update found. */
export interface UpdateResult extends Readonly<Counts> {
  /** Files that were opened; of the others everything was known, or nothing was asked. */
  readonly opened: number
  /** The snapshot that is now the catalog. */
  readonly snapshot: string
}

/** A batch whose files are known, or being read. */
interface Prepared extends Batch, Assignment {
  readonly read: Promise<ReadonlyMap<string, FileTraits>> | undefined
}

/** Assigns batches to assets and keeps some of them on their way through the threads, in order. */
async function* prepare(
  batches: AsyncIterable<Batch>,
  specifications: readonly Specification[],
  measurer: Measurer,
): AsyncGenerator<Prepared> {
  const waiting: Prepared[] = []
  for await (const batch of batches) {
    const assignment = assignFiles(specifications, batch.files.keys())
    const read = measurer.begin(assignment.assets, batch.files)
    // A failure is thrown where the batch is taken; until then it must not count as unhandled.
    read?.catch(() => undefined)
    waiting.push({ ...batch, ...assignment, read })
    while (waiting.length > measurer.ahead || waiting[0]?.read === undefined) {
      const next = waiting.shift()
      if (next === undefined) break
      yield next
    }
  }
  yield* waiting
}

async function addBatch(
  { files, problems, assets, unassigned, read: reading }: Prepared,
  context: CheckContext,
  pause: () => Promise<void> | undefined,
): Promise<void> {
  const { writer, counts } = context
  const read = await reading
  for (const asset of assets) {
    const checked = checkAsset(asset, files, read, context)
    if (checked !== undefined) await checked
    await pause()
  }
  for (const { path, problem } of [
    ...unassigned,
    ...problems.map(({ path, message }) => ({ path, problem: { path, rule: 'file-kind', message } })),
  ]) {
    const known = files.get(path)
    const filename = path.slice(path.lastIndexOf('/') + 1)
    const stray = {
      asset: null,
      filename,
      path,
      size: known?.size ?? null,
      modified: known?.modified ?? null,
      error: problem.message,
      specification: null,
    }
    writer.addProblem(problemRow(problem, null, writer.addFile({ ...stray, traits: {}, names: nameColumns(undefined) })))
    counts.files++
    counts.unassigned++
  }
}

async function build(project: Project, facts: Facts, options: StepOptions): Promise<UpdateResult> {
  const { signal, onEvent } = options
  const specifications = await loadSpecifications(project)
  const shown = specifications.map(({ name, traits }) => ({ name, traits: Object.keys(traits) }))
  const counts: Counts = { files: 0, assets: 0, valid: 0, invalid: 0, unassigned: 0 }
  const pause = createYielder(signal)
  using writer = new SnapshotWriter(project.catalogFolder, shown)
  await using measurer = new Measurer(project, specifications, facts, signal)
  const context = { writer, counts, measurer }
  for await (const batch of prepare(scan(project, specifications, facts, options), specifications, measurer)) {
    await addBatch(batch, context, pause)
    // Often, so that a killed update loses little, and what was learned doesn't pile up in memory.
    facts.flush()
    onEvent?.({ type: 'progress', phase: 'read', done: counts.files })
  }
  refuseSameReferences(writer, counts)
  onEvent?.({ type: 'progress', phase: 'publish', done: 0, total: 1 })
  facts.flush()
  signal?.throwIfAborted()
  writer.finish(project.config.ingressDirectory, shown, {
    time: new Date().toISOString(),
    project: project.file,
    counts: JSON.stringify(counts),
  })
  const snapshot = publishSnapshot(project.catalogFolder, writer.file)
  onEvent?.({ type: 'progress', phase: 'publish', done: 1, total: 1 })
  return { ...counts, opened: measurer.opened, snapshot }
}

/**
 * Scans the ingress, reads what specifications ask for and is not yet known, validates every asset as a whole, and
 * publishes a new snapshot in one step: readers see the old catalog or the new one. Two updates of one project take
 * turns. A killed update leaves the old catalog, and what it read is not read again. Throws `config-invalid`, `not-found`.
 */
export async function update(project: Project, options: StepOptions = {}): Promise<UpdateResult> {
  const { state } = createFolders()
  const locks = createLocks(join(state, 'locks'))
  return locks.exclusive(
    `catalog:${project.file}`,
    async () => {
      using facts = openFacts(state)
      return await build(project, facts, options)
    },
    lockOptions(options, `waiting: another fairlead process is updating the project ${project.folder}`),
  )
}
