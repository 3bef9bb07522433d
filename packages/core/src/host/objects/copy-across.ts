import type { Entry } from '../../contract/entry.ts'
import { normalizePath, quotePath } from '../../contract/path-rules.ts'
import type { Client, CopyOptions } from '../client.ts'
import { copyFailure, sourceChanged } from './copy-source.ts'
import { checkCondition, type Gate } from './refuse.ts'
import type { ClientRuntime } from '../runtime.ts'
import { createMeter } from './transfer-meter.ts'

/**
 * Copies an object from another connection of the same client, inside the service. Undefined, and nothing was copied, where the
 * client declares none of that, where `size` is more than it copies, or where the service has no way from one to the other.
 */
export async function copyAcross(
  runtime: ClientRuntime,
  gate: Gate,
  source: Client,
  from: string,
  to: string,
  options: CopyOptions & { readonly size?: number } = {},
): Promise<Entry | undefined> {
  options.signal?.throwIfAborted()
  const target = gate.object('copy', to)
  const { copy, write } = runtime.capabilities
  const { size = 0, condition, ifMatch } = options
  if (copy === false || copy.across !== true || source.manifest.name !== runtime.manifest.name || size > (copy.maxBytes ?? size))
    return undefined
  checkCondition(gate, write === false ? [] : write.conditions, target.logical, condition)
  const doCopyFrom = gate.method(runtime.connection.doCopyFrom?.bind(runtime.connection), 'copy', target.logical)
  const look = (): Promise<Entry> => source.stat(from, { ...(options.signal !== undefined && { signal: options.signal }) })
  if (ifMatch !== undefined && copy.ifMatch !== true && (await look()).etag !== ifMatch) throw sourceChanged(source.name, from)
  const request = {
    from: quotePath(normalizePath(from), source.capabilities.paths),
    to: target.stored,
    ...(condition !== undefined && { condition }),
    ...(ifMatch !== undefined && copy.ifMatch === true && { ifMatch }),
  }
  const entry = await runtime.attempts
    .run({ name: 'copy', path: target.logical }, context => doCopyFrom(source.connection, request, context), options)
    .catch(async (cause: unknown) => {
      throw await copyFailure(cause, ifMatch, look, sourceChanged(source.name, from))
    })
  if (entry === undefined) return undefined
  const meter = createMeter('copy', target.logical, options.onEvent)
  meter.start(entry.size)
  meter.add(entry.size ?? 0)
  meter.end()
  options.lanes?.moved(entry.size ?? 0)
  return gate.entry(entry)
}
