import { baseRules } from '../grammar/base-rules.ts'
import type { NameValues } from '../grammar/fields.ts'
import { specificationOf } from '../grammar/specification-of.ts'
import type { Specification } from '../specification/specification.ts'
import { AssetRuleVotes } from './asset-rule-votes.ts'
import { isJunk, pathIn, type Listing, type Listings } from './listing.ts'
import { looksNamed, meantToken, outlierOf, type Outlier, type OutlierReason } from './outlier.ts'
import { assetFolder } from './survey.ts'

/** How the names of one specification follow it. */
interface NameCount {
  /** Names that are meant to be of the specification. */
  files: number
  /** Those that follow it: legal, allowed by its rules, in the directory of their asset. */
  following: number
  readonly votes: AssetRuleVotes
}

/** What a check of all names against the proposed specifications gives. */
export interface NameCheck {
  files: number
  readonly junk: Found<string>
  readonly outliers: Found<Outlier>
  readonly reasons: Map<OutlierReason, number>
  readonly counts: ReadonlyMap<string, NameCount>
}

/** The first of many things, and how many there are. */
interface Found<T> {
  count: number
  readonly listed: T[]
}

/** What a check tells its caller while it runs. */
export interface NameCheckOptions {
  /** How many outliers and junk files are listed. */
  readonly limit: number
  /** A file that follows its specification. */
  readonly onFollowing?: (path: string, specification: Specification) => void
  /** A name of no convention of ours. */
  readonly onForeign?: (name: string, folder: string) => void
}

interface Named {
  readonly path: string
  readonly values: NameValues
}

/** A walk over all names, with what is found on the way. */
class NameChecker {
  readonly check: NameCheck
  private readonly specifications: ReadonlyMap<string, Specification>
  private readonly options: NameCheckOptions

  constructor(specifications: readonly Specification[], options: NameCheckOptions) {
    this.specifications = new Map(specifications.map(one => [one.name, one]))
    this.options = options
    this.check = {
      files: 0,
      junk: { count: 0, listed: [] },
      outliers: { count: 0, listed: [] },
      reasons: new Map(),
      counts: new Map(specifications.map(one => [one.name, { files: 0, following: 0, votes: new AssetRuleVotes(one) }])),
    }
  }

  private add<T>(found: Found<T>, thing: T): void {
    found.count++
    if (found.listed.length < this.options.limit) found.listed.push(thing)
  }

  private outlier(outlier: Outlier): void {
    this.check.reasons.set(outlier.reason, (this.check.reasons.get(outlier.reason) ?? 0) + 1)
    this.add(this.check.outliers, outlier)
  }

  private stray(folder: string, name: string): void {
    this.outlier({ path: pathIn(folder, name), reason: 'no-specification', message: 'The name refers to no specification.' })
    this.options.onForeign?.(name, folder)
  }

  private follows(path: string, specification: Specification): void {
    const count = this.check.counts.get(specification.name)
    if (count !== undefined) count.following++
    this.options.onFollowing?.(path, specification)
  }

  /** The names of a folder by the specification that they mean, each told apart from what means none. */
  private sort({ folder, names }: Listing): Map<Specification, string[]> {
    const sorted = new Map<Specification, string[]>()
    let above: ReturnType<typeof assetFolder> | null = null
    for (const name of names) {
      this.check.files++
      if (isJunk(name)) {
        this.add(this.check.junk, pathIn(folder, name))
        continue
      }
      const claimed = specificationOf(name)
      let specification = this.specifications.get(claimed ?? meantToken(name) ?? '')
      if (specification === undefined) {
        if (above === null) above = assetFolder(folder)
        const here = this.specifications.get(above?.token ?? '')
        if (here === undefined || !looksNamed(name)) {
          this.stray(folder, name)
          continue
        }
        specification = here
        if (claimed !== undefined) {
          this.count(here)
          const message = `The name refers to ${claimed}, but is in an asset of ${here.name}.`
          this.outlier({ path: pathIn(folder, name), reason: 'specification', specification: here.name, field: 'specification', message })
          continue
        }
      }
      const known = sorted.get(specification)
      if (known === undefined) sorted.set(specification, [name])
      else known.push(name)
    }
    return sorted
  }

  private count(specification: Specification): void {
    const count = this.check.counts.get(specification.name)
    if (count !== undefined) count.files++
  }

