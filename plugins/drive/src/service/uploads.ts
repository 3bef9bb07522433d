import {
  FairleadError,
  type BeginUpload,
  type Entry,
  type HttpResponse,
  type PartReceipt,
  type UploadedParts,
  type UploadPart,
  type UploadState,
} from '@fairlead/core'
import { isAnswer } from '../errors.ts'
import { entryOf, fileFields, parseFile, type DriveFile } from '../mapping.ts'
import type { Targets } from './targets.ts'
import type { Wire } from './wire.ts'

/** Parts are multiples of this, all but the last. */
const step = 256 * 1024

/** The end of a body, held back until the upload is to be completed. */
interface Tail {
  readonly offset: number
  readonly bytes: Uint8Array
}

interface Session {
  readonly url: string
  readonly path: string
  readonly size: number | undefined
}

/**
 * Uploads in sessions: https://developers.google.com/workspace/drive/api/guides/manage-uploads#resumable. A session makes the file
 * with its last byte. So up to 256 KiB of the end are held back until everything has been checked: a file is never seen that the host
 * would have taken back. Where a process dies with the end in its hands, the session tells the next one what is missing.
 */
export class Uploads {
  readonly #wire: Wire
  readonly #targets: Targets
  readonly #endings: readonly string[]
  readonly #tails = new Map<string, Tail>()

  constructor(wire: Wire, targets: Targets, endings: readonly string[]) {
    this.#wire = wire
    this.#targets = targets
    this.#endings = endings
  }

  async begin(request: BeginUpload, signal: AbortSignal): Promise<UploadState> {
    const { path, size } = request
    const { id, metadata, contentType } = await this.#targets.prepare(request, signal)
    const response = await this.#wire.send({
      method: id === undefined ? 'POST' : 'PATCH',
      path: id === undefined ? 'files' : `files/${encodeURIComponent(id)}`,
      upload: true,
      query: { uploadType: 'resumable', supportsAllDrives: 'true', fields: fileFields },
      headers: {
        'content-type': 'application/json; charset=UTF-8',
        'x-upload-content-type': contentType,
        ...(size !== undefined && { 'x-upload-content-length': String(size) }),
      },
      body: JSON.stringify(metadata),
      signal,
    })
    await response.bytes()
    const url = response.headers['location']
    if (url === undefined) throw new FairleadError('unexpected', `"${path}": Drive started an upload without saying where.`, { path })
    return { url, path, ...(size !== undefined && { size }) }
  }

  async part(state: UploadState, { number, offset, last, body }: UploadPart, signal: AbortSignal): Promise<PartReceipt> {
    const session = parseState(state)
    const size = body.size ?? 0
    const receipt = { number, offset, size }
    const sent = last ? Math.max(0, Math.floor((size - 1) / step) * step) : size
    if (last) {
      const bytes = body.bytes?.().slice(sent) ?? (await new Response(await body.open({ start: sent, end: size })).bytes())
      this.#tails.set(session.url, { offset: offset + sent, bytes })
    }
    if (sent === 0) return receipt
    const whole = body.bytes?.()
    const response = await this.#wire.plain({
      method: 'PUT',
      url: session.url,
      headers: {
        'content-length': String(sent),
        'content-range': `bytes ${offset}-${offset + sent - 1}/${session.size ?? '*'}`,
      },
      body: whole === undefined ? await body.open({ start: 0, end: sent }) : whole.subarray(0, sent),
      signal,
    })
    await response.bytes()
    const arrived = arrivedIn(response)
    if (arrived === offset + sent) return receipt
    throw new FairleadError('unavailable', `"${session.path}": Drive stored ${arrived} bytes of ${offset + sent}.`, { path: session.path })
  }

  async uploaded(state: UploadState, signal: AbortSignal): Promise<UploadedParts> {
    const session = parseState(state)
    const response = await this.#ask(session, signal)
    if (response === undefined) return 'gone'
    if (response.status === 308) {
      await response.bytes()
      return { offset: arrivedIn(response) }
    }
    return { offset: parseFile(await response.json()).size ?? session.size ?? 0 }
  }

  async complete(state: UploadState, receipts: readonly PartReceipt[], signal: AbortSignal): Promise<Entry> {
    const session = parseState(state)
    const last = receipts.at(-1)
    const total = last === undefined ? (session.size ?? 0) : last.offset + last.size
    const file = (await this.#finish(session, total, signal)) ?? (await this.#finished(session, signal))
    this.#tails.delete(session.url)
    return { ...entryOf(session.path, await this.#targets.settle(session.path, file, signal), this.#endings), path: session.path }
  }

  /** Sends the end; undefined where this process does not have it. */
  async #finish({ url }: Session, total: number, signal: AbortSignal): Promise<DriveFile | undefined> {
    const tail = this.#tails.get(url)
    if (tail === undefined || tail.offset + tail.bytes.byteLength !== total) return undefined
    const response = await this.#wire.plain({
      method: 'PUT',
      url,
      headers: { 'content-length': String(tail.bytes.byteLength), 'content-range': `bytes ${tail.offset}-${total - 1}/${total}` },
      body: tail.bytes,
      signal,
    })
    if (response.status !== 308) return parseFile(await response.json())
    await response.bytes()
    return undefined
  }

  /** What a session has made that had its last byte already. */
  async #finished(session: Session, signal: AbortSignal): Promise<DriveFile> {
    const response = await this.#ask(session, signal)
    if (response !== undefined && response.status !== 308) return parseFile(await response.json())
    await response?.bytes()
    if (response === undefined)
      throw new FairleadError('not-found', `"${session.path}": the upload no longer exists.`, {
        path: session.path,
        hint: 'Send it again.',
      })
    throw new FairleadError('unavailable', `"${session.path}": the end of the body has not arrived.`, { path: session.path })
  }

  async abort(state: UploadState, signal: AbortSignal): Promise<void> {
    const { url } = parseState(state)
    this.#tails.delete(url)
    try {
      const response = await this.#wire.plain({ method: 'DELETE', url, headers: { 'content-length': '0' }, signal })
      await response.bytes()
    } catch (error) {
      // 499 is how Drive says that it was cancelled.
      if (!isAnswer(error, 404, 410, 499)) throw error
    }
  }

  /** What has arrived: 308 with a range, or what was made. Undefined: the session is known no more. */
  async #ask({ url, size }: Session, signal: AbortSignal): Promise<HttpResponse | undefined> {
    try {
      const headers = { 'content-length': '0', 'content-range': `bytes */${size ?? '*'}` }
      return await this.#wire.plain({ method: 'PUT', url, headers, signal })
    } catch (error) {
      if (isAnswer(error, 404, 410)) return undefined
      throw error
    }
  }
}

/** How many bytes a session has; none where it names no range. */
function arrivedIn({ headers }: HttpResponse): number {
  const end = /-(\d+)$/.exec(headers['range'] ?? '')?.[1]
  return end === undefined ? 0 : Number(end) + 1
}

/** The address is where bytes of ours go, so a state from a journal is checked before it is trusted. */
function parseState({ url, path, size }: UploadState): Session {
  if (typeof url !== 'string' || typeof path !== 'string' || !URL.canParse(url))
    throw new FairleadError('input-invalid', 'This is not an upload of the Drive client.', { hint: 'Push the file again.' })
  return { url, path, size: typeof size === 'number' ? size : undefined }
}
