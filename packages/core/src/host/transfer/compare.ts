import type { Checksum } from '../../contract/entry.ts'

/** By what two states of a path are told apart. */
export type CompareMode =
  /** Size; then times where both are those of the content; then a checksum that both know. */
  | 'auto'
  /** Size, then a checksum, whatever the times say. */
  | 'checksum'
  /** Size alone. */
  | 'size'

/** One side of a comparison, as far as it is known without asking or opening anything. */
export interface ComparedState {
  readonly size?: number
  /** When the content was made. */
  readonly contentMs?: number
  /** The time is one that was remembered of this very state. */
  readonly remembered?: true
  /** When it was stored, where nobody knows more. */
  readonly storedMs?: number
  readonly checksums?: readonly Checksum[]
  /** Lower-case hex. */
  readonly sha256?: string
}

/** In what two states differ, or that they can't be compared. */
export type Difference = 'size' | 'modified' | 'checksum' | 'unknown'

/** `ask`: what is known does not settle it. */
export type Verdict = 'same' | 'ask' | Difference

/** Compares what is known. Nothing is read. */
export function compareStates(source: ComparedState, dest: ComparedState, mode: CompareMode): Verdict {
  if (source.size !== undefined && dest.size !== undefined && source.size !== dest.size) return 'size'
  if (source.size === undefined || dest.size === undefined) return mode === 'size' ? 'unknown' : (checksumVerdict(source, dest) ?? 'ask')
  if (mode === 'size') return 'same'
  if (mode === 'auto' && source.contentMs !== undefined && dest.contentMs !== undefined && sameTime(source.contentMs, dest.contentMs))
    return 'same'
  return checksumVerdict(source, dest) ?? 'ask'
}

/** What is left when nothing more can be found out. Where a checksum was wanted, only what was written from this very SOURCE is the same. */
export function compareTimes(source: ComparedState, dest: ComparedState, mode: CompareMode = 'auto'): Exclude<Verdict, 'ask'> {
  const from = source.contentMs ?? source.storedMs
  if (from === undefined || (mode === 'checksum' && dest.remembered !== true)) return 'unknown'
  if (dest.contentMs !== undefined) return sameTime(from, dest.contentMs) ? 'same' : 'modified'
  // What was stored after SOURCE last changed, and has its size, was stored from it.
  if (dest.storedMs !== undefined) return from <= dest.storedMs || sameTime(from, dest.storedMs) ? 'same' : 'modified'
  return 'unknown'
}

/** Verdict by a checksum over the whole object that both sides know. */
export function checksumVerdict(source: ComparedState, dest: ComparedState): 'same' | 'checksum' | undefined {
  if (source.sha256 !== undefined && dest.sha256 !== undefined) return source.sha256 === dest.sha256 ? 'same' : 'checksum'
  for (const one of checksumsOf(source)) {
    for (const other of checksumsOf(dest)) {
      if (one.algorithm === other.algorithm) return one.value === other.value ? 'same' : 'checksum'
    }
  }
  return undefined
}

/** The checksums that speak of the object's bytes. */
function checksumsOf({ checksums = [], sha256 }: ComparedState): readonly Checksum[] {
  const whole = checksums.filter(({ scope }) => scope === 'object')
  return sha256 === undefined ? whole : [{ algorithm: 'sha256', value: sha256, scope: 'object' }, ...whole]
}

/** Finest step of the times that are compared: on their way to a place they are cut to milliseconds, and at a file system once more. */
const stepMs = 2

/** Whether two times are one, of which either may be kept in whole seconds only. */
function sameTime(a: number, b: number): boolean {
  if (Math.abs(a - b) < stepMs) return true
  const [coarse, fine] = a % 1000 === 0 ? [a, b] : [b, a]
  return coarse % 1000 === 0 && fine - coarse >= 0 && fine - coarse < 1000
}
