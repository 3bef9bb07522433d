import { lstatSync, mkdirSync, rmSync, unlinkSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { FairleadError } from '@fairlead/core'
import { stampOf, type Facts } from '@fairlead/core/host'
import { createEngine } from '@fairlead/engine'
import { entryFile } from '../entry.ts'
import type { StepOptions } from '../events.ts'
import type { Project } from '../project.ts'
import { carryTraits, type MovedState } from '../update/known-traits.ts'
import { createYielder } from '../update/yielder.ts'
import { validAssets, type CatalogAsset } from './catalog-assets.ts'
import { publishedChunks } from './chunk-files.ts'
import { Chunks } from './chunks.ts'
import type { CreateScope } from './create-scope.ts'
import { describe } from './describe.ts'
import { idOf } from './ids.ts'
import { documentsOf, type StagingLayout } from './layout.ts'
import { endMove, moveAsset, resumeMoves, tidyMoves, type Refused } from './move-assets.ts'
import { holds } from './move-file.ts'
import { isSameContent, plan, type Planned } from './plan.ts'
import { pruneStaging } from './prune.ts'
import { assetRecords, stagedRecords, type AssetRecords } from './records.ts'
import stageFiles, { type StagedFile, type StageUnit } from './stage-files.ts'
import { compareSourceAt } from './compare-source.ts'
import { readStaged, type StagedAsset } from './staged-asset.ts'

/** What staging came to. */
export interface StageOutcome {
  /** Assets that had to be written. */
  readonly changed: number
  /** Files that had to be copied, linked or moved. */
  readonly written: number
  readonly removed: number
  readonly refused: readonly Refused[]
}

/** From here on content is worth worker threads. */
const threadedBytes = 32 * 1024 * 1024

/** One run of create: makes staging what its scope says. */
export class Stage {
  private readonly project: Project
  private readonly layout: StagingLayout
  private readonly facts: Facts
  private readonly refused: Refused[] = []
  private oldChunks: readonly string[] = []
  private changed = 0
  private written = 0

  constructor(project: Project, layout: StagingLayout, facts: Facts) {
    this.project = project
    this.layout = layout
    this.facts = facts
  }

  /** Ends what a killed move began. Must run before anything is compared with what staging has. */
  resume(): void {
    this.oldChunks = publishedChunks(this.layout)
    const refused = resumeMoves(this.layout, staged => {
      this.hide(idOf(staged.asset.path))
      describe(this.layout, stagedRecords(this.layout.root, staged), this.project)
      this.changed++
    })
    this.refused.push(...refused)
  }

  /** Stages the wanted assets, describes those that are kept, and publishes chunks of all. */
  async run(database: DatabaseSync, scope: CreateScope, { signal, onEvent }: StepOptions): Promise<StageOutcome> {
    const { layout, project } = this
    const { metadataTypes } = project.config
    for (const folder of [layout.content, layout.manifests, ...metadataTypes.map(type => layout.metadata(type))])
      mkdirSync(folder, { recursive: true })
    const removed = pruneStaging(layout, scope.all(), () => this.hideChunks())
    const total = scope.totals.assets + scope.kept.assets.length
    const pause = createYielder(signal)
    let done = 0
    using chunks = new Chunks(layout, metadataTypes, new Date())
    const add = async (records: AssetRecords | undefined) => {
      if (records !== undefined) chunks.add(records)
      onEvent?.({ type: 'progress', phase: 'stage', done: ++done, total })
      await pause()
    }
    const kept = [...scope.kept.assets]
    // Among the others in order of their paths, so that chunks are the same whatever the catalog has of them.
    const addKept = async (before: string | undefined) => {
      for (let next = kept[0]; next !== undefined && (before === undefined || next.path < before); next = kept[0]) {
        kept.shift()
        await add(this.settleKept(next.id))
      }
    }
    for await (const [one, staged] of this.staged(database, scope, signal)) {
      await addKept(one.asset.path)
      await add(this.settle(one, staged, scope))
    }
    await addKept(undefined)
    onEvent?.({ type: 'progress', phase: 'metadata', done: 0, total: 1 })
    chunks.publish()
    onEvent?.({ type: 'progress', phase: 'metadata', done: 1, total: 1 })
    tidyMoves(layout)
    return { changed: this.changed, written: this.written, removed, refused: this.refused }
  }

  /** Plans assets and works on their files, some on threads where there is much to do; in their order. */
  private async *staged(
    database: DatabaseSync,
    scope: CreateScope,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<readonly [Planned, readonly StagedFile[]]> {
    const { project, layout, facts } = this
    const waiting: Planned[] = []
    await using engine = createEngine<{ stage: typeof stageFiles }>({
      threads: scope.totals.bytes >= threadedBytes ? (project.config.threads ?? Math.min(4, availableParallelism())) : 0,
      handlers: { stage: entryFile('staging/stage-files') },
    })
    const unitOf = (one: Planned): StageUnit =>
      one.records !== undefined || scope.conflictOf(one.asset) !== undefined
        ? { mode: 'hash', documents: [], files: [] }
        : this.unitOf(one, one.moved !== undefined || project.config.writeMode === 'move' ? 'hash' : project.config.writeMode)
    function* units(): Generator<StageUnit> {
      for (const asset of validAssets(database, ({ path }) => scope.wanted.has(idOf(path)))) {
        const one = plan(asset, layout, facts, project)
        waiting.push(one)
        yield unitOf(one)
      }
    }
    for await (const files of engine.run('stage', units(), { ...(signal !== undefined && { signal }) })) {
      const one = waiting.shift()
      if (one === undefined) throw new FairleadError('unexpected', 'an asset was staged that was not planned')
      yield [one, files]
    }
  }

  private unitOf({ asset, sources, hashes }: Planned, mode: StageUnit['mode']): StageUnit {
    const files = asset.files.map((file, index) => ({
      source: join(this.project.config.ingressDirectory, file.path),
      target: join(this.layout.content, file.path),
      fingerprint: sources[index]?.stamp.fingerprint ?? '',
      sha256: hashes[index] ?? null,
    }))
    return { mode, documents: mode === 'hash' ? [] : [...this.oldChunks, ...documentsOf(this.layout, idOf(asset.path))], files }
  }

  /** Completes an asset whose files were staged, or hashed; gives what chunks say of it, undefined where it is not staged. */
  private settle(one: Planned, files: readonly StagedFile[], scope: CreateScope): AssetRecords | undefined {
    const { layout, project } = this
    if (one.records !== undefined) {
      if (one.moved !== undefined && describe(layout, one.records, project)) this.changed++
      return one.records
    }
    const conflict = scope.conflictOf(one.asset)
    if (conflict !== undefined) return this.refuse(one.asset, conflict, undefined)
    this.remember(one, files)
    const hashes = files.map(({ sha256 }) => sha256)
    if (one.moved !== undefined) {
      if (isSameContent(one.moved, one.asset, hashes)) return this.keepMoved(one.moved, one)
      if (!scope.replacesMoved) return this.refuse(one.asset, scope.movedConflict(one.asset), one.moved)
    }
    const isMove = project.config.writeMode === 'move'
    const records = assetRecords(layout.root, one.asset, hashes, isMove)
    const failure = isMove ? this.move(one, hashes, records) : this.replace(one, hashes)
    if (failure !== undefined) return this.refuse(one.asset, failure, undefined)
    if (one.moved !== undefined) this.removeFormer(one.moved, one.asset)
    const written = isMove || one.moved !== undefined ? one.asset.files.length : files.filter(file => file.written).length
    if (describe(layout, records, project) || written > 0) this.changed++
    this.written += written
    if (isMove) endMove(layout, records.id)
    return records
  }

  /** Describes an asset that is only in staging. */
  private settleKept(id: string): AssetRecords | undefined {
    const staged = readStaged(this.layout, id)
    if (staged === undefined) return undefined
    const records = stagedRecords(this.layout.root, staged)
    describe(this.layout, records, this.project)
    return records
  }

  private move({ asset, sources }: Planned, hashes: readonly string[], { id, manifest }: AssetRecords): string | undefined {
    this.hide(id)
    const fingerprints = sources.map(({ stamp }) => stamp.fingerprint)
    return moveAsset(this.layout, this.project.config.ingressDirectory, { id, asset, hashes, moved: true }, { manifest, fingerprints })
  }

  /** Copies or links over what was moved, where that is asked for; anything else was done on the way here. */
  private replace(one: Planned, hashes: readonly string[]): undefined {
    const { writeMode } = this.project.config
    if (one.moved !== undefined && writeMode !== 'move') stageFiles(this.unitOf({ ...one, hashes }, writeMode))
  }

  /** What was moved lies in the ingress again, the same: it goes there once more, if it is to be moved and staging has it whole. */
  private keepMoved(moved: StagedAsset, { sources }: Planned): AssetRecords {
    const { layout, project } = this
    if (project.config.writeMode === 'move') {
      for (const [index, { path, size }] of moved.asset.files.entries()) {
        if (!holds(join(layout.content, path), { size, sha256: moved.hashes[index] ?? '' })) continue
        const source = join(project.config.ingressDirectory, path)
        if (compareSourceAt(source, sources[index]?.stamp.fingerprint ?? '') === 'changed') continue
        unlinkSync(source)
        this.written++
      }
      this.changed++
    }
    const records = stagedRecords(layout.root, moved)
    describe(layout, records, project)
    return records
  }

  private removeFormer(former: StagedAsset, asset: CatalogAsset): void {
    const now = new Set(asset.files.map(({ path }) => path))
    for (const { path } of former.asset.files) {
      if (now.has(path)) continue
      rmSync(join(this.layout.metadata('file'), `${idOf(path)}.json`), { force: true })
      rmSync(join(this.layout.content, path), { force: true })
    }
  }

  private refuse({ path }: CatalogAsset, message: string, staged: StagedAsset | undefined): AssetRecords | undefined {
    this.refused.push({ asset: path, message })
    return staged === undefined ? undefined : stagedRecords(this.layout.root, staged)
  }

  /** Remembers hashes. A hard link changes a file's change time, so all that was known of it moves on to its new state. */
  private remember({ sources }: Planned, staged: readonly StagedFile[]): void {
    const moves: MovedState[] = []
    for (const [index, { stamp }] of sources.entries()) {
      const sha256 = staged[index]?.sha256
      if (sha256 === undefined) continue
      const isLinked = this.project.config.writeMode === 'link' && staged[index]?.written === true
      if (!isLinked) this.facts.rememberFile(stamp, { sha256 })
      else {
        const now = stampOf(stamp.path, lstatSync(stamp.path, { bigint: true }))
        this.facts.rememberFile({ ...now, settled: stamp.settled }, { ...this.facts.file(stamp), sha256 })
        moves.push({ path: stamp.path, from: stamp.fingerprint, to: now.fingerprint })
      }
    }
    carryTraits(this.facts, moves)
  }

  private hide(id: string): void {
    this.hideChunks()
    for (const document of documentsOf(this.layout, id)) rmSync(document, { force: true })
  }

  private hideChunks(): void {
    for (const chunk of this.oldChunks) rmSync(chunk, { force: true })
    this.oldChunks = []
  }
}
