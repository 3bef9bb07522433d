import { createHash } from 'node:crypto'
import {
  FairleadError,
  inParallel,
  type CopyRequest,
  type Entry,
  type ReadRequest,
  type ReadResult,
  type Source,
  type WriteRequest,
} from '@fairlead/core'
import { isRefusal } from '../errors.ts'
import { attributesOf, entryOf, entryOfFile, toFile, toFileName, type GirderFile } from '../mapping.ts'
import type { Item, Items } from './items.ts'
import { isRecord, needText, recordsOf, textOf } from './json.ts'
import type { Tree } from './tree.ts'
import type { Wire } from './wire.ts'

/** What is larger is begun first, so that what breaks off can be taken away. */
const oneRequestBytes = 1024 ** 2
const most = 8
/** So many ids go into an address. */
const mostResources = 50

/** Whole objects: looked at, read, written, copied, removed. */
export class Objects {
  readonly #wire: Wire
  readonly #tree: Tree
  readonly #items: Items

  constructor(wire: Wire, tree: Tree, items: Items) {
    this.#wire = wire
    this.#tree = tree
    this.#items = items
  }

  async stat(path: string, signal: AbortSignal): Promise<Entry> {
    const found = await this.#items.find(path, signal)
    if (found !== undefined) return found.entry
    const folder = await this.#tree.find(path, signal)
    if (folder !== undefined) return { path, kind: 'prefix', id: folder.id }
    throw nothing(path)
  }

  async read({ path, range, ifMatch }: ReadRequest, signal: AbortSignal): Promise<ReadResult> {
    // A file that another one replaces at this moment is gone before it is asked for: then the other one is there.
    for (let look = 1; ; look++) {
      const found = await this.#items.find(path, signal)
      if (found === undefined) throw nothing(path)
      const { file, entry } = found
      if (ifMatch !== undefined && ifMatch !== entry.etag)
        throw new FairleadError('precondition-failed', `"${path}" was changed in the meantime.`, {
          path,
          hint: 'Read it again from its beginning.',
        })
      if (range !== undefined && range.start >= file.size)
        throw new FairleadError('range-invalid', `"${path}" has ${file.size} bytes, and none from ${range.start} on.`, {
          path,
          hint: 'Ask for bytes that are there.',
        })
      if (file.size === 0) return { entry, body: new Uint8Array() }
      try {
        const query = { ...(range !== undefined && { offset: range.start }), ...(range?.end !== undefined && { endByte: range.end }) }
        const { body } = await this.#wire.send({ path: `file/${file.id}/download`, query, signal })
        return { entry, body }
      } catch (cause) {
        if (!isRefusal(cause) || look > 2) throw cause
      }
    }
  }

  async write(request: WriteRequest, signal: AbortSignal): Promise<Entry> {
    const { path, source } = request
    const { item, made } = await this.#items.make(path, signal)
    const contentType = request.contentType ?? source.contentType
    try {
      const file = await this.#send(item, request, contentType, signal)
      const sha256 = request.sha256 ?? hashOf(source)
      const attributes = attributesOf(file, { ...request, ...(sha256 !== undefined && { sha256 }) }, contentType)
      await this.#items.settle(item, file, attributes, made, signal)
      return entryOf(path, attributes)
    } catch (cause) {
      // Its own signal may be over, and that is why.
      if (made) await this.#items.removeEmpty(item.id, new AbortController().signal).catch(() => undefined)
      throw cause
    }
  }

