import type { ImageHeader } from './image-header.ts'
import { headerError, type HeaderWindow } from '../reader.ts'

/** TIFF 6.0, sections 2 and 8, and BigTIFF: https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf */
export const tiffSignatures = [
  [0x49, 0x49, 42, 0],
  [0x4d, 0x4d, 0, 42],
  [0x49, 0x49, 43, 0],
  [0x4d, 0x4d, 0, 43],
] as const

const imageWidth = 256
const imageLength = 257
const samplesPerPixel = 277
const maxEntries = 4096

/** Where the parts of a directory lie: they are wider in BigTIFF. */
interface Layout {
  readonly countBytes: number
  readonly entryBytes: number
  readonly valueOffset: number
}

const classic: Layout = { countBytes: 2, entryBytes: 12, valueOffset: 8 }
const big: Layout = { countBytes: 8, entryBytes: 20, valueOffset: 12 }

/** The first value of an entry, of type BYTE, SHORT, LONG or LONG8. */
function readValue(window: HeaderWindow, entry: number, layout: Layout, littleEndian: boolean): number {
  const type = window.uint16(entry + 2, littleEndian)
  const offset = entry + layout.valueOffset
  if (type === 1) return window.uint8(offset)
  if (type === 3) return window.uint16(offset, littleEndian)
  if (type === 4) return window.uint32(offset, littleEndian)
  if (type === 16 && layout === big) return window.uint64(offset, littleEndian)
  throw headerError(`The TIFF entry ${window.uint16(entry, littleEndian)} has the type ${type}, which is no whole number.`)
}

/** Size and samples per pixel of a TIFF's first image, in either byte order, BigTIFF too. */
export function readTiffHeader(window: HeaderWindow): ImageHeader {
  const littleEndian = window.uint8(0) === 0x49
  const layout = window.uint16(2, littleEndian) === 43 ? big : classic
  if (layout === big && window.uint16(4, littleEndian) !== 8) throw headerError('The BigTIFF has offsets that are not 8 bytes wide.')
  const directory = layout === big ? window.uint64(8, littleEndian) : window.uint32(4, littleEndian)
  const count = layout === big ? window.uint64(directory, littleEndian) : window.uint16(directory, littleEndian)
  if (count > maxEntries) throw headerError(`The TIFF directory has ${count} entries; at most ${maxEntries} are read.`)
  let width = 0
  let height = 0
  let channels = 1
  for (let index = 0; index < count; index++) {
    const entry = directory + layout.countBytes + index * layout.entryBytes
    const tag = window.uint16(entry, littleEndian)
    if (tag === imageWidth) width = readValue(window, entry, layout, littleEndian)
    else if (tag === imageLength) height = readValue(window, entry, layout, littleEndian)
    else if (tag === samplesPerPixel) channels = readValue(window, entry, layout, littleEndian)
  }
  if (width === 0 || height === 0 || channels === 0) {
    throw headerError(`The TIFF is ${width} by ${height} pixels with ${channels} channels; none may be missing or 0.`)
  }
  return { format: 'tiff', width, height, channels }
}
