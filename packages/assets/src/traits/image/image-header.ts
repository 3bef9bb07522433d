import { headerError, HeaderWindow, type HeaderReader } from '../reader.ts'
import { dpxSignatures, readDpxHeader } from './dpx.ts'
import { exrSignature, readExrHeader } from './exr.ts'
import { gifSignature, readGifHeader } from './gif.ts'
import { isHeif, readHeifHeader } from './heif.ts'
import { jpegSignature, readJpegHeader } from './jpeg.ts'
import { pngSignature, readPngHeader } from './png.ts'
import { psdSignature, readPsdHeader } from './psd.ts'
import { readTiffHeader, tiffSignatures } from './tiff.ts'
import { isWebp, readWebpHeader } from './webp.ts'

/** The formats whose headers are read. AVIF is the HEIF that holds AV1. */
export type ImageFormat = 'png' | 'jpeg' | 'tiff' | 'webp' | 'gif' | 'avif' | 'heif' | 'exr' | 'dpx' | 'psd'

/**
 * How pixels are stored, not how they are meant to look: `ycbcr` is what a usual JPEG holds; `indexed` are numbers of
 * colours in a palette; `cfa` is what a camera's sensor saw; `multichannel` are channels that make no colour.
 */
export type ColorSpace = 'rgb' | 'gray' | 'ycbcr' | 'indexed' | 'cmyk' | 'ycck' | 'lab' | 'luv' | 'cfa' | 'duotone' | 'multichannel'

/** What an image's header tells without decoding it. */
export interface ImageHeader {
  readonly format: ImageFormat
  /** Pixels, as stored: before any turn that `orientation` asks for. */
  readonly width: number
  /** Pixels, as stored. */
  readonly height: number
  /** Alpha counts; an indexed image has those of its palette's colours. */
  readonly channels: number
  /** Bits per channel; of an indexed image the bits of an index. */
  readonly bitDepth: number
  readonly colorSpace: ColorSpace
  /** 1 to 8 as in Exif: how to turn and mirror what is stored. 1, as it is, where the file says nothing. */
  readonly orientation: number
}

/** Reads the header of one format; the signature was checked. Throws `input-invalid`. */
type ReadHeader = (window: HeaderWindow) => ImageHeader

const readers: readonly (readonly [signature: readonly number[], read: ReadHeader])[] = [
  [jpegSignature, readJpegHeader],
  [pngSignature, readPngHeader],
  ...tiffSignatures.map(signature => [signature, readTiffHeader] as const),
  [exrSignature, readExrHeader],
  ...dpxSignatures.map(signature => [signature, readDpxHeader] as const),
  [gifSignature, readGifHeader],
  [psdSignature, readPsdHeader],
]

function readerOf(window: HeaderWindow): ReadHeader | undefined {
  for (const [signature, read] of readers) if (window.startsWith(0, signature)) return read
  if (isWebp(window)) return readWebpHeader
  return isHeif(window) ? readHeifHeader : undefined
}

/**
 * Reads the header of an image, told by its first bytes and not by its name. Reads are few and bounded, whatever the file
 * holds. Throws `input-invalid` for another kind of file and for a header that is cut short or contradicts itself.
 */
export function readImageHeader(reader: HeaderReader): ImageHeader {
  const window = new HeaderWindow(reader)
  const read = readerOf(window)
  if (read === undefined) {
    throw headerError(
      reader.size === 0 ? 'The file is empty.' : 'The file is not a PNG, JPEG, TIFF, WebP, GIF, AVIF, HEIF, OpenEXR, DPX or PSD image.',
    )
  }
  const header = read(window)
  const { format, width, height, channels, bitDepth } = header
  if (width > 0 && height > 0 && channels > 0 && bitDepth > 0) return header
  const what = `${width} by ${height} pixels of ${channels} channels with ${bitDepth} bits`
  throw headerError(`The header of the ${format.toUpperCase()} says ${what}; none of these can be 0.`)
}
