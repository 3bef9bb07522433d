import {
  FairleadError,
  printable,
  rootFolder,
  type Checksum,
  type Entry,
  type PathRules,
  type WriteAttributes,
  type WriteCondition,
} from '@fairlead/core'
import { fromMetadata, ownMetadata, toMetadata } from './metadata.ts'

/** Segments of a blob's name that the service takes: https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata */
const maxSegments = 254

/** A dot at the end of a segment is lost at the service, so it is written as `%2E`, and what looks like that one `25` longer. */
const trailing = /(?:\.|%(?:25)*2E)$/

/** The root's folder in the container: `''`, or a path that ends with a slash. `config-invalid` for one that is no folder. */
export function toRoot(prefix: string): string {
  const path = rootFolder(prefix)
  return path === '' ? '' : `${toName('', path)}/`
}

/** The blob of a path. `path-invalid` for more segments than the service takes. */
export function toName(root: string, path: string): string {
  const name = root + (path.includes('.') || path.includes('%') ? path.split('/').map(quoteEnd).join('/') : path)
  if (name.length > maxSegments && name.split('/').length > maxSegments)
    throw new FairleadError(
      'path-invalid',
      `"${printable(path, 60)}": it has more than ${maxSegments} parts, but the service allows no more.`,
      {
        hint: 'Use fewer folders.',
      },
    )
  return name
}

/** The path of a blob or folder below the root; undefined for a name that no path can have, such as `a//b`. */
export function toPath(root: string, name: string): string | undefined {
  if (!name.startsWith(root)) return undefined
  const path = name.slice(root.length)
  const segments = path.split('/')
  if (path === '' || path.includes('\0') || segments.some(segment => segment === '' || segment === '.' || segment === '..'))
    return undefined
  return path.includes('%') ? segments.map(unquoteEnd).join('/') : path
}

function quoteEnd(segment: string): string {
  return segment.replace(trailing, end => (end === '.' ? '%2E' : `%25${end.slice(1)}`))
}

function unquoteEnd(segment: string): string {
  return segment.replace(trailing, end => (end === '.' ? end : end === '%2E' ? '.' : `%${end.slice(3)}`))
}

/** A name as it stands in an address. */
export function encodeName(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/')
}

/** The paths that are left below a root. */
export function narrowPaths(paths: PathRules, root: string): PathRules {
  return { ...paths, pathBytes: paths.pathBytes - Buffer.byteLength(root) }
}

/** What HEAD, GET and PUT tell of a blob by their headers. A directory of a hierarchical namespace is a `prefix`. */
export function toEntry(path: string, headers: Readonly<Record<string, string>>, size: number | undefined): Entry {
  const raw: Record<string, string> = {}
  for (const name in headers) if (name.startsWith('x-ms-meta-')) raw[name.slice('x-ms-meta-'.length)] = headers[name] ?? ''
  return describe(path, raw, {
    size,
    etag: headers['etag'],
    modified: headers['last-modified'],
    contentType: headers['content-type'],
    // Of a range the first is the range's own.
    md5: headers['x-ms-blob-content-md5'] ?? (headers['content-range'] === undefined ? headers['content-md5'] : undefined),
    version: headers['x-ms-version-id'],
  })
}

/** What a service says of a blob, in whichever form. */
export interface BlobProperties {
  readonly size: number | undefined
  readonly etag: string | undefined
  readonly modified: string | undefined
  readonly contentType: string | undefined
  /** Base64. */
  readonly md5: string | undefined
  readonly version?: string | undefined
  readonly latest?: boolean | undefined
}

