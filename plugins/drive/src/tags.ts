import { createHash } from 'node:crypto'
import { parseTagPath, type AssetSummary, type SearchQuery, type SearchTerm } from '@fairlead/core'
import { recordOf, textOf, type DriveFile } from './mapping.ts'
import { fits, fitTogether, inChunks, jsonIn, type Properties } from './properties.ts'
import { quoted } from './names.ts'

/** The pair that tells tag records from other files. */
const mark = 'tag'

/** What a search compares, in the form that it is kept in: without case, and hashed where it is too long for a pair. */
function searchable(key: string, value: string): string {
  const folded = value.normalize('NFC').toLowerCase()
  return fits(key, folded) ? folded : `sha256:${createHash('sha256').update(folded).digest('hex')}`
}

/**
 * What is kept with a tag record so that Drive finds it by itself and its body need not be read: reference, digest, type, and labels
 * where there is room. Of other files nothing. `root` tells the tags of one connection's folder from those of others in the same drive.
 */
export function tagProperties(root: string, path: string, body: Uint8Array | undefined): Properties {
  const address = parseTagPath(path)
  if (address === undefined || body === undefined) return {}
  const record = recordIn(body)
  if (record === undefined) return {}
  const { collection, name, tag } = address
  const labels = Object.entries(recordOf(record['labels'])).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
  const base: Properties = {
    fairlead: mark,
    root: searchable('root', root),
    collection: searchable('collection', collection),
    name: searchable('name', name),
    tag: searchable('tag', tag),
    type: textOf(record['type']) ?? '',
    digest: textOf(record['digest']) ?? '',
    md5: createHash('md5').update(body).digest('hex'),
    ...inChunks('r', JSON.stringify(address)),
  }
  const { count, bytes, specification, time } = record
  const summary = inChunks('s', JSON.stringify({ count, bytes, specification, time, labels: Object.fromEntries(labels) }))
  return fitTogether({ ...base, ...summary }) ? { ...base, ...summary } : base
}

function recordIn(body: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    return recordOf(JSON.parse(Buffer.from(body).toString()))
  } catch {
    // What is no record gets no pairs: a search reads it, and says what is wrong with it.
    return undefined
  }
}

/**
 * The query for tags that may be what is searched for. Only what a record's place says is asked for: the rest of its pairs is old
 * where another OAuth client has replaced the record, and the host compares it.
 */
export function tagQuery(roots: readonly string[], query: SearchQuery): string {
  const conditions = query.terms.flatMap(term => conditionOf(term) ?? [])
  const root = `(${roots.map(id => has('root', searchable('root', id))).join(' or ')})`
  return [has('fairlead', mark), root, ...conditions, 'trashed = false'].join(' and ')
}

/** JSON files that are no tag of this program: another OAuth client may have written tags, and sees its own pairs alone. */
export function unmarkedQuery(): string {
  return `mimeType = 'application/json' and not ${has('fairlead', mark)} and not ${has('fairlead', 'file')} and trashed = false`
}

function conditionOf(term: SearchTerm): string | undefined {
  if (term.kind === 'field' && term.field !== 'type' && !term.pattern.includes('*'))
    return has(term.field, searchable(term.field, term.pattern))
  return undefined
}

function has(key: string, value: string): string {
  return `appProperties has { key=${quoted(key)} and value=${quoted(value)} }`
}

/** What the pairs of a tag record tell; only its address where the record was changed by something else. Undefined: it is no tag. */
export function summaryIn({ properties, md5, name }: DriveFile): AssetSummary | undefined {
  const address = recordOf(jsonIn('r', properties))
  const [collection, asset, tag] = [textOf(address['collection']), textOf(address['name']), textOf(address['tag'])]
  // A copy that somebody made has the pairs of what it was made of.
  if (collection === undefined || asset === undefined || tag === undefined || name !== `${tag}.json`) return undefined
  const found: AssetSummary = { collection, name: asset, tag }
  if (md5 !== properties['md5']) return found
  const told = recordOf(jsonIn('s', properties))
  const { count, bytes, labels, specification, time } = told
  const type = properties['type']
  const digest = properties['digest']
  if (typeof count !== 'number' || typeof bytes !== 'number' || typeof time !== 'string') return found
  if (type !== 'file' && type !== 'sequence' && type !== 'complex') return found
  return {
    ...found,
    type,
    count,
    bytes,
    time,
    labels: Object.fromEntries(Object.entries(recordOf(labels)).filter((pair): pair is [string, string] => typeof pair[1] === 'string')),
    ...(digest !== undefined && digest !== '' && { digest }),
    ...(typeof specification === 'string' && { specification }),
  }
}
