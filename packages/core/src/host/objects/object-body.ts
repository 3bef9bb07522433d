import type { Context, ReadRequest, ReadResult } from '../../contract/connection.ts'
import type { Entry } from '../../contract/entry.ts'
import { pumpOf, type Pump } from '../../http/body-pump.ts'
import type { ReadOptions } from '../client.ts'
import { createDigester, digestBytes, objectChecksum, type Digester } from './digester.ts'
import type { Gate, PlacedPath } from './refuse.ts'
import type { ClientRuntime } from '../runtime.ts'

/** An object's bytes, piece by piece. When the connection breaks it goes on at the next byte, or fails: it never splices. */
export interface ObjectBody {
  readonly entry: Entry
  /** Bytes from the first to the last, where the service told. */
  readonly expected: number | undefined
  /** The whole body, when it came in one piece. */
  readonly whole: Uint8Array | undefined
  /** The next piece, or undefined at the end. Throws the signal's reason on abort. */
  next(): Promise<Uint8Array | undefined>
  /**
   * Hands over all that is left, piece by piece: several times faster than {@link ObjectBody.next}. A piece is good only until
   * `take` returns. What `take` throws ends it.
   */
  each(take: (piece: Uint8Array) => void): Promise<void>
  /** Lets go of the connection before the end. */
  cancel(reason?: unknown): Promise<void>
}

/** What a body needs of the plugin. */
export type DoRead = (request: ReadRequest, context: Context) => Promise<ReadResult>

interface Pieces {
  readonly entry: Entry
  readonly first: Uint8Array | undefined
  readonly reader: ReadableStreamDefaultReader<Uint8Array> | undefined
}

/**
 * Opens an object. `verify` compares the whole body with the checksum the service vouches for: `integrity` at the end
 * if it differs. A body shorter or longer than the entry says is `integrity` too; an object that changed between two
 * pieces is `precondition-failed`.
 */
