import type { Listings } from './listing.ts'
import { isJunk } from './listing.ts'
import { readSignature, type Signature } from './signature.ts'

/** How often an extension occurs, and in how many folders of two files or more most files have it. */
interface ExtensionCount {
  files: number
  folders: number
}

/** What is known of the names that claim one specification with the same fields in the same order. */
export interface FieldsCount {
  readonly key: number
  files: number
  /** Files that lie in a folder with an asset name of the specification, by the fields of that name. */
  readonly inside: Map<number, number>
  /** Files deeper below such a folder. */
  readonly below: Map<number, number>
  /** Files in or below a folder that claims another specification. */
  readonly foreign: Map<string, number>
  readonly extensions: Map<string, ExtensionCount>
}

/** What is known of a specification: its names by their fields. */
export type Survey = ReadonlyMap<string, ReadonlyMap<number, FieldsCount>>

/** Trees hold a few specifications; a tree of made-up names must not fill the memory. */
const mostTokens = 10_000
const mostKeys = 1000

function bump<K>(counts: Map<K, number>, key: K, by: number, most = mostKeys): void {
  const count = counts.get(key)
  if (count !== undefined || counts.size < most) counts.set(key, (count ?? 0) + by)
}

/** The nearest folder, from a folder upwards, that bears the name of an asset. */
export function assetFolder(folder: string): (Signature & { readonly level: number }) | undefined {
  let rest = folder
  for (let level = 0; rest !== ''; level++) {
    const slash = rest.lastIndexOf('/')
    const signature = readSignature(rest.slice(slash + 1))
    if (signature?.token !== undefined && signature.extension === undefined) return { ...signature, level }
    rest = slash < 0 ? '' : rest.slice(0, slash)
  }
  return undefined
}

function countFolder(
  one: FieldsCount,
  token: string,
  folder: ReturnType<typeof assetFolder>,
  extensions: ReadonlyMap<string, number>,
): void {
  let total = 0
  for (const count of extensions.values()) total += count
  one.files += total
  if (folder !== undefined) {
    if (folder.token !== token) bump(one.foreign, folder.token ?? '', total)
    else bump(folder.level === 0 ? one.inside : one.below, folder.key, total)
  }
  for (const [extension, count] of extensions) {
    const known = one.extensions.get(extension) ?? { files: 0, folders: 0 }
    known.files += count
    if (count * 2 > total && count > 1) known.folders++
    if (one.extensions.has(extension) || one.extensions.size < mostKeys) one.extensions.set(extension, known)
  }
}

/** Counts the fields of all names, one folder at a time. */
export function surveyNames(listings: Listings): Survey {
  const survey = new Map<string, Map<number, FieldsCount>>()
  for (const { folder, names } of listings()) {
    const here = new Map<string, Map<number, Map<string, number>>>()
    for (const name of names) {
      const signature = isJunk(name) ? undefined : readSignature(name)
      if (signature?.token === undefined) continue
      let keys = here.get(signature.token)
      if (keys === undefined) here.set(signature.token, (keys = new Map()))
      let extensions = keys.get(signature.key)
      if (extensions === undefined) keys.set(signature.key, (extensions = new Map()))
      bump(extensions, signature.extension ?? '', 1)
    }
    const above = here.size === 0 ? undefined : assetFolder(folder)
    for (const [token, keys] of here) {
      let known = survey.get(token)
      if (known === undefined && survey.size < mostTokens) survey.set(token, (known = new Map()))
      for (const [key, extensions] of known === undefined ? [] : keys) {
        let one = known?.get(key)
        if (one === undefined) one = { key, files: 0, inside: new Map(), below: new Map(), foreign: new Map(), extensions: new Map() }
        if ((known?.size ?? 0) < mostKeys) known?.set(key, one)
        countFolder(one, token, above, extensions)
      }
    }
  }
  return survey
}
