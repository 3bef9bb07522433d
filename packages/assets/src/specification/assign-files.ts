import { meansToBeNamed, specificationOf } from '../grammar/specification-of.ts'
import { referenceOf, referenceText, type AssetReference } from '../grammar/reference-of.ts'
import { suggestName } from '../grammar/suggest-name.ts'
import { thrownText } from '../rules/thrown.ts'
import { baseName, directoryOf } from './asset-path.ts'
import type { AssetType } from './definition.ts'
import { identify, type AssetFile } from './identity.ts'
import type { Problem } from './problem.ts'
import type { Specification } from './specification.ts'

/** An asset as the paths of its files tell it; its files are sorted by path. */
export interface AssignedAsset {
  /** The file, or the directory, relative to the ingress. */
  readonly path: string
  readonly type: AssetType
  readonly specification: Specification
  readonly files: readonly AssetFile[]
  readonly name?: string
  readonly reference?: AssetReference
  /** What is wrong between assets: nested paths, one reference for two paths. */
  readonly problems: readonly Problem[]
}

/** A file that belongs to no asset, and why. */
export interface UnassignedFile {
  readonly path: string
  readonly problem: Problem
}

/** Every file, in an asset or in none. Both lists are sorted by path, by UTF-16 units. */
export interface Assignment {
  readonly assets: readonly AssignedAsset[]
  readonly unassigned: readonly UnassignedFile[]
}

interface Group {
  readonly path: string
  readonly paths: string[]
  /** How many of the files claim each specification. */
  readonly claims: Map<Specification, number>
}

interface Draft extends AssignedAsset {
  readonly problems: Problem[]
}

const looseField = /(?:^|[_ .])s[-_ ]([a-z]{3,4}[0-9]{3})(?![a-z0-9])/i

/** The legal name of a file whose specification field is miswritten. */
function meantName(name: string, specifications: ReadonlyMap<string, Specification>): string | undefined {
  const meant = specifications.get(looseField.exec(name)?.[1]?.toLowerCase() ?? '')
  return meant === undefined ? undefined : suggestName(name, meant.filenameGrammar)
}

/** The specification of a group: the one its directory's name claims, else the one that most files claim. */
function chooseSpecification(group: Group): Specification | undefined {
  const claimed = specificationOf(baseName(group.path))
  let most: Specification | undefined
  for (const [specification, count] of group.claims) {
    if (specification.name === claimed) return specification
    if (most === undefined || count > (group.claims.get(most) ?? 0)) most = specification
  }
  return most
}

/** Every directory above a path, the nearest first. */
function* directoriesAbove(path: string): Generator<string> {
  for (let directory = directoryOf(path); directory !== undefined; directory = directoryOf(directory)) yield directory
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0
}

function draft(group: Group, specification: Specification): Draft {
  const files = group.paths.sort().map(path => ({ path, parsed: specification.filenameGrammar.parse(baseName(path)) }))
  const { name, values } = identify(specification, group.path, files)
  const problems: Problem[] = []
  const asset = { path: group.path, type: specification.type, specification, files, problems, ...(name !== undefined && { name }) }
  if (values === undefined) return asset
  try {
    return { ...asset, reference: referenceOf(values, specification.assetNameFields) }
  } catch (error) {
    problems.push({ path: group.path, rule: 'reference', message: error instanceof Error ? error.message : String(error) })
    return asset
  }
}

/** An asset inside of another's directory would be staged and pushed with it: both are refused. */
function findNested(assets: ReadonlyMap<string, Draft>): void {
  const inner = new Map<Draft, Draft[]>()
  for (const asset of assets.values()) {
    for (const directory of directoriesAbove(asset.path)) {
      const outer = assets.get(directory)
      if (outer === undefined) continue
      asset.problems.push({ path: asset.path, rule: 'nested-asset', message: `The asset is inside the asset ${outer.path}.` })
      const found = inner.get(outer)
      if (found === undefined) inner.set(outer, [asset])
      else found.push(asset)
    }
  }
  for (const [outer, [first, ...others]] of inner) {
    if (first === undefined) continue
    const more = others.length === 0 ? '' : ` and ${others.length} more`
    outer.problems.push({ path: outer.path, rule: 'nested-asset', message: `The asset contains the asset ${first.path}${more}.` })
  }
}

