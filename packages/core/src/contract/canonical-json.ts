import { createHash } from 'node:crypto'
import type { AssetIdentity } from './asset.ts'
import { FairleadError } from './errors.ts'

/**
 * JSON in the one form that every program writes alike (RFC 8785): keys sorted by UTF-16 code units, no white space,
 * numbers as ECMAScript prints them. Members that are `undefined` are left out. Throws `input-invalid` for what JSON
 * can't hold: NaN, infinities, functions, big integers, unpaired surrogates.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) return refuse('a text with an unpaired surrogate')
      return JSON.stringify(value)
    case 'number':
      return Number.isFinite(value) ? JSON.stringify(value) : refuse(String(value))
    case 'boolean':
      return String(value)
    case 'object': {
      if (value === null) return 'null'
      if (Array.isArray(value)) return `[${value.map(item => canonicalJson(item)).join(',')}]`
      const members: string[] = []
      for (const [key, member] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
        if (member !== undefined) members.push(`${canonicalJson(key)}:${canonicalJson(member)}`)
      }
      return `{${members.join(',')}}`
    }
    default:
      return refuse(`a value of type ${typeof value}`)
  }
}

function refuse(what: string): never {
  throw new FairleadError('input-invalid', `JSON can't contain ${what}.`, {
    hint: 'Use texts, finite numbers, booleans, null, lists and objects.',
  })
}

/** The digest of an asset, `sha256:<hex>`: over its canonical identity with files in order of path. Extra members do not count. */
export function digestOf(asset: AssetIdentity): string {
  const identity: AssetIdentity = {
    schemaVersion: asset.schemaVersion,
    type: asset.type,
    ...(asset.specification !== undefined && { specification: asset.specification }),
    traits: asset.traits,
    files: asset.files
      .map(({ path, size, sha256, mediaType }) => ({ path, size, sha256, mediaType }))
      .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)),
  }
  return `sha256:${createHash('sha256').update(canonicalJson(identity)).digest('hex')}`
}
