import type { DatabaseSync } from 'node:sqlite'
import { suggestName, type NameValues, type Specification } from '@fairlead/assets'

/** A name that the catalog proposes; paths relative to the ingress. */
export interface Proposal {
  readonly kind: 'file' | 'directory'
  readonly from: string
  readonly to: string
  /** What was wrong with the old name. */
  readonly why: string
}

/** What is wrong, and why no name is proposed. */
export interface NoProposal {
  readonly path: string
  readonly reason: string
}

export interface Proposals {
  readonly proposals: readonly Proposal[]
  readonly none: readonly NoProposal[]
}

/** What is wrong with names: `problems.kind`. */
const nameKinds = [
  'indicator', 'token', 'separator-or-end', 'version-above-zero', 'extension-lower-case', 'descriptor-start', 'no-specification',
  'unknown-specification', 'other-specification',
] as const // prettier-ignore

interface NamedFile {
  readonly path: string
  /** The legal name that it has or is to get. */
  readonly name: string
  readonly values: NameValues
  /** The asset that this name says. */
  readonly asset: string
}

interface NamedAsset {
  readonly id: number
  readonly path: string
}

export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

export function inFolder(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Gathers what is proposed: the legal names that the catalog has, then those that take a look at a whole asset. */
class Proposer {
  private readonly byPath = new Map<string, Proposal>()
  private readonly none = new Map<string, string>()
  private readonly database: DatabaseSync
  private assets: Map<string, NamedAsset[]> | undefined
  private readonly specifications: ReadonlyMap<string, Specification>

  constructor(database: DatabaseSync, specifications: readonly Specification[]) {
    this.database = database
    this.specifications = new Map(specifications.map(one => [one.name, one]))
  }

  run(): Proposals {
    this.misnamedFiles()
    const assets = this.database.prepare(
      `select id, asset_path as path, specification from assets where asset_type <> 'file' and id in
         (select asset from problems where legal_name is not null or kind in ('other-asset', 'directory-name')) order by asset_path`,
    )
    for (const { id, path, specification: name } of assets.all()) {
      const specification = this.specifications.get(String(name))
      if (specification !== undefined) this.wholeAsset(Number(id), String(path), specification)
    }
    const proposals = [...this.byPath.values()]
    const none = [...this.none].flatMap(([path, reason]) => (this.byPath.has(path) ? [] : [{ path, reason }]))
    return { proposals, none }
  }

  /** Assets that are folders, by name; read once, and only where a file names an asset that it does not lie in. */
  private assetsNamed(name: string): readonly NamedAsset[] {
    if (this.assets === undefined) {
      this.assets = new Map()
      for (const row of this.database.prepare("select id, asset_path, asset_name from assets where asset_type <> 'file'").iterate()) {
        const same = this.assets.get(String(row.asset_name))
        const asset = { id: Number(row.id), path: String(row.asset_path) }
        if (same === undefined) this.assets.set(String(row.asset_name), [asset])
        else same.push(asset)
      }
    }
    return this.assets.get(name) ?? []
  }

  private misnamedFiles(): void {
    const kinds = nameKinds.map(() => '?').join(', ')
    const problems = this.database.prepare(`select path, message, legal_name from problems where kind in (${kinds}) order by id`)
    for (const row of problems.iterate(...nameKinds)) {
      const [path, message, legal] = [String(row.path), String(row.message), text(row.legal_name)]
      if (legal === undefined) this.none.set(path, `no legal name can be told: ${message}`)
      else if (!this.byPath.has(path)) this.propose('file', path, inFolder(folderOf(path), legal), message)
    }
  }

  private propose(kind: Proposal['kind'], from: string, to: string, why: string): void {
    if (from !== to) this.byPath.set(from, { kind, from, to, why })
  }

  private files(asset: number, { filenameGrammar, assetNameGrammar, name: own }: Specification): NamedFile[] {
    const rows = this.database.prepare('select filepath_relative as path from files where asset = ? order by id').all(asset)
    return rows.flatMap(row => {
      const path = String(row.path)
      const name = baseOf(this.byPath.get(path)?.to ?? path)
      const parsed = filenameGrammar.parse(name)
      const claims = parsed.ok && (parsed.values.specification ?? own) === own
      return claims ? [{ path, name, values: parsed.values, asset: assetNameGrammar.format(parsed.values) }] : []
    })
  }

  /** The directory's name, and the files that name another asset. */
  private wholeAsset(id: number, path: string, specification: Specification): void {
    const files = this.files(id, specification)
    const directory = baseOf(path)
    const meant = suggestName(directory, specification.assetNameGrammar)
    const names = new Set(files.map(({ asset }) => asset))
    const [only] = names
    const name = names.has(directory)
      ? directory
      : names.size === 1
        ? only
        : meant !== undefined && (names.size === 0 || names.has(meant))
          ? meant
          : undefined
    if (name === undefined) {
      const isLegal = specification.assetNameGrammar.parse(directory).ok
      if (!isLegal || names.size > 1)
        this.none.set(path, names.size > 1 ? `its files name ${names.size} assets` : 'no legal name can be told')
      return
    }
    this.propose('directory', path, inFolder(folderOf(path), name), `The directory is named after its files: ${name}.`)
    const taken = new Set(files.filter(({ asset }) => asset === name).map(file => file.name))
    for (const file of files) if (file.asset !== name) this.foreign(file, path, name, taken, specification)
  }

  /** A file that names another asset: it is moved there, or named after this one where there is no other. */
  private foreign(file: NamedFile, asset: string, name: string, taken: ReadonlySet<string>, specification: Specification): void {
    this.byPath.delete(file.path)
    const others = this.assetsNamed(file.asset).filter(({ path }) => path !== asset)
    const parsed = specification.assetNameGrammar.parse(name)
    if (!parsed.ok) return
    const [other, second] = others
    const own = specification.filenameGrammar.format({ ...file.values, ...parsed.values })
    const isFree = !taken.has(own)
    if (other === undefined && isFree) {
      this.propose('file', file.path, inFolder(folderOf(file.path), own), `The file names ${file.asset}, which is nowhere, in ${name}.`)
      return
    }
    const there = this.database.prepare('select 1 from files where asset = ? and filename = ?')
    const isThere = other !== undefined && there.get(other.id, file.name) !== undefined
    if (other !== undefined && second === undefined && specification.type === 'sequence' && !isThere) {
      this.propose('file', file.path, inFolder(other.path, file.name), `The file belongs to ${file.asset}.`)
      return
    }
    const why = other === undefined || isThere ? 'that name is taken' : 'it may belong to either'
    this.none.set(file.path, `it names the asset ${file.asset}, but lies in ${name}; ${why}`)
  }
}

/** The legal names that the last update knows or that follow from it; nothing is looked at on the disk. */
export function proposeNames(database: DatabaseSync, specifications: readonly Specification[]): Proposals {
  return new Proposer(database, specifications).run()
}
