import { dropboxContentHash } from './content-hash.ts'

/** One state of a file. */
export interface Revision {
  readonly rev: string
  readonly body: Buffer
  readonly contentHash: string
  /** Seconds since 1970: times have no fractions. */
  readonly clientModified: number
  readonly serverModified: number
}

/** A file: its name as it was written, and every state it had, the current one last. */
export interface FileNode {
  readonly kind: 'file'
  readonly id: string
  name: string
  revisions: Revision[]
  /** Fields of property groups, by template. */
  readonly properties: Map<string, ReadonlyMap<string, string>>
}

/** A folder. Children are found by their folded names. */
export interface FolderNode {
  readonly kind: 'folder'
  readonly id: string
  name: string
  readonly children: Map<string, Node>
  readonly properties: Map<string, ReadonlyMap<string, string>>
}

export type Node = FileNode | FolderNode

/** A node with the way to it, as it is displayed. */
export interface Placed<N extends Node = Node> {
  readonly node: N
  readonly display: string
  readonly lower: string
}

/** Equal for two names exactly when Dropbox can't tell them apart. */
export function fold(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

/** Names that Dropbox does not save. */
const disallowed = new Set(['desktop.ini', 'thumbs.db', '.ds_store', 'icon\r', '.dropbox', '.dropbox.attr'])

/** Why a name can't be: `malformed_path` or `disallowed_name`. */
export function nameProblem(name: string): 'malformed_path' | 'disallowed_name' | undefined {
  if (name === '' || name === '.' || name === '..' || name.endsWith(' ') || name.length > 255) return 'malformed_path'
  // oxlint-disable-next-line no-control-regex -- these are what the service refuses
  if (/[\\\u0000\u007f]/.test(name) || !name.isWellFormed()) return 'malformed_path'
  return disallowed.has(name.toLowerCase()) ? 'disallowed_name' : undefined
}

let counter = 0

/** A number that no other id of this process has, in letters as ids are written. */
function serial(): string {
  counter += 1
  return counter.toString(36).padStart(22, 'A')
}

export function newFolder(name: string): FolderNode {
  return { kind: 'folder', id: `id:${serial()}`, name, children: new Map(), properties: new Map() }
}

export function newFile(name: string): FileNode {
  return { kind: 'file', id: `id:${serial()}`, name, revisions: [], properties: new Map() }
}

/** A new state of a file. */
export function newRevision(body: Buffer, clientModified: number | undefined): Revision {
  const now = Math.floor(Date.now() / 1000)
  counter += 1
  return {
    rev: `01${counter.toString(16).padStart(14, '0')}`,
    body,
    contentHash: dropboxContentHash(body),
    clientModified: clientModified ?? now,
    serverModified: now,
  }
}

/** The state of a file now. */
export function currentOf(file: FileNode): Revision {
  const last = file.revisions.at(-1)
  if (last === undefined) throw new Error(`the file ${file.name} has no state`)
  return last
}

/** What lies at a path of segments below a folder, with the names as they are kept. */
export function find(root: FolderNode, segments: readonly string[]): Placed | 'missing' | 'through-a-file' {
  let node: Node = root
  let display = ''
  for (const segment of segments) {
    if (node.kind === 'file') return 'through-a-file'
    const next = node.children.get(fold(segment))
    if (next === undefined) return 'missing'
    node = next
    display += `/${next.name}`
  }
  return { node, display, lower: fold(display) }
}

/** Everything below a folder, a folder before what lies in it. */
export function* below(folder: FolderNode, display: string, recursive: boolean): Generator<Placed, void, undefined> {
  for (const node of folder.children.values()) {
    const path = `${display}/${node.name}`
    yield { node, display: path, lower: fold(path) }
    if (recursive && node.kind === 'folder') yield* below(node, path, true)
  }
}