  /** What a legal name that the rules allow says; undefined for an outlier, which is told. */
  private read(path: string, name: string, specification: Specification): NameValues | undefined {
    this.count(specification)
    const parsed = specification.filenameGrammar.parse(name)
    if (!parsed.ok || baseRules(parsed.values).length > 0) {
      this.outlier(outlierOf(path, name, specification))
      return undefined
    }
    for (const { subject, check } of specification.fileRules) {
      const value = subject === 'extension' ? parsed.values.extension : undefined
      const verdict = value === undefined ? undefined : check(value)
      if (verdict === undefined) continue
      const position = specification.filenameGrammar.startOf(parsed.values, 'extension')
      this.outlier({
        path,
        reason: 'extension',
        specification: specification.name,
        field: 'extension',
        position,
        message: `The extension ${verdict}.`,
      })
      return undefined
    }
    return parsed.values
  }

  private outside(path: string, specification: Specification, message: string): void {
    this.outlier({ path, reason: 'other-asset', specification: specification.name, message })
  }

  /** The files of one directory: which asset it is, as its own name or most of them say. */
  private sequence(folder: string, names: readonly string[], specification: Specification, owner: Specification): void {
    const assets = new Map<string, Named[]>()
    let clean = true
    for (const name of names) {
      const path = pathIn(folder, name)
      const values = this.read(path, name, specification)
      if (values === undefined) clean = false
      else if (folder === '')
        this.outlier({
          path,
          reason: 'directory',
          specification: specification.name,
          message: 'The file is not in the directory of an asset.',
        })
      else if (owner !== specification)
        this.outside(path, specification, `The file refers to ${specification.name}, but is in an asset of ${owner.name}.`)
      else {
        const asset = specification.assetNameGrammar.format(values)
        const known = assets.get(asset)
        if (known === undefined) assets.set(asset, [{ path, values }])
        else known.push({ path, values })
      }
    }
    const own = folder.slice(folder.lastIndexOf('/') + 1)
    let asset = assets.has(own) ? own : undefined
    if (asset === undefined)
      for (const [name, files] of assets) if (asset === undefined || files.length > (assets.get(asset)?.length ?? 0)) asset = name
    if (asset !== undefined && asset !== own) {
      clean = false
      const message = `The directory is named after its files: expected ${asset}.`
      this.outlier({ path: folder, reason: 'directory', specification: specification.name, message, legalName: asset })
    }
    for (const [name, files] of assets) {
      if (name === asset) continue
      clean = false
      for (const { path } of files)
        this.outside(path, specification, `The file belongs to the asset ${name}, but is in the directory of ${asset}.`)
    }
    const files = asset === undefined ? [] : (assets.get(asset) ?? [])
    for (const { path } of files) this.follows(path, specification)
    if (clean) this.check.counts.get(specification.name)?.votes.add(files.map(({ values }) => values))
  }

  private single(folder: string, names: readonly string[], specification: Specification): void {
    for (const name of names) {
      const path = pathIn(folder, name)
      const values = this.read(path, name, specification)
      if (values === undefined) continue
      const root = specification.assetPathOf(path)
      if (root === undefined) {
        this.outlier({
          path,
          reason: 'directory',
          specification: specification.name,
          message: 'The file is not in the directory of an asset.',
        })
        continue
      }
      const asset = specification.assetNameGrammar.format(values)
      const own = root.slice(root.lastIndexOf('/') + 1)
      if (specification.type === 'file' || asset === own) this.follows(path, specification)
      else this.outside(path, specification, `The file belongs to the asset ${asset}, but is in the directory of ${own}.`)
    }
  }

  folder(listing: Listing): void {
    const sorted = this.sort(listing)
    let owner = this.specifications.get(specificationOf(listing.folder.slice(listing.folder.lastIndexOf('/') + 1)) ?? '')
    if (owner?.type !== 'sequence' || !sorted.has(owner)) {
      owner = undefined
      for (const [one, names] of sorted) {
        if (one.type === 'sequence' && (owner === undefined || names.length > (sorted.get(owner)?.length ?? 0))) owner = one
      }
    }
    for (const [specification, names] of sorted) {
      if (specification.type === 'sequence') this.sequence(listing.folder, names, specification, owner ?? specification)
      else this.single(listing.folder, names, specification)
    }
  }
}

/** Checks every name against proposed specifications, one folder at a time. */
export function checkNames(listings: Listings, specifications: readonly Specification[], options: NameCheckOptions): NameCheck {
  const checker = new NameChecker(specifications, options)
  for (const listing of listings()) checker.folder(listing)
  return checker.check
}
