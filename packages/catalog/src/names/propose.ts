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

/** An asset that is a folder, with the name that it has or is to get. */
interface WholeAsset extends NamedAsset {
  readonly name: string
  readonly specification: Specification
  readonly files: readonly NamedFile[]
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
  private targets: ReadonlySet<string> = new Set()
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
    const named = assets.all().flatMap(({ id, path, specification: name }) => {
      const specification = this.specifications.get(String(name))
      return specification === undefined ? [] : this.wholeAsset(Number(id), String(path), specification)
    })
    // Which assets there are is known only now: some by what they are to be called.
    this.targets = new Set([...this.byPath.values()].map(({ to }) => to))
    for (const asset of named) for (const file of asset.files) if (file.asset !== asset.name) this.foreign(file, asset, named)
    const proposals = [...this.byPath.values()]
    const none = [...this.none].flatMap(([path, reason]) => (this.byPath.has(path) ? [] : [{ path, reason }]))
    return { proposals, none }
  }

  /** Assets that are folders, by name; read once, and only where a file names an asset that it does not lie in. */
  private assetsNamed(name: string, named: readonly WholeAsset[]): readonly NamedAsset[] {
    if (this.assets === undefined) {
      this.assets = new Map()
      for (const row of this.database.prepare("select id, asset_path, asset_name from assets where asset_type <> 'file'").iterate()) {
        const same = this.assets.get(String(row.asset_name))
        const asset = { id: Number(row.id), path: String(row.asset_path) }
        if (same === undefined) this.assets.set(String(row.asset_name), [asset])
        else same.push(asset)
      }
      for (const { id, path, name: meant } of named) {
        const same = this.assets.get(meant)
        if (same === undefined) this.assets.set(meant, [{ id, path }])
        else if (!same.some(one => one.id === id)) same.push({ id, path })
      }
    }
    return this.assets.get(name) ?? []
  }

  private misnamedFiles(): void {
    const kinds = nameKinds.map(() => '?').join(', ')
    const problems = this.database.prepare(`select path, message, legal_name from problems where kind in (${kinds}) order by id`)
    for (const row of problems.iterate(...nameKinds)) {
      const [path, message, legal] = [String(row.path), String(row.message), text(row.legal_name)]
      if (legal === undefined) this.none.set(path, `no legal name can be suggested: ${message}`)
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

  /** The directory's name, where it can be told. */
  private wholeAsset(id: number, path: string, specification: Specification): readonly WholeAsset[] {
    const files = this.files(id, specification)
    const directory = baseOf(path)
    const meant = suggestName(directory, specification.assetNameGrammar)
    const names = new Set(files.map(({ asset }) => asset))
    const [only] = names
    const isMeant = meant !== undefined && (names.size === 0 || names.has(meant))
    const name = names.has(directory) ? directory : names.size === 1 ? only : isMeant ? meant : undefined
    if (name === undefined) {
      const isLegal = specification.assetNameGrammar.parse(directory).ok
      if (!isLegal || names.size > 1)
        this.none.set(path, names.size > 1 ? `its files refer to ${names.size} assets` : 'no legal name can be suggested')
      return []
    }
    this.propose('directory', path, inFolder(folderOf(path), name), `The directory is named after its files: ${name}.`)
    return [{ id, path, name, specification, files }]
  }

  /** A file that names another asset: it is moved there, or named after this one where there is no other. */
  private foreign(file: NamedFile, { path: asset, name, specification, files }: WholeAsset, named: readonly WholeAsset[]): void {
    this.byPath.delete(file.path)
    const parsed = specification.assetNameGrammar.parse(name)
    if (!parsed.ok) return
    const others = this.assetsNamed(file.asset, named).filter(({ path }) => path !== asset)
    const [other, second] = others
    const own = specification.filenameGrammar.format({ ...file.values, ...parsed.values })
    if (other === undefined && !files.some(one => one.name === own)) {
      this.propose(
        'file',
        file.path,
        inFolder(folderOf(file.path), own),
        `The file refers to ${file.asset}, which does not exist, in ${name}.`,
      )
      return
    }
    const there = this.database.prepare('select 1 from files where asset = ? and filename = ?')
    const target = other === undefined ? '' : inFolder(other.path, file.name)
    const isThere = other !== undefined && (this.targets.has(target) || there.get(other.id, file.name) !== undefined)
    if (other !== undefined && second === undefined && specification.type === 'sequence' && !isThere) {
      this.propose('file', file.path, target, `The file belongs to ${file.asset}.`)
      return
    }
    const why = other === undefined || isThere ? 'that name is taken' : 'it could belong to either'
    this.none.set(file.path, `it refers to the asset ${file.asset}, but is in ${name}; ${why}`)
  }
}

/** The legal names that the last update knows or that follow from it; nothing is looked at on the disk. */
export function proposeNames(database: DatabaseSync, specifications: readonly Specification[]): Proposals {
  return new Proposer(database, specifications).run()
}
