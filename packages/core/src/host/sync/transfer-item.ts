import { FairleadError } from '../../contract/errors.ts'
import type { CallOptions } from '../client.ts'
import type { Item, Place } from '../transfer/place.ts'
import { itemOf } from '../transfer/client-place.ts'
import { sendItem, type SendOptions } from '../transfer/send-item.ts'
import { createMeter } from '../objects/transfer-meter.ts'
import { copyLocalFile } from './copy-local-file.ts'

/** How one item is brought over. */
export interface TransferItemOptions extends CallOptions {
  /** Where it goes; default its own path. */
  readonly path?: string
  /** SHA-256 of the source, lower-case hex, where it is known. */
  readonly sha256?: string
}

/** What one item became. */
export interface Transferred {
  /** As the target has it now. */
  readonly item: Item
  readonly bytes: number
  /** Lower-case hex. */
  readonly sha256?: string
}

/**
 * Brings one item over what the target had when it was listed, or over nothing: where the service decides conditions, whatever
 * somebody else put there meanwhile stays, `precondition-failed`. A source that proves what it is must still be what was listed.
 */
export async function transferItem(
  from: Place,
  source: Item,
  to: Place,
  replaced: Item | undefined,
  options: TransferItemOptions,
): Promise<Transferred> {
  const { path = source.path, ...call } = options
  if (from.kind === 'local' && to.kind === 'local') {
    const meter = createMeter('copy', path, options.onEvent)
    meter.start(source.size)
    await copyLocalFile(from.file(source.path), to.target(path), replaced !== undefined, options.signal)
    const item = await listed(to, path)
    meter.add(item.size ?? 0)
    meter.end()
    return { item, bytes: item.size ?? 0 }
  }
  const sent = await sendItem(from, source, to, path, { ...call, ...conditionOf(to, replaced), ...validatorOf(from, source) })
  if (sent.kept)
    throw new FairleadError('precondition-failed', `"${to.address(path)}" is there now.`, {
      path,
      hint: 'It was not touched. Sync again to compare it.',
    })
  const sha256 = options.sha256 ?? (sent.checksum?.algorithm === 'sha256' ? sent.checksum.value : undefined)
  const item = sent.entry === undefined ? await listed(to, path) : itemOf(path, sent.entry)
  return { item, bytes: sent.bytes, ...(sha256 !== undefined && { sha256 }) }
}

function conditionOf(to: Place, replaced: Item | undefined): Pick<SendOptions, 'ifAbsent' | 'condition'> {
  if (replaced === undefined) return { ifAbsent: true }
  const write = to.kind === 'client' && to.client.capabilities.write
  return write !== false && write.conditions.includes('match') && replaced.etag !== undefined
    ? { condition: { if: 'match', etag: replaced.etag } }
    : {}
}

function validatorOf(from: Place, { etag }: Item): { readonly ifMatch?: string } {
  const read = from.kind === 'client' && from.client.capabilities.read
  return read !== false && read.validator && etag !== undefined ? { ifMatch: etag } : {}
}

async function listed(to: Place, path: string): Promise<Item> {
  const item = await to.stat(path)
  if (item !== undefined) return item
  throw new FairleadError('not-found', `"${to.address(path)}" went away right after it was written.`, {
    path,
    hint: 'Check what else writes there, and sync again.',
  })
}
