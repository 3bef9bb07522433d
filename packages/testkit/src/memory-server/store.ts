import { createHash, randomUUID } from 'node:crypto'
import { refuse } from './refusal.ts'

/** What a store of the server can't keep, so that clients of fussy services can be imitated. */
export interface StoreRules {
  readonly case: 'sensitive' | 'preserving'
  readonly unicode: 'bytes' | 'nfc'
  /** Characters refused in any path. */
  readonly forbidden: string
  /** True: `a` and `a/b` may both be objects. */
  readonly fileAndFolder: boolean
}

/** One version of one object. */
export interface StoredObject {
  readonly path: string
  readonly body: Uint8Array
  readonly etag: string
  readonly version: string
  readonly modified: number
  readonly sha256: string
  readonly contentType?: string
  readonly metadata?: Readonly<Record<string, string>>
}

/** What comes with a body. */
export interface ObjectAttributes {
  readonly contentType?: string
  readonly modified?: number
  readonly metadata?: Readonly<Record<string, string>>
}

/** `absent`: nothing may be there; `match`: exactly this etag must be there. */
export interface StoreCondition {
  readonly absent: boolean
  readonly match?: string
}

/** One listed line. */
export type ListedEntry = { readonly kind: 'object'; readonly object: StoredObject } | { readonly kind: 'prefix'; readonly path: string }

const plainRules: StoreRules = { case: 'sensitive', unicode: 'bytes', forbidden: '', fileAndFolder: true }

/** The objects of one store with their versions. Every method is one step of the event loop, so conditions have no race. */
export class ObjectStore {
  readonly #rules: StoreRules
  readonly #versions = new Map<string, StoredObject[]>()
  readonly #current = new Map<string, StoredObject>()
  #sorted: StoredObject[] | undefined

  constructor(rules: Partial<StoreRules> = {}) {
    this.#rules = { ...plainRules, ...rules }
  }

  get(path: string, version?: string): StoredObject {
    const key = this.#key(path)
    const found = version === undefined ? this.#current.get(key) : this.#versions.get(key)?.find(object => object.version === version)
    return found ?? refuse(404, `nothing is stored at "${path}"`)
  }

  /** Whether it is the version that is read without a version. */
  isLatest({ path, version }: StoredObject): boolean {
    return this.#current.get(this.#key(path))?.version === version
  }

  find(path: string): StoredObject | undefined {
    return this.#current.get(this.#key(path))
  }

