import { headerError, type HeaderWindow } from '../reader.ts'
import type { ColorSpace, ImageHeader } from './image-header.ts'
import { exifOrientation } from './tiff-directory.ts'

/** WebP Container Specification: https://developers.google.com/speed/webp/docs/riff_container (RFC 9649) */
const riff = [0x52, 0x49, 0x46, 0x46]
const webp = [0x57, 0x45, 0x42, 0x50]

const maxChunks = 1024
const exifHeader = [0x45, 0x78, 0x69, 0x66, 0, 0]

/** Whether a file begins like a WebP. */
export function isWebp(window: HeaderWindow): boolean {
  return window.startsWith(0, riff) && window.startsWith(8, webp)
}

/** What a frame's bitstream says. */
interface Frame {
  readonly width: number
  readonly height: number
  readonly colorSpace: ColorSpace
  readonly hasAlpha: boolean
}

/** The header of a VP8 key frame: RFC 6386, 9.1. */
function readLossy(window: HeaderWindow, offset: number): Frame {
  if (!window.startsWith(offset + 3, [0x9d, 0x01, 0x2a]))
    throw headerError('The WebP has a VP8 chunk that does not start with a key frame.')
  const width = window.uint16(offset + 6, true) & 0x3fff
  const height = window.uint16(offset + 8, true) & 0x3fff
  return { width, height, colorSpace: 'ycbcr', hasAlpha: false }
}

/** The header of the lossless format: RFC 9649, 3.4. */
function readLossless(window: HeaderWindow, offset: number): Frame {
  if (window.uint8(offset) !== 0x2f) throw headerError('The WebP has a VP8L chunk without its signature.')
  const bits = window.uint32(offset + 1, true)
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, colorSpace: 'rgb', hasAlpha: ((bits >>> 28) & 1) === 1 }
}

function readFrame(window: HeaderWindow, offset: number): Frame | undefined {
  const kind = window.latin1(offset, 4)
  if (kind === 'VP8 ') return readLossy(window, offset + 8)
  return kind === 'VP8L' ? readLossless(window, offset + 8) : undefined
}

/** The first frame behind `start`, and the orientation, which stands behind the frames. */
function readChunks(window: HeaderWindow, start: number, wantsExif: boolean): { frame: Frame | undefined; orientation: number } {
  let [offset, orientation] = [start, 1]
  let frame: Frame | undefined
  for (let chunk = 0; chunk < maxChunks && offset + 8 <= window.size; chunk++) {
    const kind = window.latin1(offset, 4)
    const length = window.uint32(offset + 4, true)
    if (frame === undefined) {
      // A frame of an animation has 16 bytes of its own before its chunks, of which the first may hold alpha.
      if (kind === 'ANMF') frame = readChunks(window, offset + 24, false).frame
      else frame = readFrame(window, offset)
    }
    if (kind === 'EXIF') {
      orientation = exifOrientation(window, offset + 8 + (window.startsWith(offset + 8, exifHeader) ? exifHeader.length : 0))
      break
    }
    if (frame !== undefined && !wantsExif) break
    offset += 8 + length + (length % 2)
  }
  return { frame, orientation }
}

/** What a WebP is: simple lossy or lossless, or extended, then the size of its canvas. */
export function readWebpHeader(window: HeaderWindow): ImageHeader {
  const isExtended = window.latin1(12, 4) === 'VP8X'
  const flags = isExtended ? window.uint8(20) : 0
  const { frame, orientation } = readChunks(window, isExtended ? 30 : 12, (flags & 0x08) !== 0)
  if (frame === undefined) throw headerError('The WebP has no frame.')
  const { colorSpace } = frame
  const size = isExtended
    ? { width: (window.uint32(24, true) & 0xffffff) + 1, height: (window.uint32(26, true) >>> 8) + 1 }
    : { width: frame.width, height: frame.height }
  const hasAlpha = isExtended ? (flags & 0x10) !== 0 : frame.hasAlpha
  return { format: 'webp', ...size, channels: hasAlpha ? 4 : 3, bitDepth: 8, colorSpace, orientation }
}
