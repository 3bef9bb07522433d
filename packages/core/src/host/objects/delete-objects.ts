import type { CallOptions } from '../client.ts'
import { lanesOf } from './lanes.ts'
import { listEntries } from './list.ts'
import { parallel } from './parallel.ts'
import type { Gate, PlacedPath } from './refuse.ts'
import type { ClientRuntime } from '../runtime.ts'

/** A listing may shift while what it lists goes away, so it is walked until a walk finds nothing, this often at most. */
const walks = 5

/** Deletes objects, or with `recursive` also everything below each path. What is not there is no error. */
export async function deleteObjects(
  runtime: ClientRuntime,
  gate: Gate,
  paths: string | readonly string[],
  options: CallOptions & { readonly recursive?: boolean } = {},
): Promise<void> {
  options.signal?.throwIfAborted()
  const placed = (typeof paths === 'string' ? [paths] : paths).map(path => gate.object('delete', path))
  const { connection } = runtime
  const remove = runtime.capabilities.remove
  const first = placed[0]
  if (first === undefined) return
  if (remove === false) throw gate.unsupported('delete', first.logical, "can't delete")
  const doRemove = gate.method(connection.doRemove?.bind(connection), 'delete', first.logical)

  const lanes = lanesOf(runtime, options)
  const removeBatch = async (batch: readonly PlacedPath[], signal: AbortSignal | undefined): Promise<void> => {
    const path = batch[0]?.logical
    await runtime.attempts.run(
      { name: 'delete', ...(path !== undefined && { path }) },
      context =>
        doRemove(
          batch.map(({ stored }) => stored),
          context,
        ),
      { ...options, lanes, ...(signal !== undefined && { signal }) },
    )
    lanes.moved(0)
  }
  const removeAll = async (items: Iterable<PlacedPath> | AsyncIterable<PlacedPath>): Promise<void> =>
    parallel(batches(items, remove.batch), lanes, removeBatch, options.signal, { holding: options.lanes !== undefined })

  if (options.recursive !== true) {
    if (placed.length <= remove.batch) await removeBatch(placed, options.signal)
    else await removeAll(placed)
    return
  }
  if (remove.recursive) {
    const doRemoveAll = gate.method(connection.doRemoveAll?.bind(connection), 'delete', first.logical)
    for (const { logical, stored } of placed) {
      await runtime.attempts.run({ name: 'delete', path: logical }, context => doRemoveAll(stored, context), options)
    }
    return
  }
  for (const { logical } of placed) {
    for (let walk = 0, found = true; found && walk < walks; walk++) {
      found = false
      const below = async function* (): AsyncGenerator<PlacedPath> {
        for await (const { path } of listEntries(runtime, gate, logical, { ...options, recursive: true })) {
          found = true
          yield gate.object('delete', path)
        }
      }
      await removeAll(below())
    }
  }
  await removeAll(placed)
}

async function* batches<T>(items: Iterable<T> | AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = []
  for await (const item of items) {
    batch.push(item)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