/** The entry of a blob; names of `raw` metadata are the service's. */
export function describe(path: string, raw: Readonly<Record<string, string>>, blob: BlobProperties): Entry {
  if (raw['hdi_isfolder'] === 'true') return { path, kind: 'prefix' }
  const { metadata, modified = dateOf(blob.modified), sha256 } = fromMetadata(raw, blob.size)
  const md5 = blob.md5 === undefined || blob.md5 === '' ? undefined : Buffer.from(blob.md5, 'base64').toString('hex')
  const checksums: Checksum[] = []
  if (sha256 !== undefined) checksums.push({ algorithm: 'sha256', value: sha256, scope: 'object' })
  if (md5 !== undefined) checksums.push({ algorithm: 'md5', value: md5, scope: 'object' })
  return {
    path,
    kind: 'object',
    ...(blob.size !== undefined && { size: blob.size }),
    ...(modified !== undefined && { modified }),
    ...(blob.etag !== undefined && { etag: plainEtag(blob.etag) }),
    ...(blob.version !== undefined && { version: blob.version }),
    ...(blob.latest !== undefined && { latest: blob.latest }),
    ...(blob.contentType !== undefined && { contentType: blob.contentType }),
    ...(checksums.length > 0 && { checksums }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  }
}

/** Headers have it in quotes, listings have not. */
function plainEtag(etag: string): string {
  return etag.replace(/^"|"$/g, '')
}

function dateOf(text: string | undefined): Date | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(time) ? undefined : new Date(time)
}

/** The headers of a condition on what is at the target. */
export function conditionHeaders(condition: WriteCondition | undefined): Record<string, string> {
  if (condition === undefined) return {}
  return condition.if === 'absent' ? { 'if-none-match': '*' } : { 'if-match': `"${condition.etag}"` }
}

/** What every blob of a connection is written with. */
export interface WriteDefaults {
  readonly tier: string | undefined
  /** As the header has them: `key=value&key=value`, encoded. */
  readonly tags: string | undefined
}

/** The headers of what goes with a body: type, metadata, tier, tags. `input-invalid` for metadata that does not fit. */
export function attributeHeaders(
  attributes: WriteAttributes,
  size: number | undefined,
  { tier, tags }: WriteDefaults,
): Record<string, string> {
  const headers: Record<string, string> = {}
  if (attributes.contentType !== undefined) headers['x-ms-blob-content-type'] = attributes.contentType
  const metadata = { ...toMetadata(attributes.metadata ?? {}, attributes.path), ...ownMetadata(attributes, size) }
  for (const [name, value] of Object.entries(metadata)) headers[`x-ms-meta-${name}`] = value
  if (tier !== undefined) headers['x-ms-access-tier'] = tier.charAt(0).toUpperCase() + tier.slice(1)
  if (tags !== undefined) headers['x-ms-tags'] = tags
  return headers
}

const tagForm = /^[A-Za-z0-9 +\-./:=_]*$/

/**
 * Reads `key=value,key=value` into the header's form. `config-invalid` for what the service refuses: more than 10 tags, keys of
 * 1–128 and values of 0–256 characters out of letters, digits, space and `+-./:=_`.
 */
export function parseTags(text: string | undefined): string | undefined {
  if (text === undefined || text.trim() === '') return undefined
  const tags = text.split(',').map(pair => {
    const at = pair.indexOf('=')
    return at < 0 ? { key: pair.trim(), value: undefined } : { key: pair.slice(0, at).trim(), value: pair.slice(at + 1).trim() }
  })
  const wrong = (what: string): FairleadError =>
    new FairleadError('config-invalid', `The setting "tags" is wrong: ${what}.`, {
      hint: 'Write up to 10 tags as key=value,key=value with letters, digits, spaces and +-./:=_ in them.',
    })
  if (tags.length > 10) throw wrong(`it has ${tags.length} tags`)
  for (const { key, value } of tags) {
    if (value === undefined) throw wrong(`"${printable(key)}" has no value`)
    if (key === '' || key.length > 128 || value.length > 256) throw wrong(`"${printable(key, 40)}" is too long, or empty`)
    if (!tagForm.test(key) || !tagForm.test(value)) throw wrong(`"${printable(key)}" has characters that tags can't have`)
  }
  return tags.map(({ key, value = '' }) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join('&')
}