  put(path: string, body: Uint8Array, attributes: ObjectAttributes, condition: StoreCondition): StoredObject {
    const key = this.#key(path)
    const present = this.#current.get(key)
    this.#check(path, present, condition)
    if (!this.#rules.fileAndFolder) this.#checkFolders(path, key)
    const sha256 = createHash('sha256').update(body).digest('hex')
    const object: StoredObject = {
      path: present?.path ?? path,
      body,
      etag: randomUUID(),
      version: randomUUID(),
      sha256,
      modified: attributes.modified ?? Date.now(),
      ...(attributes.contentType !== undefined && { contentType: attributes.contentType }),
      ...(attributes.metadata !== undefined && { metadata: attributes.metadata }),
    }
    this.#current.set(key, object)
    this.#versions.set(key, [...(this.#versions.get(key) ?? []), object])
    this.#sorted = undefined
    return object
  }

  copy(from: string, to: string, condition: StoreCondition): StoredObject {
    const source = this.get(from)
    return this.put(to, source.body, source, condition)
  }

  /** What is not there is no error. */
  remove(paths: readonly string[]): void {
    for (const path of paths) this.#current.delete(this.#key(path))
    this.#sorted = undefined
  }

  removeAll(prefix: string): void {
    const key = this.#key(prefix)
    for (const candidate of [...this.#current.keys()]) {
      if (prefix === '' || candidate === key || candidate.startsWith(`${key}/`)) this.#current.delete(candidate)
    }
    this.#sorted = undefined
  }

  /**
   * Entries below a folder after a cursor, in the order of their paths' bytes; without `recursive` only the next level. With `versions`
   * every version of each object, the newest first.
   */
  list(
    prefix: string,
    recursive: boolean,
    after: string | undefined,
    limit: number,
    versions: boolean,
  ): { readonly entries: readonly ListedEntry[]; readonly cursor?: string } {
    const below = prefix === '' ? '' : `${this.#key(prefix)}/`
    const lines = new Map<string, ListedEntry>()
    for (const [index, object] of (versions ? this.#everyVersion() : this.#inOrder()).entries()) {
      if (!this.#fold(object.path).startsWith(below)) continue
      const slash = recursive ? -1 : object.path.indexOf('/', below.length)
      const entry: ListedEntry = slash === -1 ? { kind: 'object', object } : { kind: 'prefix', path: object.path.slice(0, slash) }
      lines.set(versions && entry.kind === 'object' ? `${object.path}\0${String(index).padStart(12, '0')}` : position(entry), entry)
    }
    // A folder `a` comes before `a-b` although `a/…` comes after it, so the order is that of the lines, not of the objects.
    const ordered = recursive ? [...lines] : [...lines].sort(([a], [b]) => compareBytes(a, b))
    const rest = after === undefined ? ordered : ordered.filter(([at]) => compareBytes(at, after) > 0)
    const page = rest.slice(0, limit)
    const last = page.at(-1)
    return { entries: page.map(([, entry]) => entry), ...(rest.length > limit && last !== undefined && { cursor: last[0] }) }
  }

  /** Changes one byte of what is stored, behind every client's back; size, etag and checksum stay as they were. */
  corrupt(path: string): void {
    const object = this.get(path)
    const body = object.body.slice()
    const middle = body.length >> 1
    body[middle] = (body[middle] ?? 0) ^ 0xff
    this.#current.set(this.#key(path), { ...object, body })
    this.#sorted = undefined
  }

  /** Also of what was removed; the path of a version is that of its object. */
  #everyVersion(): readonly StoredObject[] {
    const objects = [...this.#versions.values()].filter(versions => versions.length > 0)
    return objects.toSorted(([a], [b]) => compareBytes(a?.path ?? '', b?.path ?? '')).flatMap(versions => versions.toReversed())
  }

  #inOrder(): readonly StoredObject[] {
    this.#sorted ??= [...this.#current.values()].sort((a, b) => compareBytes(a.path, b.path))
    return this.#sorted
  }

  #key(path: string): string {
    for (const character of this.#rules.forbidden) {
      if (path.includes(character)) refuse(400, `the character "${character}" can't be in a path`)
    }
    if (path.split('/').some(segment => segment === '..' || segment === '.')) refuse(400, 'a path can\'t hold "." or ".."')
    return this.#fold(path)
  }

  /** The form under which the store tells two paths apart. */
  #fold(path: string): string {
    const form = this.#rules.unicode === 'nfc' ? path.normalize('NFC') : path
    return this.#rules.case === 'preserving' ? form.toLowerCase() : form
  }

  #check(path: string, present: StoredObject | undefined, condition: StoreCondition): void {
    if (condition.absent && present !== undefined) refuse(412, `something is stored at "${path}" already`)
    if (condition.match !== undefined && present?.etag !== condition.match) refuse(412, `"${path}" has changed`)
  }

  #checkFolders(path: string, key: string): void {
    const parents = key.split('/').map((_, index, parts) => parts.slice(0, index).join('/'))
    if (parents.some(parent => parent !== '' && this.#current.has(parent))) refuse(409, `an object is stored above "${path}"`)
    for (const other of this.#current.keys()) if (other.startsWith(`${key}/`)) refuse(409, `"${path}" is a folder`)
  }
}

/** Orders texts by their UTF-8 bytes. */
function compareBytes(a: string, b: string): number {
  if (a === b) return 0
  for (let index = 0; index < a.length && index < b.length; index += 1) {
    if (a.charCodeAt(index) !== b.charCodeAt(index)) return Buffer.compare(Buffer.from(a), Buffer.from(b))
  }
  return a.length - b.length
}

/** Where a line stands in a listing; an object comes before the folder of the same name. */
function position(entry: ListedEntry): string {
  return entry.kind === 'object' ? `${entry.object.path}\0object` : `${entry.path}\0prefix`
}
