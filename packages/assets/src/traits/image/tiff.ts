import type { HeaderWindow } from '../reader.ts'
import type { ColorSpace, ImageHeader } from './image-header.ts'
import { legalOrientation, TiffDirectory } from './tiff-directory.ts'

/** TIFF 6.0, sections 2 and 8, and BigTIFF: https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf */
export const tiffSignatures = [
  [0x49, 0x49, 42, 0],
  [0x4d, 0x4d, 0, 42],
  [0x49, 0x49, 43, 0],
  [0x4d, 0x4d, 0, 43],
] as const

/** PhotometricInterpretation (262): TIFF 6.0, section 8; 9 and 10 of TIFF/EP and TIFF-FX, 32803 and 34892 of DNG, the rest of LogLuv. */
const colorSpaces: ReadonlyMap<number, ColorSpace> = new Map([
  [0, 'gray'],
  [1, 'gray'],
  [2, 'rgb'],
  [3, 'indexed'],
  [4, 'gray'],
  [5, 'cmyk'],
  [6, 'ycbcr'],
  [8, 'lab'],
  [9, 'lab'],
  [10, 'lab'],
  [32803, 'cfa'],
  [32844, 'gray'],
  [32845, 'luv'],
  [34892, 'cfa'],
])

/** What a TIFF's first image is, in either byte order, BigTIFF too. */
export function readTiffHeader(window: HeaderWindow): ImageHeader {
  const directory = new TiffDirectory(window, 0)
  let [width, height, samples, bitDepth, photometric, orientation] = [0, 0, 1, 1, -1, 1]
  for (const [tag, entry] of directory.entries()) {
    if (tag === 256) width = directory.valueOf(entry)
    else if (tag === 257) height = directory.valueOf(entry)
    else if (tag === 258) bitDepth = directory.valueOf(entry)
    else if (tag === 262) photometric = directory.valueOf(entry)
    else if (tag === 274) orientation = legalOrientation(directory.valueOf(entry))
    else if (tag === 277) samples = directory.valueOf(entry)
  }
  const colorSpace = colorSpaces.get(photometric) ?? (samples < 3 ? 'gray' : 'multichannel')
  // One sample is the number of a colour, which has three channels.
  const channels = colorSpace === 'indexed' && samples > 0 ? samples + 2 : samples
  return { format: 'tiff', width, height, channels, bitDepth, colorSpace, orientation }
}
