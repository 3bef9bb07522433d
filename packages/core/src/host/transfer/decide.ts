import type { Checksum } from '../../contract/entry.ts'
import type { CallOptions } from '../client.ts'
import { digestBytes, objectChecksum } from '../objects/digester.ts'
import { fileSource } from '../objects/local-file.ts'
import { hashSource } from '../uploads/completed-upload.ts'
import { checksumVerdict, compareStates, compareTimes, type ComparedState } from './compare.ts'
import type { CopyFilesOptions, CopyReason } from './copy-types.ts'
import type { Item, Place } from './place.ts'

/** One side of a decision. */
export interface Candidate {
  readonly place: Place
  readonly item: Item
}

/** Whether an item is sent over what is there, and why. */
export interface Decision {
  readonly send: boolean
  readonly reason: CopyReason
}

/**
 * Decides about an item whose target exists. Sizes first; then checksums that both sides tell; then times, as exactly as both keep
 * them, where a store that only knows when it was written counts as the same when that was later. With `checksum` times don't count: what
 * is not known to be the same is sent.
 */
export async function decide(
  source: Candidate,
  target: Candidate,
  { noReplace, force, checksum }: CopyFilesOptions,
  call: CallOptions,
): Promise<Decision> {
  if (noReplace === true) return { send: false, reason: 'exists' }
  if (force === true) return { send: true, reason: 'forced' }
  const [from, to] = [stateOf(source), stateOf(target)]
  const verdict = compareStates(from, to, checksum === true ? 'checksum' : 'auto')
  if (verdict !== 'ask') return decision(verdict)
  if (checksum === true) return decision(await byChecksum(source, target, call))
  const byTime = compareTimes(from, to)
  if (byTime !== 'modified' || from.contentMs !== undefined || source.place.kind !== 'client') return decision(byTime)
  // A listing may tell when an object was stored, and a file here has the time of its content: only the object itself tells both.
  const entry = await source.place.client.stat(source.place.object(source.item.path), call)
  return decision(compareTimes({ ...from, ...(entry.modified !== undefined && { contentMs: entry.modified.getTime() }) }, to))
}

function decision(reason: CopyReason): Decision {
  return { send: reason !== 'same', reason }
}

function stateOf({ place, item: { size, modifiedMs, checksums } }: Candidate): ComparedState {
  const { write } = place.kind === 'client' ? place.client.capabilities : { write: false as const }
  const ofContent = place.kind === 'local' || (write !== false && write.modified === 'settable')
  return {
    ...(size !== undefined && { size }),
    ...(modifiedMs !== undefined && (ofContent ? { contentMs: modifiedMs } : { storedMs: modifiedMs })),
    ...(checksums !== undefined && { checksums }),
  }
}

async function byChecksum(source: Candidate, target: Candidate, call: CallOptions): Promise<CopyReason> {
  const [from, to] = [await withChecksums(source, call), await withChecksums(target, call)]
  if (source.place.kind === 'local') return verdictOf(await hashed(source, to, call), to)
  if (target.place.kind === 'local') return verdictOf(from, await hashed(target, from, call))
  return verdictOf(from, to)
}

function verdictOf(from: ComparedState, to: ComparedState): CopyReason {
  return checksumVerdict(from, to) ?? 'unknown'
}

/** What a listing leaves out an object tells itself. */
async function withChecksums({ place, item }: Candidate, call: CallOptions): Promise<ComparedState> {
  const listed = item.checksums ?? []
  if (place.kind === 'local' || listed.some(({ scope }) => scope === 'object')) return { checksums: listed }
  const { checksums = [] } = await place.client.stat(place.object(item.path), call)
  return { checksums }
}

/** The checksum of a local file by an algorithm that the other side tells; none where none can be computed here. */
async function hashed({ place, item }: Candidate, other: ComparedState, { signal }: CallOptions): Promise<ComparedState> {
  const wanted = objectChecksum({ path: item.path, kind: 'object', checksums: other.checksums ?? [] })
  if (wanted === undefined || place.kind !== 'local') return {}
  const { algorithm } = wanted
  const checksum = (value: string): ComparedState => ({ checksums: [{ algorithm, value, scope: 'object' } satisfies Checksum] })
  const source = fileSource(place.file(item.path))
  const whole = source.bytes?.()
  return checksum(whole === undefined ? await hashSource(source, algorithm, signal) : digestBytes(algorithm, whole))
}
