import {
  FairleadError,
  type BeginUpload,
  type Entry,
  type PartReceipt,
  type UploadedParts,
  type UploadPart,
  type UploadState,
  type WriteAttributes,
} from '@fairlead/core'
import { DropboxFailure, isTagged } from '../errors.ts'
import { entryOf } from '../mapping.ts'
import type { ArrivedParts } from './arrived-parts.ts'
import { contentHash } from './content-hash.ts'
import { fileIn, textIn } from './json.ts'
import type { Objects } from './objects.ts'
import type { Wire } from './wire.ts'

/** Behind the end of every file: a part that is offered there is refused, and the refusal tells what has arrived. */
const nowhere = 2 ** 42

interface State extends WriteAttributes {
  readonly session: string
  readonly concurrent: boolean
  readonly size: number | undefined
}

/**
 * Upload sessions. A concurrent one takes whole blocks at any offset, several at once, and the rest with the last part, which closes
 * it and so goes when all others have arrived. A sequential one takes what comes next. Either is forgotten after seven days.
 */
export class Uploads {
  readonly #wire: Wire
  readonly #objects: Objects
  readonly #arrived: ArrivedParts
  readonly #concurrent: boolean

  constructor(wire: Wire, objects: Objects, arrived: ArrivedParts, concurrent: boolean) {
    this.#wire = wire
    this.#objects = objects
    this.#arrived = arrived
    this.#concurrent = concurrent
  }

  async begin({ path, size, contentType, modified, metadata, condition }: BeginUpload, signal: AbortSignal): Promise<UploadState> {
    const argument = { close: false, session_type: { '.tag': this.#concurrent ? 'concurrent' : 'sequential' } }
    const response = await this.#wire.content({ route: 'files/upload_session/start', argument, body: new Uint8Array(0), signal })
    const session = textIn(await response.json(), 'session_id')
    if (session === undefined)
      throw new FairleadError('unexpected', `"${path}": Dropbox started an upload without an ID.`, { path, hint: 'Run it again.' })
    return {
      session,
      concurrent: this.#concurrent,
      path,
      ...(size !== undefined && { size }),
      ...(contentType !== undefined && { contentType }),
      ...(modified !== undefined && { modified: modified.toISOString() }),
      ...(metadata !== undefined && { metadata }),
      ...(condition !== undefined && { condition }),
    }
  }

  async part(state: UploadState, { number, offset, last, body }: UploadPart, signal: AbortSignal): Promise<PartReceipt> {
    const { session, concurrent } = stateOf(state)
    const size = body.size ?? 0
    const receipt = { number, offset, size }
    if (concurrent && last) await this.#arrived.before(session, offset, signal)
    const bytes = body.bytes?.()
    try {
      await this.#append({ session, offset, close: concurrent && last }, bytes ?? body, bytes, signal)
    } catch (cause) {
      // It had arrived, only its answer had not.
      const told = isTagged(cause, 'incorrect_offset') ? cause.detail('correct_offset') : undefined
      const there = told === offset + size || (concurrent && last && isTagged(cause, 'closed'))
      if (!there) throw cause
    }
    if (concurrent) this.#arrived.note(session, receipt)
    return receipt
  }

  async uploaded(state: UploadState, signal: AbortSignal): Promise<UploadedParts> {
    const { session, concurrent, size, path } = stateOf(state)
    // An offset that is no block's tells of a concurrent session that it is there, and whether it is closed.
    const refusal = await this.#refusalAt(session, concurrent ? 1 : nowhere, signal)
    if (refusal?.says('not_found') === true) return 'gone'
    if (!concurrent) {
      const offset = refusal?.detail('correct_offset')
      if (typeof offset === 'number') return { offset }
      throw refusal ?? new FairleadError('unexpected', `"${path}": Dropbox accepted a part beyond the end of the file.`, { path })
    }
    const receipts = this.#arrived.list(session)
    if (refusal?.says('closed') === true) return { receipts: withLast(receipts, size) }
    if (refusal?.says('concurrent_session_invalid_offset') === false) throw refusal
    return { receipts }
  }

  async complete(state: UploadState, receipts: readonly PartReceipt[], signal: AbortSignal): Promise<Entry> {
    const { session, concurrent, ...attributes } = stateOf(state)
    const commit = await this.#objects.commit(attributes, signal)
    const offset = receipts.reduce((sum, { size }) => sum + size, 0)
    const argument = { cursor: { session_id: session, offset }, commit }
    const response = await this.#wire.content({ route: 'files/upload_session/finish', argument, body: new Uint8Array(0), signal })
    const entry = entryOf(attributes.path, fileIn(await response.json()), attributes)
    if (concurrent) this.#arrived.forget(session)
    return entry
  }

  /** Dropbox lets nobody end a session: it is forgotten there in time, and here at once. */
  abort(state: UploadState): void {
    this.#arrived.forget(stateOf(state).session)
  }

  /** How a part of no bytes is refused at an offset. */
  async #refusalAt(session: string, offset: number, signal: AbortSignal): Promise<DropboxFailure | undefined> {
    try {
      await this.#append({ session, offset, close: false }, new Uint8Array(0), undefined, signal)
      return undefined
    } catch (cause) {
      if (cause instanceof DropboxFailure && cause.tags.length > 0 && cause.status === 409) return cause
      throw cause
    }
  }

  async #append(
    { session, offset, close }: { readonly session: string; readonly offset: number; readonly close: boolean },
    body: UploadPart['body'] | Uint8Array,
    bytes: Uint8Array | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const argument = {
      cursor: { session_id: session, offset },
      close,
      ...(bytes !== undefined && { content_hash: contentHash(bytes) }),
    }
    const response = await this.#wire.content({ route: 'files/upload_session/append_v2', argument, body, signal })
    await response.bytes()
  }
}

/** A closed session has got its last part, which its process may not have noted. */
function withLast(receipts: readonly PartReceipt[], size: number | undefined): PartReceipt[] {
  const offset = receipts.reduce((sum, part) => sum + part.size, 0)
  if (size === undefined || offset >= size) return [...receipts]
  return [...receipts, { number: receipts.length + 1, offset, size: size - offset }]
}

/** A state comes from a journal, so it is checked before it is trusted. */
function stateOf(state: UploadState): State {
  const { session, concurrent, path, size, contentType, modified, metadata, condition } = state
  if (typeof session !== 'string' || typeof path !== 'string')
    throw new FairleadError('input-invalid', 'This is not an upload of the Dropbox client.', { hint: 'Push the file again.' })
  const pairs = typeof metadata === 'object' && metadata !== null ? Object.entries(metadata) : undefined
  const etag = textIn(condition, 'etag')
  return {
    session,
    concurrent: concurrent === true,
    path,
    size: typeof size === 'number' ? size : undefined,
    ...(typeof contentType === 'string' && { contentType }),
    ...(typeof modified === 'string' && { modified: new Date(modified) }),
    ...(pairs !== undefined && {
      metadata: Object.fromEntries(pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string')),
    }),
    ...(condition !== undefined && { condition: etag === undefined ? { if: 'absent' as const } : { if: 'match' as const, etag } }),
  }
}
