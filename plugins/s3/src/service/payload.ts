import { createHash, hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { FairleadError, type Context, type Source } from '@fairlead/core'
import { unsignedPayload } from './signer.ts'

/** What goes along with a body for the service to check. */
export type ChecksumSetting = 'crc32' | 'sha256' | 'sha1' | 'md5' | 'none'

/** A body ready to be sent, with what proves that it arrived whole. */
export interface Payload {
  readonly body: Uint8Array | Source
  /** What stands for it in the signature. */
  readonly payload: string
  readonly headers: Readonly<Record<string, string>>
  readonly size: number
}

/** Bodies up to this are held in memory while they are sent: they are read once, and sent in one piece. */
const inMemoryBytes = 32 * 1024 * 1024

/**
 * Reads a body for what is sent before it. Over plain HTTP its SHA-256 is signed, because nothing else there keeps a body from
 * being exchanged on the way: a CRC can be made to fit. Over TLS it goes unsigned, with its checksum. A body that is too big
 * for memory is read twice. A CRC-32 that is `known` is not computed again.
 */
export async function payloadOf(
  source: Source,
  checksum: ChecksumSetting,
  secure: boolean,
  { signal }: Context,
  known?: number,
): Promise<Payload> {
  const bytes = await wholeOf(source, signal)
  if (bytes !== undefined) return payloadOfBytes(bytes, checksum, secure, known)
  const sha256 = secure && checksum !== 'sha256' ? undefined : createHash('sha256')
  const other = checksum === 'sha1' || checksum === 'md5' ? createHash(checksum) : undefined
  let crc = 0
  let size = 0
  for await (const piece of await source.open()) {
    signal.throwIfAborted()
    sha256?.update(piece)
    other?.update(piece)
    if (checksum === 'crc32') crc = crc32(piece, crc)
    size += piece.byteLength
  }
  const digest = sha256?.digest()
  const value = checksum === 'crc32' ? base64Crc32(crc) : checksum === 'sha256' ? digest?.toString('base64') : other?.digest('base64')
  return {
    body: source,
    payload: secure || digest === undefined ? unsignedPayload : digest.toString('hex'),
    headers: checksumHeader(checksum, value),
    size,
  }
}

/** The same for bytes in memory: the way of every small object. */
export function payloadOfBytes(bytes: Uint8Array, checksum: ChecksumSetting, secure: boolean, known?: number): Payload {
  const value =
    checksum === 'crc32' ? base64Crc32(known ?? crc32(bytes)) : checksum === 'none' ? undefined : hash(checksum, bytes, 'base64')
  return {
    body: bytes,
    payload: secure ? unsignedPayload : hash('sha256', bytes, 'hex'),
    headers: checksumHeader(checksum, value),
    size: bytes.byteLength,
  }
}

function checksumHeader(checksum: ChecksumSetting, value: string | undefined): Readonly<Record<string, string>> {
  if (value === undefined) return {}
  return checksum === 'md5' ? { 'content-md5': value } : { [`x-amz-checksum-${checksum}`]: value }
}

/** The four bytes of a CRC, most significant first. */
function base64Crc32(value: number): string {
  return Buffer.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255).toString('base64')
}

/** The body in one piece, if it fits into memory or can be read but once. */
async function wholeOf(source: Source, signal: AbortSignal): Promise<Uint8Array | undefined> {
  if (source.bytes !== undefined) return source.bytes()
  const { size } = source
  if (source.replayable && size !== undefined && size > inMemoryBytes) return undefined
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of await source.open()) {
    signal.throwIfAborted()
    pieces.push(piece)
    length += piece.byteLength
  }
  if (size !== undefined && length !== size)
    throw new FairleadError('input-invalid', `the body has ${length} bytes, but ${size} were announced`)
  const only = pieces[0]
  return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces, length)
}
