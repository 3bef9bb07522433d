import type { Reference } from './reference.ts'

/** What `fairlead.json` at the root of a connection says: the layout of everything else. */
export const layoutVersion = 1
/** The path of the layout marker. */
export const layoutPath = 'fairlead.json'

type Address = Pick<Reference, 'collection' | 'name'>
const manifests = 'metadata/manifest'

function hexOf(digest: string): string {
  return digest.slice('sha256:'.length)
}

/** The folder that holds one push's content. */
export function contentFolder({ collection, name }: Address, digest: string): string {
  return `assets/${collection}/${name}/_${hexOf(digest).slice(0, 16)}`
}

/** The path of an immutable asset manifest. */
export function manifestPath({ collection, name }: Address, digest: string): string {
  return `${manifests}/${collection}/${name}/_digest/${hexOf(digest)}.json`
}

/** The folder below which every tag and manifest of a collection (or of all) lies. */
export function manifestFolder(collection?: string): string {
  return collection === undefined ? manifests : `${manifests}/${collection}`
}

/** The folder of an asset's tags. */
export function tagFolder({ collection, name }: Address): string {
  return `${manifests}/${collection}/${name}/_tag`
}

/** The path of a tag record. */
export function tagPath(address: Address, tag: string): string {
  return `${tagFolder(address)}/${tag}.json`
}

const tagForm =
  /^metadata\/manifest\/((?:[A-Za-z0-9][A-Za-z0-9._-]*\/)+)([A-Za-z0-9][A-Za-z0-9._-]*)\/_tag\/([A-Za-z0-9][A-Za-z0-9._-]*)\.json$/

/** What a path is the tag of; `undefined` for any other path. */
export function parseTagPath(path: string): { readonly collection: string; readonly name: string; readonly tag: string } | undefined {
  const match = tagForm.exec(path)
  if (match?.[1] === undefined || match[2] === undefined || match[3] === undefined) return undefined
  return { collection: match[1].slice(0, -1), name: match[2], tag: match[3] }
}
