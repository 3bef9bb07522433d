import type { ImageHeader } from './image-header.ts'
import { headerError, type HeaderWindow } from '../reader.ts'

/** ITU-T T.81, table B.1: https://www.w3.org/Graphics/JPEG/itu-t81.pdf */
export const jpegSignature = [0xff, 0xd8, 0xff] as const

const startOfScan = 0xda
const endOfImage = 0xd9
const startOfImage = 0xd8
const temporary = 0x01
const maxSegments = 2048

/** Frame headers are C0 to CF without the tables C4 (Huffman), C8 (extension) and CC (arithmetic conditioning). */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

/** Markers that stand alone, with no length after them. */
function isBare(marker: number): boolean {
  return marker === temporary || marker === startOfImage || (marker >= 0xd0 && marker <= 0xd7)
}

function readFrameHeader(window: HeaderWindow, offset: number): ImageHeader {
  const height = window.uint16(offset + 5)
  const width = window.uint16(offset + 7)
  const channels = window.uint8(offset + 9)
  if (height === 0) throw headerError('The JPEG gives its height only after the image data (DNL), which is not read.')
  if (width === 0 || channels === 0) throw headerError(`The JPEG is ${width} pixels wide with ${channels} channels; neither may be 0.`)
  return { format: 'jpeg', width, height, channels }
}

/**
 * Size and components of a JPEG of any process (baseline, progressive, lossless, arithmetic): 1 grey, 3 colour, 4 CMYK.
 * Segments are skipped by their length, so a thumbnail inside of EXIF is never taken for the image.
 */
export function readJpegHeader(window: HeaderWindow): ImageHeader {
  let offset = 2
  for (let segment = 0; segment < maxSegments; segment++) {
    if (window.uint8(offset) !== 0xff) throw headerError(`The JPEG has no marker at byte ${offset}.`)
    const marker = window.uint8(offset + 1)
    if (marker === 0xff) {
      offset += 1
    } else if (isFrameHeader(marker)) {
      return readFrameHeader(window, offset)
    } else if (isBare(marker)) {
      offset += 2
    } else if (marker === startOfScan || marker === endOfImage || marker === 0) {
      throw headerError(`The JPEG has no frame header before byte ${offset}.`)
    } else {
      const length = window.uint16(offset + 2)
      if (length < 2) throw headerError(`The JPEG segment at byte ${offset} has the impossible length ${length}.`)
      offset += 2 + length
    }
  }
  throw headerError(`The JPEG has more than ${maxSegments} segments before its frame header.`)
}