function findSameReferences(assets: Iterable<Draft>): void {
  const byReference = new Map<string, Draft[]>()
  for (const asset of assets) {
    if (asset.reference === undefined) continue
    const text = referenceText(asset.reference)
    const same = byReference.get(text)
    if (same === undefined) byReference.set(text, [asset])
    else same.push(asset)
  }
  for (const [text, same] of byReference) {
    const [first, second] = same
    if (first === undefined || second === undefined) continue
    for (const asset of same) {
      const other = asset === first ? second : first
      const more = same.length > 2 ? ` and ${same.length - 2} more` : ''
      asset.problems.push({
        path: asset.path,
        rule: 'same-reference',
        message: `The reference ${text} is also that of ${other.path}${more}.`,
      })
    }
  }
}

function choice(specifications: ReadonlyMap<string, Specification>): string {
  return specifications.size === 0 ? 'the project has none' : `there are: ${[...specifications.keys()].join(', ')}`
}

type Placed = { readonly specification: Specification; readonly assetPath: string } | { readonly problem: Problem }

function place(path: string, name: string, specifications: ReadonlyMap<string, Specification>): Placed {
  const claimed = specificationOf(name)
  const specification = specifications.get(claimed ?? '')
  if (claimed === undefined || specification === undefined) {
    const legalName = meantName(name, specifications)
    const [rule, message] =
      claimed === undefined
        ? ['no-specification', 'The name refers to no specification: it has no field like s-spec001.']
        : ['unknown-specification', `There is no specification ${claimed}; ${choice(specifications)}.`]
    return { problem: { path, rule, message, ...(legalName !== undefined && { legalName }) } }
  }
  try {
    const assetPath = specification.assetPathOf(path)
    if (assetPath !== undefined) return { specification, assetPath }
    const message = `A file of the ${specification.type} ${specification.name} must be in the directory of its asset.`
    return { problem: { path, rule: 'no-asset-directory', message } }
  } catch (error) {
    const message = `The root function of ${specification.name} failed: it threw ${thrownText(error)}.`
    return { problem: { path, rule: 'asset-root', message } }
  }
}

/**
 * Gives a stray file that means to be an asset's to the asset in whose directory it lies; a directory whose own name
 * claims a specification is an asset even when every file in it is misnamed.
 */
function adopt(path: string, groups: Map<string, Group>, specifications: ReadonlyMap<string, Specification>): boolean {
  if (!meansToBeNamed(baseName(path))) return false
  for (const directory of directoriesAbove(path)) {
    const group = groups.get(directory)
    if (group !== undefined) {
      group.paths.push(path)
      return true
    }
    const claimed = specifications.get(specificationOf(baseName(directory)) ?? '')
    if (claimed?.type !== 'sequence') continue
    groups.set(directory, { path: directory, paths: [path], claims: new Map([[claimed, 0]]) })
    return true
  }
  return false
}

/**
 * Tells which asset every file belongs to, from its path alone (relative to the ingress, with `/`). A file that means to
 * claim a specification, but wrongly, and lies in the directory of an asset is one of its files, so that a misnamed file
 * is never silently left behind; any other file without a specification belongs to none. Linear in the number of files.
 */
export function assignFiles(specifications: Iterable<Specification>, paths: Iterable<string>): Assignment {
  const byName = new Map<string, Specification>()
  for (const specification of specifications) byName.set(specification.name, specification)
  const groups = new Map<string, Group>()
  const strays: UnassignedFile[] = []
  for (const path of paths) {
    const placed = place(path, baseName(path), byName)
    if ('problem' in placed) {
      strays.push({ path, problem: placed.problem })
      continue
    }
    let group = groups.get(placed.assetPath)
    if (group === undefined) groups.set(placed.assetPath, (group = { path: placed.assetPath, paths: [], claims: new Map() }))
    group.paths.push(path)
    group.claims.set(placed.specification, (group.claims.get(placed.specification) ?? 0) + 1)
  }
  const unassigned = strays.filter(({ path }) => !adopt(path, groups, byName))
  const assets = new Map<string, Draft>()
  for (const group of groups.values()) {
    const specification = chooseSpecification(group)
    if (specification !== undefined) assets.set(group.path, draft(group, specification))
  }
  findNested(assets)
  findSameReferences(assets.values())
  return { assets: [...assets.values()].sort(byPath), unassigned: unassigned.sort(byPath) }
}
