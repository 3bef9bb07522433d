import { specificationOf, type Specification } from '@fairlead/assets'
import { FairleadError } from '@fairlead/core'
import type { Facts } from '@fairlead/core/host'
import {
  listFolder,
  pathIn,
  readNames,
  signatureOf,
  systemReason,
  type Listing,
  type ListOptions,
  type Names,
} from '../walk/list-folder.ts'
import { isSettled } from '../walk/stamp.ts'
import { buildUnit } from './build-unit.ts'
import type { Measurer } from './measurer.ts'
import type { Frame, Scanned, Unit } from './unit.ts'

/** A unit of the previous snapshot. */
export interface KnownUnit {
  readonly id: number
  readonly signature: string | null
  /** Whether everything below the folder is part of it. */
  readonly isDeep: boolean
}

/** What a scan works with. */
export interface ScanContext {
  readonly list: ListOptions
  readonly specifications: readonly Specification[]
  readonly measurer: Measurer
  readonly facts: Facts
  /** Looks up the unit of a folder in the snapshot before, if that was made by the same rules. */
  readonly previous: ((path: string) => KnownUnit | undefined) | undefined
  /** Which assets are looked at, by path; undefined for all. What lies in one folder is looked at together. */
  readonly wants: ((path: string) => boolean) | undefined
  /** Which assets are taken up, by path; undefined for all. */
  readonly only: ((path: string) => boolean) | undefined
  /** Awaited now and then; rejects when the update is to end. */
  readonly pause: () => Promise<void> | undefined
}

interface Unreadable {
  readonly path: string
  readonly message: string
}

/** What the visit of one folder gave: a unit, or the id of one that is as it was, or neither when it is none that is wanted. */
interface Visited {
  readonly files: number
  readonly folders: number
  readonly known?: number
  readonly unit?: Unit
  /** What is to be visited next. */
  readonly below: Frame
}

interface Level {
  readonly frame: Frame
  next: number
}

/** After so many files a scan hands back what it has; the rest can be shared out between threads. */
const filesPerScan = 1024
/** So that folders without files end a scan too. */
const foldersPerScan = 512

/** Looks at folders of the ingress, in order of path, and checks what changed in them. */
export class Scanner {
  private readonly context: ScanContext
  private readonly byName: ReadonlyMap<string, Specification>
  private readonly hasComplex: boolean

  constructor(context: ScanContext) {
    this.context = context
    this.byName = new Map(context.specifications.map(specification => [specification.name, specification]))
    this.hasComplex = context.specifications.some(({ type }) => type === 'complex')
  }

