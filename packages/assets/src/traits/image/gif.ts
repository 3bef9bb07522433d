import { headerError, type HeaderWindow } from '../reader.ts'
import type { ImageHeader } from './image-header.ts'

/** "GIF8" of GIF87a and GIF89a: https://www.w3.org/Graphics/GIF/spec-gif89a.txt */
export const gifSignature = [0x47, 0x49, 0x46, 0x38] as const

const extension = 0x21
const graphicControl = 0xf9
const imageDescriptor = 0x2c
const maxBlocks = 4096

/** Where a chain of sub-blocks ends. */
function endOfSubBlocks(window: HeaderWindow, start: number): number {
  let offset = start
  for (let block = 0; block < maxBlocks; block++) {
    const length = window.uint8(offset)
    offset += 1 + length
    if (length === 0) return offset
  }
  throw headerError(`The GIF has more than ${maxBlocks} sub-blocks in one extension.`)
}

/** The bits of an index into the table that a byte of flags announces. */
function tableBits(flags: number): number {
  return (flags & 7) + 1
}

/** What a GIF is: the size of its screen, the palette and the transparency of its first image. */
export function readGifHeader(window: HeaderWindow): ImageHeader {
  const [width, height, flags] = [window.uint16(6, true), window.uint16(8, true), window.uint8(10)]
  const hasTable = (flags & 0x80) !== 0
  let offset = 13 + (hasTable ? 3 * 2 ** tableBits(flags) : 0)
  let isTransparent = false
  for (let block = 0; window.uint8(offset) === extension; block++) {
    if (block === maxBlocks) throw headerError(`The GIF has more than ${maxBlocks} extensions before its first image.`)
    if (window.uint8(offset + 1) === graphicControl) isTransparent = (window.uint8(offset + 3) & 1) === 1
    offset = endOfSubBlocks(window, offset + 2)
  }
  if (window.uint8(offset) !== imageDescriptor) throw headerError(`The GIF has no image at byte ${offset}.`)
  const own = window.uint8(offset + 9)
  const bitDepth = (own & 0x80) !== 0 ? tableBits(own) : tableBits(flags)
  return { format: 'gif', width, height, channels: isTransparent ? 4 : 3, bitDepth, colorSpace: 'indexed', orientation: 1 }
}
