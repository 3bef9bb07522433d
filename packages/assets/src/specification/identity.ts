import type { NameValues } from '../grammar/fields.ts'
import type { ParseResult } from '../grammar/grammar.ts'
import { baseName } from './asset-path.ts'
import type { Problem } from './problem.ts'
import type { Specification } from './specification.ts'

/** A file of an asset: its path relative to the ingress, with `/`, and what its specification's grammar reads in its name. */
export interface AssetFile {
  readonly path: string
  readonly parsed: ParseResult
}

/** Which asset some files make up, and where directory and file names disagree. */
export interface Identity {
  /** The asset's name; undefined where neither a file nor the directory has a legal name. */
  readonly name?: string
  readonly values?: NameValues
  readonly problems: readonly Problem[]
}

interface Named {
  readonly values: NameValues
  readonly files: AssetFile[]
}

/**
 * Tells at a glance that a legal file name begins with the legal asset name of its directory. No token can hold what
 * follows it, `_` or a full stop, so both names read alike as far as the asset's fields go. Most files of an ingress end here.
 */
function beginsWithAssetName(specification: Specification, directoryName: string): (path: string) => boolean {
  const isPrefix = specification.assetNameFields.every((field, index) => specification.filenameFields[index] === field)
  if (!isPrefix || !specification.assetNameGrammar.parse(directoryName).ok) return () => false
  return path => {
    const start = path.lastIndexOf('/') + 1
    const next = path.charAt(start + directoryName.length)
    return (next === '_' || next === '.') && path.startsWith(directoryName, start)
  }
}

/** The files by the asset name that their own names give; files without a legal name are in none. */
function groupByName(specification: Specification, directoryName: string, files: readonly AssetFile[]): Map<string, Named> {
  const names = new Map<string, Named>()
  const isInDirectory = beginsWithAssetName(specification, directoryName)
  for (const file of files) {
    if (!file.parsed.ok) continue
    const { values } = file.parsed
    const name = isInDirectory(file.path) ? directoryName : specification.assetNameGrammar.format(values)
    const named = names.get(name)
    if (named === undefined) names.set(name, { values, files: [file] })
    else named.files.push(file)
  }
  return names
}

function mostNamed(names: ReadonlyMap<string, Named>): string | undefined {
  let most: string | undefined
  for (const [name, { files }] of names) if (most === undefined || files.length > (names.get(most)?.files.length ?? 0)) most = name
  return most
}

function directoryProblem(path: string, directory: ParseResult, expected: string): Problem {
  const message = `The directory is named after its files: expected ${expected}, found ${baseName(path)}.`
  const place = directory.ok
    ? {}
    : { position: directory.error.position, ...(directory.error.field !== null && { field: directory.error.field }) }
  return { path, rule: 'directory-name', message, legalName: expected, ...place }
}

/**
 * The asset that files make up. A directory must bear the asset name of its files: when all of them disagree with it the
 * directory is wrong, when some of them do those files are.
 */
export function identify(specification: Specification, path: string, files: readonly AssetFile[]): Identity {
  const directoryName = baseName(path)
  const names = groupByName(specification, directoryName, files)
  if (specification.type === 'file') {
    const [first] = names
    return first === undefined ? { problems: [] } : { name: first[0], values: first[1].values, problems: [] }
  }
  const directory = specification.assetNameGrammar.parse(directoryName)
  if (names.size === 0) {
    if (directory.ok) return { name: directoryName, values: directory.values, problems: [] }
    const message = `The name of the directory is not legal. ${directory.error.message}`
    const field = directory.error.field === null ? {} : { field: directory.error.field }
    return { problems: [{ path, rule: 'directory-name', message, position: directory.error.position, ...field }] }
  }
  const name = names.has(directoryName) ? directoryName : mostNamed(names)
  const named = name === undefined ? undefined : names.get(name)
  if (name === undefined || named === undefined) return { problems: [] }
  const problems: Problem[] = name === directoryName ? [] : [directoryProblem(path, directory, name)]
  for (const [other, { values, files: others }] of names) {
    if (other === name || values.specification !== specification.name) continue
    const message = `The file belongs to the asset ${other}, but is in the directory of ${name}.`
    for (const file of others) problems.push({ path: file.path, rule: 'other-asset', message })
  }
  return { name, values: named.values, problems }
}
