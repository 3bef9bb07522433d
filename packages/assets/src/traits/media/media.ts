import { headerError, HeaderWindow, type HeaderReader } from '../reader.ts'
import type { TraitFile } from '../trait-file.ts'
import { isMedia } from './signatures.ts'
import { parseMedia } from './media-parser.ts'

/** What sound or film is. A field is absent where the file, which may lack that kind of track, tells nothing. */
export interface Media {
  /** Seconds. */
  readonly duration?: number
  /** Of the first video track, or else of the first audio track. */
  readonly codec?: string
  /** Frames a second of the first video track. */
  readonly frameRate?: number
  /** Samples a second of the first audio track. */
  readonly sampleRate?: number
  /** Video, audio, text and other tracks. */
  readonly tracks: number
  /** Pixels of the first video track. */
  readonly width?: number
  readonly height?: number
  /** Of the first audio track. */
  readonly channels?: number
  readonly bitDepth?: number
}

/**
 * What a file of sound or film is. The parser is loaded at the first one, so that this gives a promise until it is there.
 * Throws `input-invalid` for another kind of file.
 */
export function mediaOf(file: TraitFile): Media | Promise<Media> {
  if (!isSoundOrFilm(file.reader))
    throw headerError(file.reader.size === 0 ? 'The file is empty.' : 'The file is not readable audio or video.')
  return parseMedia(file.reader)
}

/** Whether a file begins like sound or film. */
export function isSoundOrFilm(reader: HeaderReader): boolean {
  return isMedia(new HeaderWindow(reader))
}
