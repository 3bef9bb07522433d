import type { Capabilities } from '../../contract/capabilities.ts'

/** What a service says about the parts it takes. */
export type PartLimits = Exclude<Exclude<Capabilities['write'], false>['resumable'], false>

/** One part of a body of known size. */
export interface PlannedPart {
  readonly number: number
  readonly offset: number
  readonly size: number
  readonly last: boolean
}

/** What a broken part costs at most, as long as the service allows so many parts. */
const preferredPartBytes = 8 * 1024 * 1024
/** Of a body of unknown size, parts double in size after so many, so that any body fits. */
const partsPerDoubling = 1000

/**
 * Bytes of each part but the last: within the service's limits, a multiple of what it wants, and big enough that the
 * body fits into the most parts it takes. Undefined when it does not fit at all.
 */
export function partBytesFor(size: number, limits: PartLimits): number | undefined {
  const [min, max] = limits.partBytes
  const needed = limits.maxParts === undefined ? 0 : Math.ceil(size / limits.maxParts)
  const most = Math.floor(max / limits.multipleOf) * limits.multipleOf
  const wanted = Math.ceil(Math.max(preferredPartBytes, min, needed) / limits.multipleOf) * limits.multipleOf
  const bytes = Math.min(wanted, most)
  return bytes < needed || bytes <= 0 ? undefined : bytes
}

/** Bytes of the part with this number in a body of unknown size. */
export function growingPartBytes(number: number, limits: PartLimits): number {
  const first = partBytesFor(0, limits) ?? limits.partBytes[1]
  const most = Math.floor(limits.partBytes[1] / limits.multipleOf) * limits.multipleOf
  return Math.min(first * 2 ** Math.floor((number - 1) / partsPerDoubling), most)
}

/** The parts of a body from `from` on. A start within a part gives its rest first, under the same number. */
export function* partsOf(size: number, partBytes: number, from = 0): Generator<PlannedPart, void, undefined> {
  for (let offset = from; offset < size;) {
    const number = Math.floor(offset / partBytes) + 1
    const end = Math.min(number * partBytes, size)
    yield { number, offset, size: end - offset, last: end === size }
    offset = end
  }
}
