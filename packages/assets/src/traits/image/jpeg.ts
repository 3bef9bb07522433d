import { headerError, type HeaderWindow } from '../reader.ts'
import type { ColorSpace, ImageHeader } from './image-header.ts'
import { exifOrientation } from './tiff-directory.ts'

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

const exifName = [0x45, 0x78, 0x69, 0x66, 0, 0]
const jfifName = [0x4a, 0x46, 0x49, 0x46, 0]
const adobeName = [0x41, 0x64, 0x6f, 0x62, 0x65]
const namesOfRgb = [0x52, 0x47, 0x42]

/** What segments before the frame header tell of it. */
interface Told {
  orientation: number
  isJfif: boolean
  /** The colour transform that an Adobe segment (APP14) names: 0 none, 1 YCbCr, 2 YCCK. */
  transform: number | undefined
}

/** As decoders do it: https://www.itu.int/rec/T-REC-T.872-201206-I, 6.5.3, and by the names of the components. */
function colorSpaceOf(window: HeaderWindow, offset: number, channels: number, { isJfif, transform }: Told): ColorSpace {
  if (channels === 1) return 'gray'
  if (channels === 4) return transform === 2 ? 'ycck' : 'cmyk'
  if (channels !== 3) return 'multichannel'
  if (isJfif) return 'ycbcr'
  if (transform !== undefined) return transform === 0 ? 'rgb' : 'ycbcr'
  return namesOfRgb.every((name, index) => window.uint8(offset + 10 + 3 * index) === name) ? 'rgb' : 'ycbcr'
}

function readFrameHeader(window: HeaderWindow, offset: number, told: Told): ImageHeader {
  const height = window.uint16(offset + 5)
  const width = window.uint16(offset + 7)
  const channels = window.uint8(offset + 9)
  if (height === 0) throw headerError('The JPEG gives its height only after the image data (DNL), which is not read.')
  const colorSpace = colorSpaceOf(window, offset, channels, told)
  return { format: 'jpeg', width, height, channels, bitDepth: window.uint8(offset + 4), colorSpace, orientation: told.orientation }
}

/** Takes what an application segment tells. */
function readSegment(window: HeaderWindow, offset: number, marker: number, told: Told): void {
  const data = offset + 4
  if (marker === 0xe0 && window.startsWith(data, jfifName)) told.isJfif = true
  else if (marker === 0xe1 && window.startsWith(data, exifName)) told.orientation = exifOrientation(window, data + 6)
  else if (marker === 0xee && window.startsWith(data, adobeName)) told.transform = window.uint8(data + 11)
}

/**
 * What a JPEG of any process (baseline, progressive, lossless, arithmetic) is: 1 component is gray, 3 are colour, 4 CMYK.
 * Segments are skipped by their length, so a thumbnail inside of EXIF is never taken for the image.
 */
export function readJpegHeader(window: HeaderWindow): ImageHeader {
  let offset = 2
  const told: Told = { orientation: 1, isJfif: false, transform: undefined }
  for (let segment = 0; segment < maxSegments; segment++) {
    if (window.uint8(offset) !== 0xff) throw headerError(`The JPEG has no marker at byte ${offset}.`)
    const marker = window.uint8(offset + 1)
    if (marker === 0xff) {
      offset += 1
    } else if (isFrameHeader(marker)) {
      return readFrameHeader(window, offset, told)
    } else if (isBare(marker)) {
      offset += 2
    } else if (marker === startOfScan || marker === endOfImage || marker === 0) {
      throw headerError(`The JPEG has no frame header before byte ${offset}.`)
    } else {
      const length = window.uint16(offset + 2)
      if (length < 2) throw headerError(`The JPEG segment at byte ${offset} has the impossible length ${length}.`)
      readSegment(window, offset, marker, told)
      offset += 2 + length
    }
  }
  throw headerError(`The JPEG has more than ${maxSegments} segments before its frame header.`)
}
