import { headerError, type HeaderWindow } from '../reader.ts'
import type { ColorSpace, ImageHeader } from './image-header.ts'
import { exifOrientation } from './tiff-directory.ts'

/** PNG, 11.2.1 (IHDR): https://www.w3.org/TR/png-3/ */
export const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const

const ihdr = 0x49484452
const idat = 0x49444154
const iend = 0x49454e44
const trns = 0x74524e53
const exif = 0x65584966
/** So many chunks are looked at. */
const maxChunks = 1024
const palette = 3

const colourTypes: ReadonlyMap<number, readonly [channels: number, colorSpace: ColorSpace]> = new Map([
  [0, [1, 'gray']],
  [2, [3, 'rgb']],
  [palette, [3, 'indexed']],
  [4, [2, 'gray']],
  [6, [4, 'rgb']],
])

interface Extras {
  /** A tRNS chunk stands before the image data: it gives a palette its alpha channel. */
  readonly isTransparent: boolean
  /** Of an eXIf chunk before the image data; what stands behind the data isn't looked for. */
  readonly orientation: number
}

function readExtras(window: HeaderWindow): Extras {
  let [isTransparent, orientation, offset] = [false, 1, 33]
  for (let chunk = 0; chunk < maxChunks; chunk++) {
    const type = window.uint32(offset + 4)
    if (type === trns) isTransparent = true
    else if (type === exif) orientation = exifOrientation(window, offset + 8)
    else if (type === idat || type === iend) break
    offset += 12 + window.uint32(offset)
  }
  return { isTransparent, orientation }
}

/** What a PNG is; a palette counts as the colours it stands for: 3 channels, or 4 with transparency. */
export function readPngHeader(window: HeaderWindow): ImageHeader {
  if (window.uint32(12) !== ihdr) throw headerError('The PNG does not start with an IHDR chunk.')
  const colourType = window.uint8(25)
  const known = colourTypes.get(colourType)
  if (known === undefined) throw headerError(`The PNG has the unknown colour type ${colourType}.`)
  const [width, height, bitDepth] = [window.uint32(16), window.uint32(20), window.uint8(24)]
  const [channels, colorSpace] = known
  const { isTransparent, orientation } = readExtras(window)
  const alpha = colourType === palette && isTransparent ? 1 : 0
  return { format: 'png', width, height, channels: channels + alpha, bitDepth, colorSpace, orientation }
}