export async function openBody(
  runtime: ClientRuntime,
  gate: Gate,
  doRead: DoRead,
  path: PlacedPath,
  options: ReadOptions,
  verify: boolean,
): Promise<ObjectBody> {
  const { range, version, ifMatch, signal } = options
  const request: ReadRequest = {
    path: path.stored,
    ...(range !== undefined && { range }),
    ...(version !== undefined && { version }),
    ...(ifMatch !== undefined && { ifMatch }),
  }
  const opened = await runtime.attempts.run({ name: 'read', path: path.logical }, context => doRead(request, context), options)
  const entry = gate.entry(opened.entry)
  const start = range?.start ?? 0
  const end = range?.end === undefined ? entry.size : Math.min(range.end, entry.size ?? range.end)
  const expected = end === undefined ? undefined : Math.max(0, end - start)
  const checksum = verify && range === undefined ? objectChecksum(entry) : undefined

  const fail = (code: 'integrity' | 'precondition-failed', message: string): Error =>
    gate.error(code, 'read', path.logical, message, 'Read it again.')
  const wrongSize = (bytes: number): Error =>
    fail('integrity', `"${path.logical}" returned ${bytes} bytes, but its entry says ${expected ?? 0}.`)
  const verifyDigest = (value: string): void => {
    if (checksum === undefined || value === checksum.value) return
    throw fail('integrity', `"${path.logical}" arrived with ${checksum.algorithm} ${value}, but the service says ${checksum.value}.`)
  }

  if (opened.body instanceof Uint8Array) {
    const whole = opened.body
    if (expected !== undefined && whole.byteLength !== expected) throw wrongSize(whole.byteLength)
    if (checksum !== undefined) verifyDigest(digestBytes(checksum.algorithm, whole))
    let given = whole.byteLength === 0
    return {
      entry,
      expected,
      whole,
      next: async () => {
        signal?.throwIfAborted()
        if (given) return undefined
        given = true
        return whole
      },
      async each(take) {
        signal?.throwIfAborted()
        if (!given) take(whole)
        given = true
      },
      cancel: async () => undefined,
    }
  }

  let stream: ReadableStream<Uint8Array> | undefined = opened.body
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  let position = 0
  let ended = false
  const digester: Digester | undefined = checksum === undefined ? undefined : createDigester(checksum.algorithm)
  const read = runtime.capabilities.read
  const resumable = read !== false && read.range && read.validator && entry.etag !== undefined

  const letGo = async (reason: unknown): Promise<void> => {
    const [open, left] = [reader, stream]
    reader = undefined
    stream = undefined
    if (open !== undefined) await open.cancel(reason)
    else await left?.cancel(reason)
  }
  const abort = (): void => {
    letGo(signal?.reason).catch((error: unknown) => runtime.log.debug('a body could not be released', { error: String(error) }))
  }
  signal?.addEventListener('abort', abort, { once: true })
  const close = (): void => {
    signal?.removeEventListener('abort', abort)
    ended = true
  }

  const brokeOff = (): Error =>
    gate.error('network', 'read', path.logical, `the body of "${path.logical}" broke off after ${position} bytes.`)

  /** One attempt to go on: the break itself counts as the first failed one, so it is classified, told and waited for. */
  const goOn = async (broken: unknown): Promise<Uint8Array | undefined> => {
    let failure: { readonly reason: unknown } | undefined = { reason: broken }
    const pieces = await runtime.attempts.run<Pieces>(
      { name: 'read', path: path.logical, repeatable: resumable },
      async context => {
        if (failure !== undefined) {
          const { reason } = failure
          failure = undefined
          throw reason
        }
        const rest = { start: start + position, ...(end !== undefined && { end }) }
        const pieces = await firstPiece(await doRead({ ...request, range: rest, ifMatch: entry.etag ?? '' }, context))
        if (pieces.first === undefined) throw brokeOff()
        return pieces
      },
      options,
    )
    if (pieces.entry.etag !== entry.etag || pieces.entry.size !== entry.size) {
      await pieces.reader?.cancel()
      throw fail('precondition-failed', `"${path.logical}" changed while it was read.`)
    }
    reader = pieces.reader
    return pieces.first
  }

  const pull = async (): Promise<Uint8Array | undefined> => {
    if (reader === undefined && stream !== undefined) {
      reader = stream.getReader()
      stream = undefined
    }
    if (reader === undefined) return undefined
    try {
      const piece = await reader.read()
      signal?.throwIfAborted()
      if (!piece.done) return piece.value
      if (expected === undefined || position >= expected) return undefined
    } catch (error) {
      signal?.throwIfAborted()
      return goOn(error)
    }
    if (!resumable) throw wrongSize(position)
    return goOn(brokeOff())
  }
  const count = (piece: Uint8Array): void => {
    position += piece.byteLength
    if (expected !== undefined && position > expected) throw wrongSize(position)
    digester?.update(piece)
  }
  const finish = (): void => {
    if (expected !== undefined && position !== expected) throw wrongSize(position)
    close()
    if (digester !== undefined) verifyDigest(digester.digest())
  }
  const failed = async (error: unknown): Promise<never> => {
    close()
    await letGo(error).catch((cause: unknown) => runtime.log.debug('a body could not be released', { error: String(cause) }))
    throw error
  }
  const next = async (): Promise<Uint8Array | undefined> => {
    if (ended) return undefined
    try {
      signal?.throwIfAborted()
      let piece = await pull()
      while (piece?.byteLength === 0) piece = await pull()
      if (piece === undefined) finish()
      else count(piece)
      return piece
    } catch (error) {
      return failed(error)
    }
  }
  /** Pumps the first connection to its end, or to its break. */
  const pumped = async (pump: Pump, take: (piece: Uint8Array) => void): Promise<{ readonly reason: unknown } | undefined> => {
    let ours = false
    try {
      signal?.throwIfAborted()
      await pump(piece => {
        try {
          count(piece)
          take(piece)
        } catch (reason) {
          ours = true
          throw reason
        }
      })
      stream = undefined
    } catch (error) {
      if (signal?.aborted === true) return failed(signal.reason)
      if (ours) return failed(error)
      stream = undefined
      return { reason: error }
    }
    if (expected === undefined || position >= expected) return undefined
    return resumable ? { reason: brokeOff() } : failed(wrongSize(position))
  }
  /** What comes after the break; the pieces of the first connection had no promise of their own. */
  const afterBreak = async (broken: unknown): Promise<Uint8Array | undefined> => {
    try {
      const piece = await goOn(broken)
      if (piece !== undefined) count(piece)
      return piece
    } catch (error) {
      return failed(error)
    }
  }

  return {
    entry,
    expected,
    whole: undefined,
    next,
    async each(take) {
      const pump = ended || stream === undefined ? undefined : pumpOf(stream)
      const broken = pump === undefined ? undefined : await pumped(pump, take)
      let piece = broken === undefined ? await next() : await afterBreak(broken.reason)
      for (; piece !== undefined; piece = await next()) {
        try {
          take(piece)
        } catch (reason) {
          await failed(reason)
        }
      }
    },
    async cancel(reason) {
      close()
      await letGo(reason)
    },
  }
}

/**
 * The same for one version of the object, whose bytes are put beside others of it. Not every service keeps the condition,
 * so its answer is held against it too: `precondition-failed`.
 */
export async function openBodyOf(
  etag: string,
  runtime: ClientRuntime,
  gate: Gate,
  doRead: DoRead,
  path: PlacedPath,
  options: ReadOptions,
): Promise<ObjectBody> {
  const body = await openBody(runtime, gate, doRead, path, { ...options, ifMatch: etag }, false)
  if (body.entry.etag === etag) return body
  await body.cancel()
  throw gate.error('precondition-failed', 'read', path.logical, `"${path.logical}" changed while it was read.`, 'Read it again.')
}

/** Opening alone proves nothing: an attempt holds when its first bytes are here. */
async function firstPiece(result: ReadResult): Promise<Pieces> {
  if (result.body instanceof Uint8Array) return { entry: result.entry, first: result.body, reader: undefined }
  const reader = result.body.getReader()
  let piece = await reader.read()
  while (piece.value?.byteLength === 0) piece = await reader.read()
  return { entry: result.entry, first: piece.value, reader: piece.done ? undefined : reader }
}
