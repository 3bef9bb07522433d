import { createHash } from 'node:crypto'
import { closeSync, fstatSync, readSync, lutimesSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import type { Checksum } from '../../contract/entry.ts'
import { fingerprintOf } from '../objects/local-file.ts'
import { createDigester, objectChecksum, type Digester } from '../objects/digester.ts'
import { openRegular } from '../machine/open-regular.ts'
import type { Item } from '../transfer/place.ts'
import { checksumVerdict, compareStates, compareTimes, type CompareMode, type ComparedState, type Verdict } from '../transfer/compare.ts'
import type { Pair } from './merge.ts'
import { objectOf, stateOf, type Side } from './side.ts'

/** What finding out costs beyond listings. */
export interface Checks {
  asked: number
  hashed: number
  unchecked: number
}

/** A comparison that listings and memory do not settle, with both sides there. */
export interface Question {
  readonly source: Item
  readonly dest: Item
}

/** What comparing stands on. */
export interface Comparison {
  readonly source: Side
  readonly dest: Side
  readonly mode: CompareMode
  /** Nothing is changed, not even a time. */
  readonly dryRun: boolean
  readonly checks: Checks
}

/** Up to this reading a local file costs less than asking a service for an object. */
const cheapBytes = 1024 * 1024

/** Compares by what is known without asking. */
export function judge({ source, dest, mode }: Comparison, pair: Required<Pair>): Verdict {
  const shallow = compareStates(stateOf(source, pair.source, false), stateOf(dest, pair.dest, false), mode)
  return shallow === 'ask' ? compareStates(stateOf(source, pair.source, true), stateOf(dest, pair.dest, true), mode) : shallow
}

/**
 * Settles a comparison by what costs least: the hash of a small local file where the listing of the other side has one to hold it
 * against, then asking for the objects, then the hash of a big file; and by size and times when nothing more can be known. What is
 * found to be the same is remembered, so that it is not asked again.
 */
export async function settle(
  comparison: Comparison,
  question: Question,
  signal: AbortSignal | undefined,
): Promise<Exclude<Verdict, 'ask'>> {
  const { source, dest, mode, checks } = comparison
  let from = stateOf(source, question.source, true)
  let to = stateOf(dest, question.dest, true)
  const known = (): Exclude<Verdict, 'ask'> | undefined => {
    const verdict = compareStates(from, to, mode)
    return verdict === 'ask' ? undefined : verdict
  }
  const hash = async (most: number): Promise<void> => {
    if ((question.source.size ?? 0) > most) return
    if (source.local && wanted(to).length > 0) from = await hashed(source, question.source, from, wanted(to), checks, signal)
    if (dest.local && wanted(from).length > 0) to = await hashed(dest, question.dest, to, wanted(from), checks, signal)
  }
  const ask = async (): Promise<void> => {
    // An upload time in a listing says less than what stands beside the object.
    from = await asked(source, question.source, from, checks, signal)
    if (known() === undefined) to = await asked(dest, question.dest, to, checks, signal)
  }
  const both = async (): Promise<void> => {
    if (mode !== 'checksum' || !source.local || !dest.local) return
    from = await hashed(source, question.source, from, [sha256Wanted], checks, signal)
    to = await hashed(dest, question.dest, to, [sha256Wanted], checks, signal)
  }
  let verdict: Exclude<Verdict, 'ask'> | undefined
  for (const step of [() => hash(cheapBytes), ask, () => hash(Infinity), both]) {
    await step()
    verdict = known()
    if (verdict !== undefined) break
  }
  if (verdict === undefined) {
    verdict = compareTimes(from, to, mode)
    if (mode === 'checksum' && verdict !== 'same') checks.unchecked++
  }
  if (verdict === 'same') rememberSame(comparison, question, from, to)
  return verdict
}

const sha256Wanted: Checksum = { algorithm: 'sha256', value: '', scope: 'object' }

/** The checksums of one side that the other side could be read for. */
function wanted({ checksums = [], sha256 }: ComparedState): readonly Checksum[] {
  if (sha256 !== undefined) return [sha256Wanted]
  const best = objectChecksum({ path: '', kind: 'object', checksums })
  return best === undefined ? [] : [best]
}

/** Asks a service for one object, where that may tell more than its listing did. */
async function asked(
  side: Side,
  item: Item,
  state: ComparedState,
  checks: Checks,
  signal: AbortSignal | undefined,
): Promise<ComparedState> {
  const { place, memory } = side
  if (side.local || state.contentMs !== undefined || place.kind === 'local') return state
  checks.asked++
  const found = await place.stat(item.path, signal === undefined ? {} : { signal })
  if (found === undefined || found.etag !== item.etag) return state
  // A time that is not the listing's comes from beside the object.
  const ownTime = found.modifiedMs !== undefined && item.modifiedMs !== undefined && Math.abs(found.modifiedMs - item.modifiedMs) >= 1000
  const contentMs = ownTime ? found.modifiedMs : undefined
  const sha256 = found.checksums?.find(({ algorithm, scope }) => algorithm === 'sha256' && scope === 'object')?.value
  if (item.etag !== undefined && (contentMs !== undefined || sha256 !== undefined)) {
    memory?.remember(objectOf(side, item), item.etag, {
      ...(contentMs !== undefined && { modifiedMs: contentMs }),
      ...(sha256 !== undefined && { sha256 }),
    })
  }
  return {
    ...state,
    ...(contentMs !== undefined && { contentMs }),
    ...(found.checksums !== undefined && { checksums: [...(state.checksums ?? []), ...found.checksums] }),
    ...(sha256 !== undefined && { sha256 }),
  }
}

/** Reads a local file once for a checksum that the other side knows, and for the SHA-256 that is remembered of it. */
async function hashed(
  { facts }: Side,
  { stamp, size = 0 }: Item,
  state: ComparedState,
  [wants]: readonly Checksum[],
  checks: Checks,
  signal: AbortSignal | undefined,
): Promise<ComparedState> {
  const best = wants === undefined ? undefined : objectChecksum({ path: '', kind: 'object', checksums: [wants] })
  if (stamp === undefined || best === undefined || (best.algorithm === 'sha256' && state.sha256 !== undefined)) return state
  if (state.checksums?.some(({ algorithm }) => algorithm === best.algorithm) === true) return state
  checks.hashed++
  const other = best.algorithm === 'sha256' ? undefined : createDigester(best.algorithm)
  const sha256 = await readThrough(stamp.path, size, stamp.fingerprint, other, signal)
  if (sha256 === undefined) return state
  facts.rememberFile(stamp, { sha256 })
  return {
    ...state,
    sha256,
    ...(other !== undefined && {
      checksums: [...(state.checksums ?? []), { algorithm: best.algorithm, value: other.digest(), scope: 'object' as const }],
    }),
  }
}

const pieceBytes = 1024 * 1024
const piecesPerTurn = 16

/** Undefined for a file that is not what was listed any more: copying it will tell. */
async function readThrough(
  file: string,
  size: number,
  fingerprint: string,
  other: Digester | undefined,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const descriptor = openRegular(file)
  try {
    if (fingerprintOf(fstatSync(descriptor, { bigint: true })) !== fingerprint) return undefined
    const sha256 = createHash('sha256')
    const piece = Buffer.allocUnsafe(Math.max(1, Math.min(pieceBytes, size)))
    for (let count = readSync(descriptor, piece), pieces = 1; count > 0; count = readSync(descriptor, piece), pieces++) {
      const bytes = piece.subarray(0, count)
      sha256.update(bytes)
      other?.update(bytes)
      if (pieces % piecesPerTurn !== 0) continue
      await turn()
      signal?.throwIfAborted()
    }
    return fingerprintOf(fstatSync(descriptor, { bigint: true })) === fingerprint ? sha256.digest('hex') : undefined
  } finally {
    closeSync(descriptor)
  }
}

/** Keeps that two states are one content, under the time by which the next comparison sees it from the listings. */
function rememberSame({ source, dest, dryRun }: Comparison, question: Question, from: ComparedState, to: ComparedState): void {
  const time = from.contentMs ?? to.contentMs ?? from.storedMs
  const sha256 = checksumVerdict(from, to) === 'same' ? (from.sha256 ?? to.sha256) : undefined
  rememberState(source, question.source, from.contentMs ?? time, sha256)
  if (!dest.local) rememberState(dest, question.dest, time, sha256)
  else if (!dryRun && dest.place.kind === 'local' && time !== undefined && to.contentMs !== undefined && Math.abs(time - to.contentMs) >= 1)
    touch(dest.place.file(question.dest.path), time)
}

/** Remembers of an object, while it has its etag, when its content was made and what its hash is. Local files need no such memory. */
export function rememberState(side: Side, item: Item, modifiedMs: number | undefined, sha256: string | undefined): void {
  if (side.local || item.etag === undefined || (modifiedMs === undefined && sha256 === undefined)) return
  side.memory?.remember(objectOf(side, item), item.etag, {
    ...(modifiedMs !== undefined && { modifiedMs }),
    ...(sha256 !== undefined && { sha256 }),
  })
}

/** Gives a file the time of what it was found to be the same as. */
function touch(file: string, timeMs: number): void {
  lutimesSync(file, new Date(timeMs), new Date(timeMs))
}

/** The SHA-256 of a local item, remembered or read; undefined where it changes meanwhile. */
export async function hashOfLocal(side: Side, item: Item, checks: Checks, signal: AbortSignal | undefined): Promise<string | undefined> {
  const state = stateOf(side, item, true)
  return (await hashed(side, item, state, [sha256Wanted], checks, signal)).sha256
}
