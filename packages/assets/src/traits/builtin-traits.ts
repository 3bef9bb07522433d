import { FairleadError, mediaTypeByName } from '@fairlead/core'
import { sha256Of } from './digest.ts'
import type { ImageHeader } from './image/image-header.ts'
import { mapValue } from './lazily.ts'
import { isSoundOrFilm, mediaOf, type Media } from './media/media.ts'
import { tableOf } from './table/table.ts'
import { linesOf, textOf } from './text/text.ts'
import type { TraitFile } from './trait-file.ts'
import type { Trait } from './trait.ts'

/** Every trait that a specification may name, with its type: only those that it names are read. */
export const builtinTraits = {
  width: { type: 'integer', unit: 'px', description: 'Width of an image or video.', measure: file => seen(file, 'width', 'width') },
  height: { type: 'integer', unit: 'px', description: 'Height of an image or video.', measure: file => seen(file, 'height', 'height') },
  channels: {
    type: 'integer',
    description: 'Number of channels of an image, including alpha, or of the first audio track.',
    measure: file => seen(file, 'channels', 'channels'),
  },
  bit_depth: {
    type: 'integer',
    unit: 'bits',
    description: 'Bits per channel of an image or the first video track, or per audio sample.',
    measure: file => seen(file, 'bitDepth', 'bitDepth'),
  },
  color_space: { type: 'text', description: 'Color space of an image.', measure: file => file.image().colorSpace },
  format: { type: 'text', description: 'Format of an image, detected from its content.', measure: file => file.image().format },
  orientation: {
    type: 'integer',
    description: 'Exif orientation of an image, from 1 to 8; 1 if the file does not say.',
    measure: file => file.image().orientation,
  },
  duration: { type: 'number', unit: 's', description: 'Duration of audio or video.', measure: file => played(file, 'duration') },
  codec: {
    type: 'text',
    description: 'Codec of the first video track or, if there is none, of the first audio track.',
    measure: file => played(file, 'codec'),
  },
  frame_rate: {
    type: 'number',
    unit: '1/s',
    description: 'Frames per second of the first video track.',
    measure: file => played(file, 'frameRate'),
  },
  sample_rate: {
    type: 'integer',
    unit: 'Hz',
    description: 'Samples per second of the first audio track.',
    measure: file => played(file, 'sampleRate'),
  },
  tracks: { type: 'integer', description: 'Number of video, audio, text and other tracks.', measure: file => played(file, 'tracks') },
  lines: { type: 'integer', description: 'Number of lines of a text file.', measure: file => mapValue(file.once(textOf), linesOf) },
  encoding: {
    type: 'text',
    description: 'Character encoding of a text file.',
    measure: file => mapValue(file.once(textOf), ({ encoding }) => encoding),
  },
  rows: {
    type: 'integer',
    description: 'Number of records of a table.',
    measure: file => mapValue(file.once(tableOf), ({ rows }) => rows),
  },
  columns: {
    type: 'integer',
    description: 'Number of columns of a table.',
    measure: file => mapValue(file.once(tableOf), ({ columns }) => columns),
  },
  size: { type: 'integer', unit: 'bytes', description: 'Size of the file.', measure: file => file.reader.size },
  sha256: {
    type: 'text',
    description: 'SHA-256 of the content, as 64 lower-case hexadecimal digits.',
    measure: file => sha256Of(file.reader),
  },
  media_type: { type: 'text', description: 'Media type, from the file extension.', measure: file => mediaTypeByName(file.name) },
  modified: { type: 'text', description: 'Modification time of the file, as ISO 8601 in UTC.', measure: file => modifiedOf(file) },
} as const satisfies Record<string, Trait>

/**
 * Counts up whenever a built-in trait gives other values than before for some file: what was remembered of files under
 * another number is measured anew.
 */
export const builtinTraitsRevision = 2

/** The name of a built-in trait. */
export type BuiltinTrait = keyof typeof builtinTraits

/** Whether a text names a built-in trait. */
export function isBuiltinTrait(name: string): name is BuiltinTrait {
  return Object.hasOwn(builtinTraits, name)
}

function played<K extends keyof Media>(file: TraitFile, field: K): Media[K] | Promise<Media[K]> {
  return mapValue(file.once(mediaOf), media => media[field])
}

type NumberField<T> = { [K in keyof T]-?: T[K] extends number | undefined ? K : never }[keyof T]

/** A property of an image or, in a file that begins like sound or film, of that. An image is tried first: it is the quicker. */
function seen(
  file: TraitFile,
  ofImage: NumberField<ImageHeader>,
  ofMedia: NumberField<Media>,
): number | undefined | Promise<number | undefined> {
  try {
    return file.image()[ofImage]
  } catch (error) {
    if (!FairleadError.is(error, 'input-invalid') || !file.once(isPlayable)) throw error
    return played(file, ofMedia)
  }
}

const isPlayable = (file: TraitFile): boolean => isSoundOrFilm(file.reader)

function modifiedOf({ modified }: TraitFile): string | undefined {
  return modified === undefined ? undefined : new Date(modified).toISOString()
}