  async #send(item: Item, { path, source }: WriteRequest, contentType: string | undefined, signal: AbortSignal): Promise<GirderFile> {
    const { size = 0 } = source
    const query = { parentType: 'item', parentId: item.id, name: toFileName(item.name), size, mimeType: contentType }
    if (size <= oneRequestBytes) {
      const body = size === 0 ? {} : { body: source.bytes?.() ?? source }
      return arrived(path, await this.#wire.json({ method: 'POST', path: 'file', query, ...body, signal }))
    }
    const uploadId = needText(await this.#wire.json({ method: 'POST', path: 'file', query, signal }), '_id')
    try {
      const chunk = { uploadId, offset: 0 }
      return arrived(path, await this.#wire.json({ method: 'POST', path: 'file/chunk', query: chunk, body: source, signal }))
    } catch (cause) {
      const forget = this.#wire.json({ method: 'DELETE', path: `file/upload/${uploadId}` })
      await forget.catch(() => undefined)
      throw cause
    }
  }

  async copy({ from, to }: CopyRequest, signal: AbortSignal): Promise<Entry> {
    const source = await this.#items.find(from, signal)
    if (source === undefined) throw nothing(from)
    if (from === to) return source.entry
    const { item, made } = await this.#items.make(to, signal)
    const copied = arrived(
      to,
      await this.#wire.json({ method: 'POST', path: `file/${source.file.id}/copy`, query: { itemId: item.id }, signal }),
    )
    // The copy is called as its source is: under the name of the item it becomes the object.
    const name = toFileName(item.name)
    if (copied.name !== name) await this.#wire.json({ method: 'PUT', path: `file/${copied.id}`, query: { name }, signal })
    const { checksums, modified, contentType, metadata } = source.entry
    const sha256 = checksums?.find(({ algorithm }) => algorithm === 'sha256')?.value
    const attributes = attributesOf(
      { ...copied, name },
      { ...(sha256 !== undefined && { sha256 }), ...(modified !== undefined && { modified }), ...(metadata !== undefined && { metadata }) },
      contentType,
    )
    await this.#items.settle(item, { ...copied, name }, attributes, made, signal)
    return entryOfFile(to, copied, attributes)
  }

  async remove(paths: readonly string[], signal: AbortSignal): Promise<void> {
    await inParallel(paths, most, async path => {
      for (const { id } of await this.#items.all(path, signal)) await this.#items.remove(id, signal)
    })
  }

  /** Everything below a folder, the folder itself, and a file of its name. */
  async removeAll(path: string, signal: AbortSignal): Promise<void> {
    if (path !== '') await this.remove([path], signal)
    const folder = await this.#tree.find(path, signal)
    this.#tree.forget(path)
    if (folder === undefined) return
    if (path !== '') return await this.#removeResources('folder', [folder.id], signal)
    const parent = { parentType: folder.type, parentId: folder.id, limit: 0 }
    await this.#removeResources('folder', await this.#ids({ path: 'folder', query: parent, signal }), signal)
    if (folder.type !== 'folder') return
    await this.#removeResources('item', await this.#ids({ path: 'item', query: { folderId: folder.id, limit: 0 }, signal }), signal)
  }

  async #ids(call: Parameters<Wire['json']>[0]): Promise<readonly string[]> {
    return recordsOf(await this.#wire.json(call)).flatMap(document => textOf(document['_id']) ?? [])
  }

  /** Puts a document over the metadata of a file or folder, key by key. */
  async describe(path: string, document: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<void> {
    const [item] = await this.#items.all(path, signal)
    const folder = item === undefined ? await this.#tree.find(path, signal) : undefined
    if (item === undefined && folder === undefined) throw nothing(path)
    const target = item === undefined ? `${folder?.type ?? 'folder'}/${folder?.id ?? ''}` : `item/${item.id}`
    const headers = { 'content-type': 'application/json' }
    await this.#wire.json({ method: 'PUT', path: `${target}/metadata`, headers, body: JSON.stringify(document), signal })
  }

  /** Newer versions of Girder leave `DELETE /folder` to a worker, which not every one has; this they do at once. */
  async #removeResources(kind: 'folder' | 'item', ids: readonly string[], signal: AbortSignal): Promise<void> {
    for (let start = 0; start < ids.length; start += mostResources) {
      const resources = JSON.stringify({ [kind]: ids.slice(start, start + mostResources) })
      try {
        await this.#wire.json({ method: 'DELETE', path: 'resource', query: { resources }, signal })
      } catch (cause) {
        if (!isRefusal(cause)) throw cause
        // Somebody else has removed one of them meanwhile: that stopped the others.
        if (ids.length > 1) for (const id of ids.slice(start, start + mostResources)) await this.#removeResources(kind, [id], signal)
      }
    }
  }
}

/** Of a body in memory; a longer one is hashed by whoever wants it known. */
function hashOf(source: Source): string | undefined {
  const bytes = source.bytes?.()
  return bytes === undefined ? undefined : createHash('sha256').update(bytes).digest('hex')
}

/** The file that a request made. An upload in its place has not got all bytes. */
function arrived(path: string, answer: unknown): GirderFile {
  const file = isRecord(answer) && answer['itemId'] !== undefined ? toFile(answer) : undefined
  if (file !== undefined) return file
  throw new FairleadError('integrity', `Girder got fewer bytes of "${path}" than were announced.`, {
    path,
    hint: 'Did the file change while it was sent? Write it again.',
  })
}

/** `not-found`. */
export function nothing(path: string): FairleadError {
  return new FairleadError('not-found', `There is nothing at "${path}".`, { path, hint: 'See what is there with: fairlead ls' })
}
