import { headerError, type HeaderWindow } from '../reader.ts'

/** A box of the ISO base media file format: where its content begins and ends. */
export interface Box {
  readonly type: string
  readonly start: number
  readonly end: number
}

const maxBoxes = 1024

/** The boxes in a box, in the order of the file: ISO/IEC 14496-12, 4.2. Throws `input-invalid`. */
export function* boxesIn(window: HeaderWindow, { start, end }: Box): Generator<Box> {
  let offset = start
  for (let count = 0; offset + 8 <= end; count++) {
    if (count === maxBoxes) throw headerError(`The file has more than ${maxBoxes} boxes in a row.`)
    const size = window.uint32(offset)
    const type = window.latin1(offset + 4, 4)
    const header = size === 1 ? 16 : 8
    const length = size === 0 ? end - offset : size === 1 ? window.uint64(offset + 8) : size
    if (length < header) throw headerError(`The box ${JSON.stringify(type)} at byte ${offset} has the impossible length ${length}.`)
    yield { type, start: offset + header, end: Math.min(offset + length, end) }
    offset += length
  }
}

/** The first box of a type in a box. Throws `input-invalid` where there is none. */
export function findBox(window: HeaderWindow, box: Box, type: string): Box {
  for (const one of boxesIn(window, box)) if (one.type === type) return one
  throw headerError(`The file has no box ${JSON.stringify(type)}.`)
}

/** Version and flags of a full box, and where what follows them begins. */
export function fullBoxOf(window: HeaderWindow, { start }: Box): { version: number; flags: number; start: number } {
  const word = window.uint32(start)
  return { version: word >>> 24, flags: word & 0xffffff, start: start + 4 }
}
