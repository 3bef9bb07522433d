import { lstatSync, mkdirSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { FairleadError } from '@fairlead/core'
import { createFolders, createLocks, openFacts, stampOf, type Facts } from '@fairlead/core/host'
import { createEngine } from '@fairlead/engine'
import { entryFile } from '../entry.ts'
import { lockOptions, type StepOptions } from '../events.ts'
import type { Project } from '../project.ts'
import { openCatalog } from '../snapshot/reader.ts'
import { createYielder } from '../update/yielder.ts'
import { countValid, validAssets, validFilePaths } from './catalog-assets.ts'
import { ChunkWriter, publishedChunks } from './chunks.ts'
import { forgetFolders, readIfThere, writeWhole } from './files.ts'
import { idOf } from './ids.ts'
import { chunkTime, documentsOf, stagingLayout, type StagingLayout } from './layout.ts'
import { plan, type Planned } from './plan.ts'
import { pruneStaging, type Wanted } from './prune.ts'
import { assetRecords, type AssetRecords } from './records.ts'
import type stageFiles from './stage-files.ts'
import type { StagedFile, StageUnit } from './stage-files.ts'

export interface CreateOptions extends StepOptions {
  /** Says what would be done, and does nothing. */
  readonly dryRun?: boolean
}

export interface CreateResult {
  readonly staging: string
  /** Valid assets, all of which are staged. */
  readonly assets: number
  readonly files: number
  readonly bytes: number
  /** Assets that had to be written, or would have to be. */
  readonly changed: number
  /** Files that had to be copied or linked; of a dry run, the files of changed assets. */
  readonly written: number
  /** Assets that were staged earlier and are no longer valid. */
  readonly removed: number
}

/** From here on content is worth worker threads. */
const threadedBytes = 32 * 1024 * 1024

interface Tally {
  changed: number
  written: number
  done: number
}

function unitOf({ asset, sources, hashes }: Planned, layout: StagingLayout, chunks: readonly string[], project: Project): StageUnit {
  const files = asset.files.map((file, index) => ({
    source: join(project.config.ingressDirectory, file.path),
    target: join(layout.content, file.path),
    fingerprint: sources[index]?.stamp.fingerprint ?? '',
    sha256: hashes[index] ?? null,
  }))
  return { mode: project.config.writeMode, documents: [...chunks, ...documentsOf(layout, idOf(asset.path))], files }
}

/** Remembers hashes. A hard link changes a file's change time, so all that was known of it moves on to its new state. */
function remember({ sources }: Planned, staged: readonly StagedFile[], facts: Facts, project: Project): void {
  for (const [index, { stamp }] of sources.entries()) {
    const sha256 = staged[index]?.sha256
    if (sha256 === undefined) continue
    const isLinked = project.config.writeMode === 'link' && staged[index]?.written === true
    if (!isLinked) facts.rememberFile(stamp, { sha256 })
    else {
      const now = stampOf(stamp.path, lstatSync(stamp.path, { bigint: true }))
      facts.rememberFile({ ...now, settled: stamp.settled }, { ...facts.file(stamp), sha256 })
    }
  }
}

/** Writes what describes an asset whose content is in place, its manifest last; whether there was anything to write. */
function describe(layout: StagingLayout, records: AssetRecords, project: Project): boolean {
  const { metadataTypes } = project.config
  let isNew = false
  const put = (folder: string, id: string, text: string) => {
    const file = join(folder, `${id}.json`)
    if (readIfThere(file) === text) return
    writeWhole(file, text)
    isNew = true
  }
  if (metadataTypes.includes('file')) for (const { id, text } of records.files) put(layout.metadata('file'), id, text)
  if (metadataTypes.includes('asset')) put(layout.metadata('asset'), records.id, records.asset)
  put(layout.manifests, records.id, records.manifest)
  return isNew
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

async function stageAll(project: Project, database: DatabaseSync, facts: Facts, options: CreateOptions): Promise<CreateResult> {
  const { signal, onEvent, dryRun = false } = options
  const layout = stagingLayout(project.config.stagingDirectory)
  const totals = countValid(database)
  const tally: Tally = { changed: 0, written: 0, done: 0 }
  const pause = createYielder(signal)
  const result = (removed: number): CreateResult => ({
    staging: layout.root,
    ...totals,
    changed: tally.changed,
    written: tally.written,
    removed,
  })
  if (dryRun) {
    for (const asset of validAssets(database)) {
      const { records } = plan(asset, layout, facts, project)
      if (records === undefined) {
        tally.changed++
        tally.written += asset.files.length
      }
      onEvent?.({ type: 'progress', phase: 'plan', done: ++tally.done, total: totals.assets })
      await pause()
    }
    return result(0)
  }
  for (const folder of [layout.content, layout.manifests, ...project.config.metadataTypes.map(type => layout.metadata(type))])
    mkdirSync(folder, { recursive: true })
  const oldChunks = publishedChunks(layout)
  const hideChunks = () => {
    for (const chunk of oldChunks) rmSync(chunk, { force: true })
  }
  const removed = pruneStaging(layout, wantedOf(database, project), hideChunks)
  const time = chunkTime(new Date())
  using chunks = new DisposableStack()
  const chunkWriter = (kind: 'asset' | 'file') =>
    project.config.metadataTypes.includes(`${kind}-chunk`)
      ? chunks.use(new ChunkWriter(layout.metadata(`${kind}-chunk`), kind, time))
      : undefined
  const assetChunks = chunkWriter('asset')
  const fileChunks = chunkWriter('file')
  const planned: Planned[] = []
  await using engine = createEngine<{ stage: typeof stageFiles }>({
    threads: totals.bytes >= threadedBytes ? (project.config.threads ?? Math.min(4, availableParallelism())) : 0,
    handlers: { stage: entryFile('staging/stage-files') },
  })
  function* units(): Generator<StageUnit> {
    for (const asset of validAssets(database)) {
      const one = plan(asset, layout, facts, project)
      planned.push(one)
      yield one.records === undefined
        ? unitOf(one, layout, oldChunks, project)
        : { mode: project.config.writeMode, documents: [], files: [] }
    }
  }
  for await (const staged of engine.run('stage', units(), { ...(signal !== undefined && { signal }) })) {
    const one = planned.shift()
    if (one === undefined) throw new FairleadError('unexpected', 'an asset was staged that was not planned')
    const records =
      one.records ??
      assetRecords(
        layout.root,
        one.asset,
        staged.map(({ sha256 }) => sha256),
      )
    if (one.records === undefined) {
      remember(one, staged, facts, project)
      const written = staged.filter(file => file.written).length
      if (describe(layout, records, project) || written > 0) tally.changed++
      tally.written += written
    }
    assetChunks?.add(records.asset)
    if (fileChunks !== undefined) for (const { text } of records.files) fileChunks.add(text)
    onEvent?.({ type: 'progress', phase: 'stage', done: ++tally.done, total: totals.assets })
    await pause()
  }
  onEvent?.({ type: 'progress', phase: 'metadata', done: 0, total: 1 })
  assetChunks?.publish()
  fileChunks?.publish()
  for (const type of ['asset-chunk', 'file-chunk'] as const)
    if (!project.config.metadataTypes.includes(type)) rmSync(layout.metadata(type), { recursive: true, force: true })
  onEvent?.({ type: 'progress', phase: 'metadata', done: 1, total: 1 })
  return result(removed)
}

function wantedOf(database: DatabaseSync, project: Project): Wanted {
  const paths = new Set(validFilePaths(database))
  const ids = database.prepare('select asset_path as path from assets where asset_valid = 1').all()
  const keepsFiles = project.config.metadataTypes.includes('file')
  return {
    assets: new Set(ids.map(({ path }) => idOf(String(path)))),
    files: new Set(keepsFiles ? Array.from(paths, idOf) : []),
    paths,
  }
}

/** Runs while no other create or delete works on this staging folder. */
export function exclusively<T>({ config }: Project, options: StepOptions, work: () => Promise<T>): Promise<T> {
  const locks = createLocks(join(createFolders().state, 'locks'))
  const { stagingDirectory: staging } = config
  return locks.exclusive(`staging:${staging}`, work, lockOptions(options, `waiting: another fairlead process is writing to ${staging}`))
}

/**
 * Makes the staging folder what the catalog says: the content of every valid asset, whole, and metadata about it. What
 * is in place stays; what is no longer valid goes. Chunks, which name all assets, are gone from the first change to the end. An asset's manifest is written last, so a create that was killed shows
 * no half asset, and the next one completes it. Throws `not-found` before the first update and `precondition-failed` when
 * files changed since.
 */
export function create(project: Project, options: CreateOptions = {}): Promise<CreateResult> {
  return exclusively(project, options, async () => {
    const database = openFor(project)
    try {
      using facts = openFacts(createFolders().state)
      forgetFolders()
      return await stageAll(project, database, facts, options)
    } finally {
      database.close()
    }
  })
}
