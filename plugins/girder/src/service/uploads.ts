import { randomUUID } from 'node:crypto'
import {
  FairleadError,
  type BeginUpload,
  type Entry,
  type PartReceipt,
  type Source,
  type UploadedParts,
  type UploadPart,
  type UploadState,
} from '@fairlead/core'
import { isRefusal } from '../errors.ts'
import { attributesOf, entryOf, pendingPrefix, toFileName, type GirderFile } from '../mapping.ts'
import type { Items } from './items.ts'
import { countOf, isRecord, needText, textOf } from './json.ts'
import type { Wire } from './wire.ts'

interface State {
  readonly path: string
  readonly upload: string
  readonly item: string
  readonly itemName: string
  /** The name of the file while it is no object yet. */
  readonly pending: string
  readonly size: number
  readonly contentType?: string
  readonly sha256?: string
  readonly modified?: string
  readonly metadata?: Readonly<Record<string, string>>
}

/**
 * Uploads in chunks, one behind the other. Girder makes a file of the last one by itself: it arrives under a name that no
 * object has, and completing renames it.
 */
export class Uploads {
  readonly #wire: Wire
  readonly #items: Items

  constructor(wire: Wire, items: Items) {
    this.#wire = wire
    this.#items = items
  }

  async begin({ path, size, contentType, sha256, modified, metadata }: BeginUpload, signal: AbortSignal): Promise<UploadState> {
    if (size === undefined)
      throw new FairleadError('unsupported', `Girder needs to know the size of "${path}" before it is sent.`, { path })
    const { item } = await this.#items.make(path, signal)
    const pending = `${pendingPrefix}${randomUUID()}`
    const query = { parentType: 'item', parentId: item.id, name: pending, size, mimeType: contentType }
    const upload = needText(await this.#wire.json({ method: 'POST', path: 'file', query, signal }), '_id')
    return {
      path,
      upload,
      item: item.id,
      itemName: item.name,
      pending,
      size,
      ...(contentType !== undefined && { contentType }),
      ...(sha256 !== undefined && { sha256 }),
      ...(modified !== undefined && { modified: modified.toISOString() }),
      ...(metadata !== undefined && { metadata }),
    }
  }

  /** Girder appends: what of a chunk has arrived by a try that broke off must not be sent again. */
  async part(state: UploadState, { number, offset, body }: UploadPart, signal: AbortSignal): Promise<PartReceipt> {
    const { upload, path } = read(state)
    const { size = 0 } = body
    const receipt = { number, offset, size }
    const there = await this.#offset(state, signal)
    if (there === undefined || there < offset)
      throw new FairleadError('integrity', `Girder has lost what had arrived of "${path}".`, { path, hint: 'Send the file again.' })
    if (there >= offset + size) return receipt
    const rest = there === offset ? body : behind(body, there - offset)
    await this.#wire.json({ method: 'POST', path: 'file/chunk', query: { uploadId: upload, offset: there }, body: rest, signal })
    return receipt
  }

  async uploaded(state: UploadState, signal: AbortSignal): Promise<UploadedParts> {
    const offset = await this.#offset(state, signal)
    return offset === undefined ? 'gone' : { offset }
  }

  async complete(state: UploadState, signal: AbortSignal): Promise<Entry> {
    const { item, itemName, path, sha256, modified, metadata, contentType, pending, upload } = read(state)
    const file = await this.#pending(state, signal)
    if (file === undefined)
      throw new FairleadError('not-found', `The uploaded part of "${path}" is no longer in Girder.`, { path, hint: 'Send the file again.' })
    const attributes = attributesOf(
      file,
      {
        ...(sha256 !== undefined && { sha256 }),
        ...(modified !== undefined && { modified: new Date(modified) }),
        ...(metadata !== undefined && { metadata }),
      },
      contentType,
    )
    const target = { id: item, name: itemName, document: {} }
    if (file.name === pending) {
      // Said before it is renamed, so that a completion whose answer was lost knows its file again.
      await this.#items.keep(target, { ...attributes, upload, pending: true }, signal)
      await this.#wire.json({ method: 'PUT', path: `file/${file.id}`, query: { name: toFileName(itemName) }, signal })
    }
    await this.#items.settle(target, { ...file, name: itemName }, { ...attributes, upload }, false, signal)
    return entryOf(path, attributes)
  }

  async abort(state: UploadState, signal: AbortSignal): Promise<void> {
    const { upload, item, pending } = read(state)
    try {
      await this.#wire.json({ method: 'DELETE', path: `file/upload/${upload}`, signal })
    } catch (cause) {
      if (!isRefusal(cause)) throw cause
    }
    for (const file of await this.#items.files(item, signal)) if (file.name === pending) await this.#items.removeFile(file.id, signal)
    await this.#items.removeEmpty(item, signal)
  }

  /** How many bytes have arrived; undefined where Girder knows nothing of it. */
  async #offset(state: UploadState, signal: AbortSignal): Promise<number | undefined> {
    const { upload, size } = read(state)
    try {
      const answer = await this.#wire.json({ path: 'file/offset', query: { uploadId: upload }, signal })
      return isRecord(answer) ? countOf(answer['offset']) : undefined
    } catch (cause) {
      if (!isRefusal(cause)) throw cause
      // The last chunk has made a file of it.
      return (await this.#pending(state, signal)) === undefined ? undefined : size
    }
  }

  async #pending(state: UploadState, signal: AbortSignal): Promise<GirderFile | undefined> {
    const { item, pending } = read(state)
    const files = await this.#items.files(item, signal)
    return files.find(({ name }) => name === pending) ?? (await this.#renamed(state, files, signal))
  }

  async #renamed(state: UploadState, files: readonly GirderFile[], signal: AbortSignal): Promise<GirderFile | undefined> {
    const { item, upload } = read(state)
    const kept = await this.#items.kept(item, signal)
    return kept?.upload === upload ? files.find(({ id }) => id === kept.file) : undefined
  }
}

/** The end of a body. */
function behind(body: Source, skipped: number): Source {
  const { size } = body
  return {
    replayable: body.replayable,
    ...(size !== undefined && { size: size - skipped }),
    open: async range =>
      await body.open({ start: skipped + (range?.start ?? 0), ...(range?.end !== undefined && { end: skipped + range.end }) }),
  }
}

function read(state: UploadState): State {
  const { metadata } = state
  const texts = ['path', 'upload', 'item', 'itemName', 'pending'].map(key => textOf(state[key]))
  const [path, upload, item, itemName, pending] = texts
  const size = countOf(state['size'])
  if (
    path === undefined ||
    upload === undefined ||
    item === undefined ||
    itemName === undefined ||
    pending === undefined ||
    size === undefined
  )
    throw new FairleadError('input-invalid', 'The state of an unfinished upload is none of Girder.', { hint: 'Send the file again.' })
  const [contentType, sha256, modified] = [textOf(state['contentType']), textOf(state['sha256']), textOf(state['modified'])]
  const pairs = isRecord(metadata)
    ? Object.entries(metadata).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
    : undefined
  return {
    path,
    upload,
    item,
    itemName,
    pending,
    size,
    ...(contentType !== undefined && { contentType }),
    ...(sha256 !== undefined && { sha256 }),
    ...(modified !== undefined && { modified }),
    ...(pairs !== undefined && { metadata: Object.fromEntries(pairs) }),
  }
}
