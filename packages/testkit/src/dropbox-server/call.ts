import type { Args } from './args.ts'
import type { DropboxAccount } from './account.ts'
import { badRequest, refused, type Json } from './refusal.ts'
import { find, fold, nameProblem, newFolder, type FileNode, type FolderNode, type Node, type Placed, type Revision } from './tree.ts'

/** A call of a route, after its caller was let in. */
export interface Call {
  readonly account: DropboxAccount
  readonly args: Args
  /** The namespace that paths are relative to. */
  readonly namespace: string
  readonly body: Buffer
  /** The `Range` header of a download. */
  readonly range: string | undefined
  /** Where the server is reached. */
  readonly origin: string
  /** The access token that let the call in. */
  readonly token: string
}

/** What a route answers. A download has a body, and tells its result in a header. */
export interface Answer {
  readonly result: Json
  readonly download?: { readonly body: Buffer; readonly etag: string }
}

/** A route of the API: where it is, how arguments and body go, and what a token must be granted. */
export interface Route {
  readonly style: 'rpc' | 'upload' | 'download'
  readonly scope: string | undefined
  readonly run: (call: Call) => Answer
}

/** Routes by name, `files/get_metadata`. */
export type Routes = Readonly<Record<string, Route>>

/** A path without its namespace, and where it begins. */
interface Place {
  readonly root: FolderNode
  readonly namespace: string
  readonly segments: readonly string[]
}

/** Reads a path, relative to a namespace of its own (`ns:1/…`) or to that of the call; `prefix` are the tags in front of an error. */
export function placeOf({ account, namespace, args }: Call, path: string, prefix: string): Place {
  const [, id, rest] = /^ns:([0-9]+)(.*)$/s.exec(path) ?? []
  const inside = id ?? namespace
  const root = account.namespaces.get(inside)
  if (root === undefined) throw refused(`${prefix}/not_found`)
  const text = rest ?? path
  if (text !== '' && !text.startsWith('/')) throw badRequest(args.route, `request body: path: '${path}' did not match pattern`)
  const segments = text.split('/').slice(1)
  if (segments.length === 1 && segments[0] === '') return { root, namespace: inside, segments: [] }
  if (segments.some(segment => nameProblem(segment) === 'malformed_path')) throw refused(`${prefix}/malformed_path`)
  return { root, namespace: inside, segments }
}

/** What lies at a path or has an id; undefined when nothing does. */
export function lookUp(call: Call, path: string, prefix: string): Placed | undefined {
  if (path.startsWith('id:')) return call.account.byId(path)
  const { root, segments } = placeOf(call, path, prefix)
  const found = find(root, segments)
  return typeof found === 'string' ? undefined : found
}

/** What lies there, or `not_found`. */
export function mustFind(call: Call, path: string, prefix: string): Placed {
  const found = lookUp(call, path, prefix)
  if (found === undefined) throw refused(`${prefix}/not_found`)
  return found
}

/** A file and a state of it: the current one, or that of `rev:`. */
export function mustFindFile(
  call: Call,
  path: string,
  prefix: string,
): { readonly placed: Placed<FileNode>; readonly revision: Revision | undefined } {
  if (path.startsWith('rev:')) {
    const found = call.account.byRevision(path.slice('rev:'.length))
    if (found === undefined) throw refused(`${prefix}/not_found`)
    return found
  }
  const placed = mustFind(call, path, prefix)
  const { node } = placed
  if (node.kind !== 'file') throw refused(`${prefix}/not_file`)
  return { placed: { ...placed, node }, revision: undefined }
}

/** Where a write goes: the folder, made where it is missing, and what is there by that name. */
export interface Target {
  readonly folder: FolderNode
  readonly name: string
  readonly there: Node | undefined
  /** Displayed path of the folder. */
  readonly display: string
}

/** Finds the folder of a write. `make`: with the missing folders on the way; otherwise what is missing is as if it were empty. */
export function targetOf(call: Call, path: string, prefix: string, make: boolean): Target {
  if (path.startsWith('id:')) throw refused(`${prefix}/malformed_path`)
  const { root, segments } = placeOf(call, path, prefix)
  const name = segments.at(-1)
  if (name === undefined) throw refused(`${prefix}/malformed_path`)
  if (segments.some(segment => nameProblem(segment) !== undefined)) throw refused(`${prefix}/disallowed_name`)
  let folder = root
  let display = ''
  for (const segment of segments.slice(0, -1)) {
    let next = folder.children.get(fold(segment))
    if (next?.kind === 'file') throw refused(`${prefix}/conflict/file_ancestor`)
    if (next === undefined) {
      next = newFolder(segment.normalize('NFC'))
      if (make) folder.children.set(fold(segment), next)
    }
    folder = next
    display += `/${next.name}`
  }
  return { folder, name: name.normalize('NFC'), there: folder.children.get(fold(name)), display }
}
