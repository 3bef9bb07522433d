import { lstatSync } from 'node:fs'
import { assignFiles, builtinTraits, type AssetFile, type FileTraits, type Specification } from '@fairlead/assets'
import { stampOf } from '@fairlead/core/host'
import { pathIn, type Listing } from '../walk/list-folder.ts'
import { isSameStamp, isSettled, stampOfStats, type Stamp } from '../walk/stamp.ts'
import { checkAsset, fileColumns, problemRow, type CheckedAsset } from './check-asset.ts'
import { mapInTurn } from './map-in-turn.ts'
import { KnownFolder, packFolder, sharer, type KnownFile } from './known-traits.ts'
import type { ScanContext } from './scanner.ts'
import type { FileBlock, Unit, UnitProblem } from './unit.ts'

interface SeenFile {
  readonly name: string
  readonly stamp: Stamp
  readonly lookedAt: number
  readonly folder: string
}

interface Stray {
  readonly path: string
  readonly kind: string
  readonly message: string
}

/** What was known of the traits in a folder before, and what is now. */
interface FolderTraits {
  readonly known: KnownFolder
  readonly now: KnownFile[]
  isNew: boolean
}

const noTraits: FileTraits = { traits: {}, errors: {} }
/**
 * So many files of one unit are read before what was read is kept, and then again half as many as there were, since all
 * is written anew: a killed update loses no more.
 */
const takenUntilKeep = 4096

/** Gives the traits of files from the facts or by opening each once, and keeps them in the facts by folder. */
class UnitMeasurer {
  /** Whether a trait could not be measured for a reason that may be gone the next time. */
  hasTransient = false
  private readonly context: ScanContext
  private readonly folders = new Map<string, FolderTraits>()
  private readonly share = sharer()
  private taken = 0
  private nextKeep = takenUntilKeep

  constructor(context: ScanContext) {
    this.context = context
  }

  /** A promise only where a trait function gives one: a million files would wait a million times. */
  measure({ path, parsed }: AssetFile, seen: SeenFile, specification: Specification): FileTraits | Promise<FileTraits> {
    const { measurer, list } = this.context
    const key = measurer.keyOf(specification)
    if (key === '') return noTraits
    const { name, stamp, folder } = seen
    const traits = this.folder(folder)
    const known = traits.known.traitsOf(name, stamp, key)
    if (known !== undefined) return this.take(traits, seen, key, known)
    const { size, modified } = stamp
    const read = measurer.read(
      { file: `${list.ingress}/${path}`, path, size, modified, values: parsed.ok ? parsed.values : {} },
      specification,
    )
    traits.isNew = true
    const taken = (measured: FileTraits): FileTraits => {
      if (specification.traits['sha256'] === builtinTraits.sha256) this.rememberHash(path, seen, measured.traits['sha256'])
      return this.take(traits, seen, key, measured)
    }
    return read instanceof Promise ? read.then(taken) : taken(read)
  }

  /** Keeps what was read; all files of the folders have been seen when it is `whole`, so that what is known of others can go. */
  keep(whole: boolean): void {
    for (const [folder, traits] of this.folders) {
      if (!traits.isNew) continue
      const now = new Map(whole ? [] : traits.known.all().map(file => [file.name, file]))
      for (const file of traits.now) now.set(file.name, file)
      this.context.facts.rememberFolder(this.full(folder), packFolder([...now.values()].sort((a, b) => (a.name < b.name ? -1 : 1))))
    }
  }

  /** What was hashed here needn't be hashed again when the file is staged or pushed. */
  private rememberHash(path: string, { stamp, lookedAt }: SeenFile, sha256: unknown): void {
    const file = `${this.context.list.ingress}/${path}`
    const stat = lstatSync(file, { bigint: true, throwIfNoEntry: false })
    if (typeof sha256 !== 'string' || stat === undefined || !isSameStamp(stampOfStats(stat), stamp)) return
    const now = stampOf(file, stat)
    this.context.facts.rememberFile({ ...now, settled: now.settled && isSettled(stamp, lookedAt) }, { sha256 })
  }

