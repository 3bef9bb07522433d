import { jpegSignature, readJpegHeader } from './jpeg.ts'
import { pngSignature, readPngHeader } from './png.ts'
import { headerError, HeaderWindow, type HeaderReader } from '../reader.ts'
import { readTiffHeader, tiffSignatures } from './tiff.ts'

/** What an image's header tells without decoding it. */
export interface ImageHeader {
  readonly format: 'png' | 'jpeg' | 'tiff'
  /** Pixels. */
  readonly width: number
  /** Pixels. */
  readonly height: number
  readonly channels: number
}

/**
 * Reads the header of a PNG, JPEG or TIFF, told by its first bytes and not by its name. Reads are few and bounded, whatever
 * the file holds. Throws `input-invalid` for another kind of file and for a header that is cut short or contradicts itself.
 */
export function readImageHeader(reader: HeaderReader): ImageHeader {
  const window = new HeaderWindow(reader)
  if (window.startsWith(0, pngSignature)) return readPngHeader(window)
  if (window.startsWith(0, jpegSignature)) return readJpegHeader(window)
  if (tiffSignatures.some(signature => window.startsWith(0, signature))) return readTiffHeader(window)
  throw headerError(reader.size === 0 ? 'The file is empty.' : 'The file is no PNG, JPEG or TIFF image.')
}
