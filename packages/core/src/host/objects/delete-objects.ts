import type { FairleadError } from '../../contract/errors.ts'
import type { CallOptions } from '../client.ts'
import { lanesOf } from './lanes.ts'
import { listEntries } from './list.ts'
import { parallel } from './parallel.ts'
import type { Gate, PlacedPath } from './refuse.ts'
import type { ClientRuntime } from '../runtime.ts'

/** A listing may shift while what it lists goes away, so it is walked until a walk finds nothing, this often at most. */
const walks = 5
/** Of what is left after that, this many are counted. */
const mostTold = 1000

/**
 * Deletes objects, or with `recursive` also everything below each path. What is not there is no error; `unavailable` where there is
 * something below again and again.
 */
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
  const left: FairleadError[] = []
  for (const { logical } of placed) {
    let found = true
    for (let walk = 0; found && walk < walks; walk++) {
      found = false
      const below = async function* (): AsyncGenerator<PlacedPath> {
        for await (const { path } of listEntries(runtime, gate, logical, { ...options, recursive: true })) {
          found = true
          yield gate.object('delete', path)
        }
      }
      await removeAll(below())
    }
    if (!found) continue
    const still = await someBelow(runtime, gate, logical, options)
    if (still.length > 0) left.push(notEmpty(gate, logical, still))
  }
  await removeAll(placed)
  if (left[0] !== undefined) throw left[0]
}

/** Paths that are listed below a folder, no more than are worth a look. */
async function someBelow(runtime: ClientRuntime, gate: Gate, folder: string, options: CallOptions): Promise<readonly string[]> {
  const paths: string[] = []
  for await (const { path } of listEntries(runtime, gate, folder, { ...options, recursive: true })) if (paths.push(path) > mostTold) break
  return paths
}

function notEmpty(gate: Gate, folder: string, [first = '', ...others]: readonly string[]): FairleadError {
  const count = others.length < mostTold ? String(others.length + 1) : `more than ${mostTold}`
  return gate.error(
    'unavailable',
    'delete',
    folder,
    `everything below "${folder}" was deleted ${walks} times, and ${count} of its objects ${count === '1' ? 'is' : 'are'} listed again, such as "${first}".`,
    'Another process may be writing there, or the service may take time to delete it. Check this, and run the same command again.',
  )
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
