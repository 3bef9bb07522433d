import type { NameValues } from '../grammar/fields.ts'
import { readImageHeader, type ImageHeader } from './image/image-header.ts'
import type { HeaderReader } from './reader.ts'

/** What a trait function may look at. */
export interface TraitFile {
  /** Path relative to the ingress, with `/`. */
  readonly path: string
  /** The last part of the path. */
  readonly name: string
  /** What the file's name says; empty for a name that is not legal. */
  readonly values: NameValues
  /** When the file was changed, in milliseconds since 1970; undefined where nobody knows, as for bytes in memory. */
  readonly modified: number | undefined
  /** The file's bytes, opened once for all of its traits. They cannot be read any more when all traits are measured. */
  readonly reader: HeaderReader
  /** The image header, read on first use and kept. */
  image(): ImageHeader
  /** What a function gives for this file, or throws: called on first use and kept, so that traits can share their work. */
  once<T>(compute: (file: TraitFile) => T): T
}

interface Outcome {
  readonly value?: unknown
  readonly error?: unknown
}

/** A file for trait functions to look at. `modified` is in milliseconds since 1970. */
export function traitFile(path: string, values: NameValues, reader: HeaderReader, modified?: number): TraitFile {
  let kept: Map<unknown, Outcome> | undefined
  const file: TraitFile = {
    path,
    name: path.slice(path.lastIndexOf('/') + 1),
    values,
    modified,
    reader,
    image: () => file.once(imageOf),
    once<T>(compute: (file: TraitFile) => T): T {
      kept ??= new Map()
      let outcome = kept.get(compute)
      if (outcome === undefined) {
        outcome = attempt(compute, file)
        kept.set(compute, outcome)
      }
      if ('error' in outcome) throw outcome.error
      // The key is the very function that gave the value.
      return outcome.value as T
    },
  }
  return file
}

const imageOf = (file: TraitFile): ImageHeader => readImageHeader(file.reader)

function attempt(compute: (file: TraitFile) => unknown, file: TraitFile): Outcome {
  try {
    return { value: compute(file) }
  } catch (error) {
    return { error }
  }
}