  /** Scans a frame until enough has come together. */
  async scan(frame: Frame): Promise<Scanned> {
    const { measurer, facts, pause } = this.context
    const openedBefore = measurer.opened
    const units: Unit[] = []
    const same: number[] = []
    const levels: Level[] = [{ frame, next: 0 }]
    let files = 0
    let folders = 0
    for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
      const name = level.frame.names[level.next++]
      if (name === undefined) {
        levels.pop()
        continue
      }
      const found = await this.visit(pathIn(level.frame.folder, name).replace(/\/$/, ''))
      files += found.files
      folders += found.folders
      if (found.known !== undefined) same.push(found.known)
      if (found.unit !== undefined) units.push(found.unit)
      if (found.below.names.length > 0) levels.push({ frame: found.below, next: 0 })
      if (files >= filesPerScan || folders >= foldersPerScan) break
      await pause()
    }
    facts.flush()
    const rest = levels
      .toReversed()
      .map(({ frame: { folder, names }, next }) => ({ folder, names: names.slice(next) }))
      .filter(({ names }) => names.length > 0)
    return { units, same, rest, files, opened: measurer.opened - openedBefore }
  }

  private async visit(folder: string): Promise<Visited> {
    const passed = this.unwanted(folder)
    if (passed !== undefined) return { files: 0, folders: 1, below: passed }
    const listings: Listing[] = []
    const unreadable: Unreadable[] = []
    const isDeep = await this.listUnit(folder, listings, unreadable)
    const below = { folder, names: isDeep ? [] : (listings[0]?.folders ?? []) }
    const files = listings.reduce((sum, { names }) => sum + names.length, 0)
    const seen = { files, folders: listings.length, below }
    const signature = signatureOf(listings)
    const known = this.context.previous?.(folder)
    if (known?.signature === signature && unreadable.length === 0) return { ...seen, known: known.id }
    const isFinal =
      unreadable.length === 0 &&
      this.context.only === undefined &&
      listings.every(({ stamps, lookedAt }) => stamps.every(stamp => isSettled(stamp, lookedAt)))
    return {
      ...seen,
      unit: await buildUnit({ path: folder, signature: isFinal ? signature : null, isDeep }, listings, unreadable, this.context),
    }
  }

  /** Lists a folder and, when an asset may reach below it, everything there; tells whether it did. */
  private async listUnit(folder: string, listings: Listing[], unreadable: Unreadable[], isBelow = false): Promise<boolean> {
    const listing = this.list(folder, listFolder)
    if ('message' in listing) {
      unreadable.push(listing)
      return true
    }
    listings.push(listing)
    if (!isBelow && !this.reachesBelow(listing)) return false
    for (const name of listing.folders) {
      await this.context.pause()
      await this.listUnit(pathIn(folder, name), listings, unreadable, true)
    }
    return true
  }

  /** Undefined when an asset that is wanted may be in the unit of a folder; else where to go on. */
  private unwanted(folder: string): Frame | undefined {
    const { wants } = this.context
    if (wants === undefined) return undefined
    const top = this.list(folder, readNames)
    if ('message' in top) return undefined
    const has = (names: Names): boolean => wants(names.folder) || names.names.some(name => wants(pathIn(names.folder, name)))
    const isDeep = this.reachesBelow(top)
    if (this.isRegrouped(folder, isDeep)) return undefined
    if (!isDeep) return has(top) ? undefined : { folder, names: top.folders }
    const hasBelow = (names: Names): boolean =>
      has(names) ||
      names.folders.some(name => {
        const inner = this.list(pathIn(names.folder, name), readNames)
        return 'message' in inner || hasBelow(inner)
      })
    return hasBelow(top) ? undefined : { folder, names: [] }
  }

  /** Whether a folder that was checked with all below it no longer is, or was checked with one above it: then its files have no unit to stay in. */
  private isRegrouped(folder: string, isDeep: boolean): boolean {
    const { previous } = this.context
    const known = previous?.(folder)
    if (previous === undefined || known !== undefined) return known?.isDeep === true && !isDeep
    for (let end = folder.lastIndexOf('/'); end > 0; end = folder.lastIndexOf('/', end - 1)) {
      if (previous(folder.slice(0, end))?.isDeep === true) return true
    }
    return false
  }

  /** Whether an asset may reach from this folder into those below it: its name or one of its files claims a directory as an asset. */
  private reachesBelow({ folder, names }: Names): boolean {
    if (folder === '') return false
    // The root of a complex asset is told by functions too, but it is never the ingress itself.
    if (this.hasComplex) return true
    const claims = (name: string) => {
      const claimed = specificationOf(name)
      return claimed !== undefined && this.byName.get(claimed)?.type === 'sequence'
    }
    return claims(folder.slice(folder.lastIndexOf('/') + 1)) || names.some(claims)
  }

  private list<T>(folder: string, read: (folder: string, options: ListOptions) => T): T | Unreadable {
    try {
      return read(folder, this.context.list)
    } catch (cause) {
      const reason = systemReason(cause)
      if (folder !== '') return { path: folder, message: `The folder can't be read (${reason}).` }
      const { ingress } = this.context.list
      throw new FairleadError('not-found', `the ingress ${ingress} can't be read as a folder (${reason})`, {
        path: ingress,
        hint: 'Set ingress_directory in fairlead.yaml to the folder to scan.',
        cause,
      })
    }
  }
}
