import { mediaTypeByName } from '@fairlead/core'
import { sha256Of } from './digest.ts'
import type { TraitFile } from './trait-file.ts'
import type { Trait } from './trait.ts'

/** Every trait that a specification may name, with its type: only those that it names are read. */
export const builtinTraits = {
  width: { type: 'integer', unit: 'px', description: 'Width of an image.', measure: file => file.image().width },
  height: { type: 'integer', unit: 'px', description: 'Height of an image.', measure: file => file.image().height },
  channels: { type: 'integer', description: 'Colour and alpha channels of an image.', measure: file => file.image().channels },
  size: { type: 'integer', unit: 'bytes', description: 'Length of the file.', measure: file => file.reader.size },
  sha256: { type: 'text', description: 'SHA-256 of the content, as 64 lower-case hexadecimal digits.', measure: file => sha256Of(file.reader) },
  media_type: { type: 'text', description: 'Media type that the extension stands for.', measure: file => mediaTypeByName(file.name) },
  modified: { type: 'text', description: 'When the file was changed, as ISO 8601 in UTC.', measure: file => modifiedOf(file) },
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

function modifiedOf({ modified }: TraitFile): string | undefined {
  return modified === undefined ? undefined : new Date(modified).toISOString()
}