  private take(traits: FolderTraits, { name, stamp, lookedAt }: SeenFile, key: string, found: FileTraits): FileTraits {
    const measured = this.share(found)
    if (found.isTransient === true) this.hasTransient = true
    else if (isSettled(stamp, lookedAt)) traits.now.push({ name, stamp, key, measured })
    if (traits.isNew && ++this.taken >= this.nextKeep) {
      this.keep(false)
      this.nextKeep = Math.max(this.taken + takenUntilKeep, Math.ceil(this.taken * 1.5))
    }
    return measured
  }

  private folder(folder: string): FolderTraits {
    let traits = this.folders.get(folder)
    if (traits === undefined) {
      traits = { known: new KnownFolder(this.context.facts.folder(this.full(folder))), now: [], isNew: false }
      this.folders.set(folder, traits)
    }
    return traits
  }

  private full(folder: string): string {
    const { ingress } = this.context.list
    return folder === '' ? ingress : `${ingress}/${folder}`
  }
}

/** Files of no asset: rows that say why. */
function strayBlock(strays: readonly Stray[], seen: ReadonlyMap<string, SeenFile>): FileBlock {
  const rows = strays.map(({ path, message }) => {
    const stamp = seen.get(path)?.stamp
    return { path, error: message, ...(stamp !== undefined && { stamp }) }
  })
  return { asset: undefined, count: rows.length, columns: { ...fileColumns(rows), asset_valid: { same: 0 } } }
}

/** Assigns the files of some folders to assets, measures and checks them. */
export async function buildUnit(
  { path, signature, isDeep }: Pick<Unit, 'path' | 'signature' | 'isDeep'>,
  listings: readonly Listing[],
  unreadable: ReadonlyArray<{ readonly path: string; readonly message: string }>,
  context: ScanContext,
): Promise<Unit> {
  const seen = new Map<string, SeenFile>()
  for (const { folder, names, stamps, lookedAt } of listings) {
    for (const [index, name] of names.entries()) {
      const stamp = stamps[index]
      if (stamp !== undefined) seen.set(pathIn(folder, name), { name, stamp, lookedAt, folder })
    }
  }
  const { assets, unassigned } = assignFiles(context.specifications, seen.keys())
  const measurer = new UnitMeasurer(context)
  const checked: CheckedAsset[] = []
  for (const asset of assets) {
    if (context.only?.(asset.path) === false) continue
    const found = asset.files.flatMap(file => {
      const one = seen.get(file.path)
      return one === undefined ? [] : [{ file, one }]
    })
    const reading = mapInTurn(found, ({ file, one }) => measurer.measure(file, one, asset.specification))
    const traits = reading instanceof Promise ? await reading : reading
    checked.push(
      checkAsset(
        asset,
        found.map(({ file, one }, index) => ({ file, stamp: one.stamp, measured: traits[index] ?? noTraits })),
      ),
    )
    await context.pause()
  }
  measurer.keep(context.only === undefined)
  const blocks: FileBlock[] = []
  const problems: UnitProblem[] = []
  let files = 0
  for (const [index, { block, problems: own }] of checked.entries()) {
    blocks.push({ asset: index, ...block })
    for (const problem of own)
      problems.push({ ...problem, asset: index, file: problem.file === undefined ? undefined : files + problem.file })
    files += block.count
  }
  if (context.only === undefined) {
    const strays = [
      ...unassigned.map(({ path: file, problem }) => ({ file, problem })),
      ...[...listings.flatMap(listing => listing.problems), ...unreadable].map(({ path: file, message }) => ({
        file,
        problem: { path: file, rule: 'file-kind', message },
      })),
    ].toSorted((a, b) => (a.file < b.file ? -1 : 1))
    if (strays.length > 0) {
      blocks.push(
        strayBlock(
          strays.map(({ file, problem }) => ({ path: file, kind: problem.rule, message: problem.message })),
          seen,
        ),
      )
      for (const [index, { problem }] of strays.entries()) problems.push({ ...problemRow(problem, files + index), asset: undefined })
      files += strays.length
    }
  }
  return {
    path,
    signature: measurer.hasTransient ? null : signature,
    isDeep,
    assets: checked.map(({ row }) => row),
    blocks,
    problems,
    files,
  }
}
