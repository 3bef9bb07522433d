import type { Entry } from '../../contract/entry.ts'
import { foldPath } from '../../contract/path-rules.ts'
import { bytesSource, type Source } from '../../contract/source.ts'
import type { CallOptions, CopyOptions, ReadBody, ReadOptions } from '../client.ts'
import { copyFailure, sourceChanged } from './copy-source.ts'
import { inMemoryBytes, objectSource } from './object-source.ts'
import { readObject, readObjectBytes } from './read-object.ts'
import { checkCondition, type Gate, type PlacedPath } from './refuse.ts'
import type { ClientRuntime } from '../runtime.ts'
import { createMeter } from './transfer-meter.ts'
import { writeObject } from './write-object.ts'

/**
 * Copies an object with its content type and metadata: within the service where it can copy an object of that size,
 * otherwise through this machine. Errors: `not-found`, `precondition-failed`, `input-invalid` for a copy onto itself,
 * `unsupported` for a condition that the service can't decide, or when it can neither copy nor both read and write.
 */
export async function copyObject(runtime: ClientRuntime, gate: Gate, from: string, to: string, options: CopyOptions = {}): Promise<Entry> {
  options.signal?.throwIfAborted()
  const source = gate.object('copy', from)
  const target = gate.object('copy', to)
  const { copy, read, write, paths } = runtime.capabilities
  const { ifMatch } = options
  if (copy === false && (read === false || write === false)) throw gate.unsupported('copy', target.logical, "can't copy")
  if (foldPath(source.stored, paths) === foldPath(target.stored, paths))
    throw gate.error('input-invalid', 'copy', target.logical, `"${target.logical}" can't be copied onto itself.`, 'Choose another path.')
  if (ifMatch !== undefined && (read === false || !read.validator))
    throw gate.unsupported('copy', source.logical, `can't tell whether "${source.logical}" is still the same`)
  checkCondition(gate, write === false ? [] : write.conditions, target.logical, options.condition)
  if (copy !== false) {
    const { maxBytes = Infinity } = copy
    const mustLook = maxBytes !== Infinity || (ifMatch !== undefined && copy.ifMatch !== true)
    const found = mustLook ? await statOf(runtime, gate, source, options) : undefined
    if (found !== undefined) checkSource(runtime, source, found, options)
    if (maxBytes === Infinity || (found?.size ?? Infinity) <= maxBytes) return withinService(runtime, gate, source, target, options)
  }
  return throughHere(runtime, gate, source, target, options)
}

async function statOf(runtime: ClientRuntime, gate: Gate, { logical, stored }: PlacedPath, options: CallOptions): Promise<Entry> {
  const doStat = gate.method(runtime.connection.doStat?.bind(runtime.connection), 'copy', logical)
  return gate.entry(await runtime.attempts.run({ name: 'stat', path: logical }, context => doStat(stored, context), options))
}

function checkSource({ name }: ClientRuntime, { logical }: PlacedPath, { etag }: Entry, { ifMatch }: CopyOptions): void {
  if (ifMatch !== undefined && etag !== ifMatch) throw sourceChanged(name, logical)
}

async function withinService(runtime: ClientRuntime, gate: Gate, from: PlacedPath, to: PlacedPath, options: CopyOptions): Promise<Entry> {
  const doCopy = gate.method(runtime.connection.doCopy?.bind(runtime.connection), 'copy', to.logical)
  const { condition } = options
  const { copy } = runtime.capabilities
  const ifMatch = copy !== false && copy.ifMatch === true ? options.ifMatch : undefined
  const request = {
    from: from.stored,
    to: to.stored,
    ...(condition !== undefined && { condition }),
    ...(ifMatch !== undefined && { ifMatch }),
  }
  const meter = createMeter('copy', to.logical, options.onEvent)
  meter.start()
  const entry = await runtime.attempts
    .run({ name: 'copy', path: to.logical }, context => doCopy(request, context), options)
    .catch(async (cause: unknown) => {
      const look = (): Promise<Entry> => statOf(runtime, gate, from, options)
      throw await copyFailure(cause, ifMatch, look, sourceChanged(runtime.name, from.logical))
    })
  meter.add(entry.size ?? 0)
  meter.end()
  return gate.entry(entry)
}

/** Reads and writes; the progress is told of the writing alone. */
async function throughHere(runtime: ClientRuntime, gate: Gate, from: PlacedPath, to: PlacedPath, options: CopyOptions): Promise<Entry> {
  const { write } = runtime.capabilities
  const entry = await statOf(runtime, gate, from, options)
  checkSource(runtime, from, entry, options)
  const source = await sourceOf(runtime, gate, from, entry, options)
  return writeObject(runtime, gate, to.logical, source, {
    ...options,
    ...(entry.contentType !== undefined && { contentType: entry.contentType }),
    ...(entry.metadata !== undefined && write !== false && write.metadata !== false && { metadata: entry.metadata }),
    ...(entry.modified !== undefined && write !== false && write.modified !== false && { modified: entry.modified }),
  })
}

/** What is small is read at once. */
async function sourceOf(runtime: ClientRuntime, gate: Gate, { logical }: PlacedPath, entry: Entry, options: CopyOptions): Promise<Source> {
  const reads = runtime.capabilities.read
  const { size, etag } = entry
  const call = { ...(options.signal !== undefined && { signal: options.signal }) }
  if (size !== undefined && size <= inMemoryBytes) {
    const same = reads !== false && reads.validator && etag !== undefined ? { ifMatch: etag } : {}
    return bytesSource((await readObjectBytes(runtime, gate, logical, { ...call, ...same, maxBytes: inMemoryBytes })).bytes)
  }
  const read = (wanted: ReadOptions): Promise<ReadBody> => readObject(runtime, gate, logical, { ...call, ...wanted })
  return objectSource({ identity: runtime.identity, path: logical, entry, reads, read })
}
