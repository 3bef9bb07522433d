import type { Entry } from '../../contract/entry.ts'
import type { ReadBody, ReadOptions } from '../client.ts'
import { openBody, type DoRead, type ObjectBody } from './object-body.ts'
import { checkRange, type Gate, type PlacedPath } from './refuse.ts'
import type { ClientRuntime } from '../runtime.ts'
import { createMeter } from './transfer-meter.ts'

/** What {@link readObjectBytes} holds in memory unless told otherwise. */
const defaultReadBytes = 16 * 1024 * 1024

/** Refuses what the client does not declare; the object's place and the plugin's method. */
export function prepareRead(
  runtime: ClientRuntime,
  gate: Gate,
  path: string,
  options: ReadOptions,
): { readonly placed: PlacedPath; readonly doRead: DoRead } {
  options.signal?.throwIfAborted()
  const placed = gate.object('read', path)
  const read = runtime.capabilities.read
  if (read === false) throw gate.unsupported('read', placed.logical, "can't read")
  if (options.range !== undefined) {
    checkRange(gate, 'read', placed.logical, options.range)
    if (!read.range) throw gate.unsupported('read', placed.logical, "can't read a part of an object", 'Read it whole.')
  }
  if (options.version !== undefined && !read.versions)
    throw gate.unsupported('read', placed.logical, 'does not keep versions', 'Read without a version.')
  if (options.ifMatch !== undefined && !read.validator)
    throw gate.unsupported('read', placed.logical, "can't read on a condition", 'Read without ifMatch.')
  const { connection } = runtime
  return { placed, doRead: gate.method(connection.doRead?.bind(connection), 'read', placed.logical) }
}

/** An object as a stream: see {@link ReadBody}. The stream reads nothing ahead. */
export async function readObject(runtime: ClientRuntime, gate: Gate, path: string, options: ReadOptions = {}): Promise<ReadBody> {
  const { placed, doRead } = prepareRead(runtime, gate, path, options)
  const body = await openBody(runtime, gate, doRead, placed, options, true)
  const meter = createMeter('read', placed.logical, options.onEvent)
  meter.start(body.expected)
  let moved = 0
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = await body.next()
        if (piece === undefined) {
          meter.end()
          options.lanes?.moved(moved)
          controller.close()
          return
        }
        moved += piece.byteLength
        meter.add(piece.byteLength)
        controller.enqueue(piece)
      },
      cancel: reason => body.cancel(reason),
    },
    { highWaterMark: 0 },
  )
  return { entry: body.entry, body: stream }
}

/** An object in memory, without a stream where the plugin gives it in one piece. */
export async function readObjectBytes(
  runtime: ClientRuntime,
  gate: Gate,
  path: string,
  options: ReadOptions & { readonly maxBytes?: number } = {},
): Promise<{ readonly entry: Entry; readonly bytes: Uint8Array }> {
  const { placed, doRead } = prepareRead(runtime, gate, path, options)
  const maxBytes = options.maxBytes ?? defaultReadBytes
  const body = await openBody(runtime, gate, doRead, placed, options, true)
  const tooMany = (bytes: number): Error =>
    gate.error(
      'input-invalid',
      'read',
      placed.logical,
      `"${placed.logical}" has ${bytes} bytes or more, and at most ${maxBytes} are read into memory.`,
      'Read it as a stream, or download it to a file.',
    )
  if ((body.expected ?? 0) > maxBytes) {
    await body.cancel()
    throw tooMany(body.expected ?? 0)
  }
  const meter = createMeter('read', placed.logical, options.onEvent)
  meter.start(body.expected)
  const bytes = body.whole ?? (await collect(body, maxBytes, tooMany))
  if (bytes.byteLength > maxBytes) throw tooMany(bytes.byteLength)
  meter.add(bytes.byteLength)
  meter.end()
  options.lanes?.moved(bytes.byteLength)
  return { entry: body.entry, bytes }
}

/** The rest of a body in one piece. */
async function collect(body: ObjectBody, maxBytes: number, tooMany: (bytes: number) => Error): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let size = 0
  await body.each(piece => {
    size += piece.byteLength
    if (size > maxBytes) throw tooMany(size)
    pieces.push(new Uint8Array(piece))
  })
  const only = pieces[0]
  return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces, size)
}
