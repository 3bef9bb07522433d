import { createHash } from 'node:crypto'
import { FairleadError, type Entry, type ReadRequest, type ReadResult, type Source, type WriteRequest } from '@fairlead/core'
import { attributeHeaders, conditionHeaders, encodeName, toEntry, toName, type WriteDefaults } from '../mapping.ts'
import type { Container } from './container.ts'
import type { Wire } from './wire.ts'

/** What the parts of the service share. */
export interface Place {
  readonly wire: Wire
  readonly container: Container
  /** The folder in the container that is the root: `''`, or with a slash at its end. */
  readonly root: string
  readonly defaults: WriteDefaults
  /** Whether bodies go with a checksum. */
  readonly checksum: boolean
  /** The size of blocks, where the settings say one. */
  readonly blockBytes: number | undefined
}

/** Bodies up to this come in one piece. */
const onePieceBytes = 1024 * 1024
/** Bodies up to this are held while they are sent, so that their checksum can go ahead of them. */
const heldBytes = 32 * 1024 * 1024

/** The address of a path's blob, as it goes into a request. */
export function blobOf({ root }: Pick<Place, 'root'>, path: string): string {
  return encodeName(toName(root, path))
}

/** Single blobs: what they are, their bytes, and writing them in one request. */
export class Objects {
  readonly #place: Place

  constructor(place: Place) {
    this.#place = place
  }

  async stat(path: string, signal: AbortSignal): Promise<Entry> {
    const { headers } = await this.#place.wire.send({ method: 'HEAD', blob: blobOf(this.#place, path), signal })
    return toEntry(path, headers, sizeOf(headers['content-length']))
  }

  async read({ path, range, ifMatch, version }: ReadRequest, signal: AbortSignal): Promise<ReadResult> {
    if (range !== undefined && range.end !== undefined && range.end <= range.start)
      throw new FairleadError('range-invalid', `"${path}": there are no bytes from ${range.start} to ${range.end}.`, { path })
    const response = await this.#place.wire.send({
      method: 'GET',
      blob: blobOf(this.#place, path),
      query: version === undefined ? {} : { versionid: version },
      headers: {
        ...(range !== undefined && { 'x-ms-range': `bytes=${range.start}-${range.end === undefined ? '' : range.end - 1}` }),
        ...(ifMatch !== undefined && { 'if-match': `"${ifMatch}"` }),
      },
      signal,
    })
    const { headers } = response
    const length = sizeOf(headers['content-length'])
    const whole = /\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1]
    const entry = toEntry(path, headers, whole === undefined ? length : Number(whole))
    return { entry, body: length !== undefined && length <= onePieceBytes ? await response.bytes() : response.body }
  }

  async write(request: WriteRequest, signal: AbortSignal): Promise<Entry> {
    const { wire, container, defaults, checksum } = this.#place
    const { path, source } = request
    const body = await held(source)
    const size = body instanceof Uint8Array ? body.byteLength : body.size
    const md5 = checksum && body instanceof Uint8Array ? md5Of(body) : undefined
    const { headers } = await container.ensured(signal, async () =>
      wire.send({
        method: 'PUT',
        blob: blobOf(this.#place, path),
        headers: {
          'x-ms-blob-type': 'BlockBlob',
          ...(md5 !== undefined && { 'content-md5': md5 }),
          ...attributeHeaders(request, size, defaults),
          ...conditionHeaders(request.condition),
        },
        body,
        signal,
      }),
    )
    return { ...toEntry(path, withoutBody(headers), size), ...toldAttributes(request) }
  }
}

/** What an answer to a write says of the blob: its type and length are the answer's own. */
function withoutBody({ 'content-type': _type, ...headers }: Readonly<Record<string, string>>): Record<string, string> {
  return headers
}

/** What a write was told, for its entry. */
export function toldAttributes({ contentType, modified, metadata }: Omit<WriteRequest, 'source' | 'path'>): Partial<Entry> {
  return {
    ...(contentType !== undefined && { contentType }),
    ...(modified !== undefined && { modified }),
    ...(metadata !== undefined && { metadata }),
  }
}

/** The MD5 of bytes, base64, as headers have it. */
export function md5Of(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('base64')
}

/** A body in memory, unless it is too big for that. */
export async function held(source: Source): Promise<Uint8Array | Source> {
  if (source.bytes !== undefined) return source.bytes()
  if (source.size === undefined || source.size > heldBytes) return source
  const bytes = Buffer.allocUnsafeSlow(source.size)
  let filled = 0
  for await (const piece of (await source.open()).values()) {
    if (filled + piece.byteLength > bytes.byteLength) throw wrongSize(source.size)
    bytes.set(piece, filled)
    filled += piece.byteLength
  }
  if (filled < bytes.byteLength) throw wrongSize(source.size)
  return bytes
}

function wrongSize(said: number): FairleadError {
  return new FairleadError('input-invalid', `a source returned a different number of bytes than the ${said} it announced.`, {
    hint: 'Make sure that nothing writes to the file, and send it again.',
  })
}

function sizeOf(text: string | undefined): number | undefined {
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text)
}
