import { randomBytes } from 'node:crypto'
import { Refusal } from './answer.ts'

/** A collection, folder or item as Girder describes it. */
export interface Doc {
  readonly _id: string
  readonly _modelType: 'collection' | 'folder' | 'item'
  name: string
  /** The collection or folder that it lies in; empty for a collection. */
  parentId: string
  public: boolean
  readonly created: string
  updated: string
  meta: Record<string, unknown>
  /** Who may read, of a folder. */
  access: { users: unknown[]; groups: unknown[] }
}

/** A file of an item. */
export interface FileDoc {
  readonly _id: string
  readonly itemId: string
  name: string
  mimeType: string
  readonly created: string
  body: Buffer
}

/** An upload that is not complete. */
export interface UploadDoc {
  readonly _id: string
  readonly itemId: string
  readonly name: string
  readonly mimeType: string
  readonly size: number
  received: Buffer
}

/** An API key. */
export interface KeyDoc {
  readonly _id: string
  readonly key: string
  readonly name: string
  readonly scope: readonly string[] | null
  readonly tokenDuration: number | null
  readonly created: string
}

/** A token: of whom, until when, by which key, for reading only. */
export interface TokenDoc {
  readonly user: 'admin'
  readonly expires: number
  readonly keyId?: string
  readonly readOnly: boolean
}

const minimumChunk = 5 * 1024 ** 2

/** Everything that a Girder knows. */
export class GirderStore {
  readonly docs = new Map<string, Doc>()
  readonly files = new Map<string, FileDoc>()
  readonly uploads = new Map<string, UploadDoc>()
  readonly keys = new Map<string, KeyDoc>()
  readonly tokens = new Map<string, TokenDoc>()
  readonly #children = new Map<string, Set<Doc>>()
  readonly #filesOf = new Map<string, Set<FileDoc>>()
  #count = 0

  /** Ids of MongoDB: the time, and a number that grows. */
  newId(): string {
    this.#count += 1
    return `${Math.floor(Date.now() / 1000)
      .toString(16)
      .padStart(8, '0')}0000000000${this.#count.toString(16).padStart(6, '0')}`
  }

  add(type: Doc['_modelType'], parentId: string, name: string): Doc {
    const now = new Date().toISOString()
    const doc: Doc = {
      _id: this.newId(),
      _modelType: type,
      name,
      parentId,
      public: this.docs.get(parentId)?.public ?? false,
      created: now,
      updated: now,
      meta: {},
      access: { users: [], groups: [] },
    }
    this.docs.set(doc._id, doc)
    const siblings = this.#children.get(parentId) ?? new Set()
    this.#children.set(parentId, siblings.add(doc))
    return doc
  }

  /** A document that must be there, of that type. */
  need(type: Doc['_modelType'], id: string): Doc {
    const doc = this.docs.get(id)
    if (doc?._modelType !== type) throw new Refusal(400, `Invalid ${type} id (${id}).`, 'rest')
    return doc
  }

  children(parentId: string, type: Doc['_modelType'], name?: string): readonly Doc[] {
    return [...(this.#children.get(parentId) ?? [])].filter(doc => doc._modelType === type && (name === undefined || doc.name === name))
  }

  filesOf(itemId: string): readonly FileDoc[] {
    return [...(this.#filesOf.get(itemId) ?? [])]
  }

  /** The size of an item is that of all its files. */
  sizeOf(itemId: string): number {
    return this.filesOf(itemId).reduce((sum, { body }) => sum + body.byteLength, 0)
  }

  addFile(itemId: string, name: string, mimeType: string, body: Buffer): FileDoc {
    const file: FileDoc = { _id: this.newId(), itemId, name, mimeType, created: new Date().toISOString(), body }
    this.files.set(file._id, file)
    this.#filesOf.set(itemId, (this.#filesOf.get(itemId) ?? new Set()).add(file))
    return file
  }

  removeFile(file: FileDoc): void {
    this.files.delete(file._id)
    this.#filesOf.get(file.itemId)?.delete(file)
  }

  /** Takes a document away with all that lies in it. */
  remove(doc: Doc): void {
    this.clear(doc._id)
    for (const file of this.filesOf(doc._id)) this.removeFile(file)
    this.docs.delete(doc._id)
    this.#children.get(doc.parentId)?.delete(doc)
  }

  clear(id: string): void {
    for (const child of this.#children.get(id) ?? []) this.remove(child)
  }

  /** Takes a chunk; the last one makes a file of the upload. */
  take(upload: UploadDoc, offset: number, chunk: Buffer): UploadDoc | FileDoc {
    const received = upload.received.byteLength
    if (offset !== received) throw new Refusal(400, `Server has received ${received} bytes, but client sent offset ${offset}.`, 'rest')
    const total = received + chunk.byteLength
    if (total > upload.size) throw new Refusal(400, 'Received too many bytes.', 'validation')
    if (total < upload.size && chunk.byteLength < minimumChunk)
      throw new Refusal(400, 'Chunk is smaller than the minimum size.', 'validation')
    upload.received = Buffer.concat([upload.received, chunk])
    if (total < upload.size) return upload
    this.uploads.delete(upload._id)
    return this.addFile(upload.itemId, upload.name, upload.mimeType, upload.received)
  }

  newToken(key: KeyDoc | undefined, days: number): { readonly token: string; readonly expires: string } {
    const cap = key?.tokenDuration ?? 180
    const expires = Date.now() + Math.min(days, cap) * 86_400_000
    const token = randomBytes(32).toString('hex')
    const readOnly = key?.scope?.includes('core.data.write') === false
    this.tokens.set(token, { user: 'admin', expires, readOnly, ...(key !== undefined && { keyId: key._id }) })
    return { token, expires: new Date(expires).toISOString() }
  }
}
