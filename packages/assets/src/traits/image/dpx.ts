import { headerError, type HeaderWindow } from '../reader.ts'
import type { ColorSpace, ImageHeader } from './image-header.ts'

/** SMPTE ST 268-1, "SDPX" in big-endian and "XPDS" in little-endian files: https://pub.smpte.org/doc/st268-1/ */
export const dpxSignatures = [
  [0x53, 0x44, 0x50, 0x58],
  [0x58, 0x50, 0x44, 0x53],
] as const

const maxElements = 8
const elementBytes = 72

/** Channels and colour by the descriptor of an image element (ST 268-1, table 1). */
const descriptors: ReadonlyMap<number, readonly [channels: number, colorSpace: ColorSpace]> = new Map([
  [1, [1, 'rgb']],
  [2, [1, 'rgb']],
  [3, [1, 'rgb']],
  [4, [1, 'gray']],
  [6, [1, 'gray']],
  [7, [2, 'ycbcr']],
  [50, [3, 'rgb']],
  [51, [4, 'rgb']],
  [52, [4, 'rgb']],
  [100, [3, 'ycbcr']],
  [101, [4, 'ycbcr']],
  [102, [3, 'ycbcr']],
  [103, [4, 'ycbcr']],
])

/** Exif's numbers for the orientations 0 to 7: the direction of a line's pixels, then that of the lines. */
const orientations = [1, 2, 4, 3, 5, 6, 8, 7]

/** What a DPX is; the channels of all of its image elements together. */
export function readDpxHeader(window: HeaderWindow): ImageHeader {
  const littleEndian = window.uint8(0) === 0x58
  const elements = window.uint16(770, littleEndian)
  if (elements < 1 || elements > maxElements) throw headerError(`The DPX has ${elements} image elements; it must be 1 to ${maxElements}.`)
  let [channels, colorSpace]: [number, ColorSpace] = [0, 'gray']
  for (let element = 0; element < elements; element++) {
    const descriptor = window.uint8(800 + element * elementBytes)
    const [more, space] = descriptors.get(descriptor) ?? ([1, 'multichannel'] as const)
    channels += more
    if (element === 0 || colorSpace === 'gray') colorSpace = space
  }
  return {
    format: 'dpx',
    width: window.uint32(772, littleEndian),
    height: window.uint32(776, littleEndian),
    channels,
    bitDepth: window.uint8(803),
    colorSpace,
    orientation: orientations[window.uint16(768, littleEndian)] ?? 1,
  }
}
