import type { Capabilities } from '../../contract/capabilities.ts'
import type { Entry } from '../../contract/entry.ts'
import type { WriteOptions } from '../client.ts'

/** What of an object's attributes a target can't keep: its modification time, or a key of its metadata. */
export type Lost = 'modified' | `metadata.${string}`

/** What goes with a body to a target, and what can't. */
export interface FittedAttributes {
  readonly attributes: Pick<WriteOptions, 'contentType' | 'modified' | 'metadata'>
  readonly lost: readonly Lost[]
}

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const visibleAscii = /^[\x20-\x7e]*$/

/** Keeps of the attributes what the target declares that it can; metadata in the order of its keys until there is no more room. */
export function fitAttributes(
  { contentType, modified, metadata }: Pick<Entry, 'contentType' | 'modified' | 'metadata'>,
  { write }: Pick<Capabilities, 'write'>,
): FittedAttributes {
  const lost: Lost[] = []
  const rules = write === false ? false : write.metadata
  const kept: Record<string, string> = {}
  let room = rules === false ? 0 : rules.maxBytes
  for (const [key, value] of Object.entries(metadata ?? {})) {
    const bytes = Buffer.byteLength(key) + Buffer.byteLength(value)
    const fits =
      rules !== false &&
      key !== '' &&
      bytes <= room &&
      (rules.keys === 'any' || token.test(key)) &&
      (rules.values === 'unicode' || visibleAscii.test(value))
    if (fits) {
      kept[key] = value
      room -= bytes
    } else lost.push(`metadata.${key}`)
  }
  const keepsTime = write !== false && write.modified !== false
  if (modified !== undefined && !keepsTime) lost.push('modified')
  return {
    attributes: {
      ...(contentType !== undefined && { contentType }),
      ...(modified !== undefined && keepsTime && { modified }),
      ...(Object.keys(kept).length > 0 && { metadata: kept }),
    },
    lost,
  }
}
