import { FairleadError } from '@fairlead/core'
import type { NameValues } from '../grammar/fields.ts'
import { readImageHeader, type ImageHeader } from './image-header.ts'
import type { HeaderReader } from './reader.ts'

/** A value that a trait may have: it is stored as JSON. */
export type TraitValue = string | number | boolean | readonly (string | number | boolean)[]

/** What a trait function may look at. */
export interface TraitFile {
  /** Path relative to the ingress, with `/`. */
  readonly path: string
  /** What the file's name says; empty for a name that is not legal. */
  readonly values: NameValues
  /** The file's bytes, opened once for all of its traits. */
  readonly reader: HeaderReader
  /** The image header, read on first use and kept. */
  image(): ImageHeader
}

/** Measures one property of a file; undefined where the file has none. What it throws is reported on that file. */
export type TraitFunction<T extends TraitValue = TraitValue> = (file: TraitFile) => T | undefined

/** The trait functions that every specification may name. Lengths are in pixels, `size` in bytes. */
export const builtinTraits = {
  width: (file: TraitFile): number => file.image().width,
  height: (file: TraitFile): number => file.image().height,
  channels: (file: TraitFile): number => file.image().channels,
  size: (file: TraitFile): number => file.reader.size,
} as const satisfies Record<string, TraitFunction>

/** The name of a built-in trait function. */
export type BuiltinTrait = keyof typeof builtinTraits

/** Trait functions by name. */
export type TraitRegistry = Readonly<Record<string, TraitFunction>>

/** Whether a text names a built-in trait function. */
export function isBuiltinTrait(name: string): name is BuiltinTrait {
  return Object.hasOwn(builtinTraits, name)
}

/** The traits of one file, and for each that could not be measured why. */
export interface FileTraits {
  readonly traits: Readonly<Record<string, TraitValue>>
  readonly errors: Readonly<Record<string, string>>
}

/** A file for trait functions to look at. */
export function traitFile(path: string, values: NameValues, reader: HeaderReader): TraitFile {
  let header: ImageHeader | undefined
  return { path, values, reader, image: () => (header ??= readImageHeader(reader)) }
}

/** Whether a value can be stored as a trait. */
export function isTraitValue(value: unknown): value is TraitValue {
  const isScalar = (one: unknown) => typeof one === 'string' || typeof one === 'boolean' || Number.isFinite(one)
  return isScalar(value) || (Array.isArray(value) && value.every(isScalar))
}

function reason(cause: unknown): string {
  if (FairleadError.is(cause)) return cause.message
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
}

/** Measures every trait of a registry on one file; never throws. */
export function measureTraits(registry: TraitRegistry, file: TraitFile): FileTraits {
  const traits: Record<string, TraitValue> = {}
  const errors: Record<string, string> = {}
  for (const [name, measure] of Object.entries(registry)) {
    try {
      const value: unknown = measure(file)
      if (value === undefined) continue
      if (isTraitValue(value)) traits[name] = value
      else errors[name] = 'The trait function gave a value that is no text, finite number, truth value or list of these.'
    } catch (cause) {
      errors[name] = reason(cause)
    }
  }
  return { traits, errors }
}
