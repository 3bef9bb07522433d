import type { ImageHeader } from './image-header.ts'
import { headerError, type HeaderWindow } from '../reader.ts'

/** PNG, 11.2.1 (IHDR): https://www.w3.org/TR/png-3/ */
export const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const

const ihdr = 0x49484452
const idat = 0x49444154
const iend = 0x49454e44
const trns = 0x74524e53
const maxChunks = 256
const palette = 3

const channelsOfColourType: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [palette, 3],
  [4, 2],
  [6, 4],
])

/** Whether a tRNS chunk stands before the image data: it gives a palette its alpha channel. */
function hasTransparency(window: HeaderWindow): boolean {
  let offset = 33
  for (let chunk = 0; chunk < maxChunks; chunk++) {
    const type = window.uint32(offset + 4)
    if (type === trns) return true
    if (type === idat || type === iend) return false
    offset += 12 + window.uint32(offset)
  }
  throw headerError(`The PNG has more than ${maxChunks} chunks before its image data.`)
}

/** Size and channels of a PNG; a palette counts as the colours it stands for: 3, or 4 with transparency. */
export function readPngHeader(window: HeaderWindow): ImageHeader {
  if (window.uint32(12) !== ihdr) throw headerError('The PNG does not begin with an IHDR chunk.')
  const width = window.uint32(16)
  const height = window.uint32(20)
  const colourType = window.uint8(25)
  const channels = channelsOfColourType.get(colourType)
  if (channels === undefined) throw headerError(`The PNG has the unknown colour type ${colourType}.`)
  if (width === 0 || height === 0) throw headerError(`The PNG is ${width} by ${height} pixels; neither may be 0.`)
  return { format: 'png', width, height, channels: colourType === palette && hasTransparency(window) ? 4 : channels }
}
