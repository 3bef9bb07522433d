import { createHash } from 'node:crypto'
import { FairleadError, rootFolder, type Checksum, type Entry, type WriteAttributes } from '@fairlead/core'
import { fromSeconds, toSeconds } from './service/seconds.ts'

/** The prefix of keys for the root: `''`, or a folder with its slash. `config-invalid` for one that is no folder. */
export function toRoot(prefix: string): string {
  const folder = rootFolder(prefix)
  return folder === '' ? '' : `${folder}/`
}

/** The key of a stored path. */
export function toKey(root: string, path: string): string {
  return root + path
}

/** The stored path of a key; undefined for one that no path names: a folder's own marker, an empty part, `.` or `..`. */
export function toPath(root: string, key: string): string | undefined {
  if (!key.startsWith(root)) return undefined
  const path = key.slice(root.length)
  if (path === '' || path.endsWith('/') || path.startsWith('/')) return undefined
  return path.includes('//') || odd.test(path) || path.includes('\0') ? undefined : path
}

const odd = /(?:^|\/)\.{1,2}(?:\/|$)/
const metaPrefix = 'x-amz-meta-'
const sha256Form = /^[0-9a-f]{64}$/
const md5Form = /^[0-9a-f]{32}$/
/** How rclone keeps the MD5 of a body in parts. */
const md5InBase64 = /^[A-Za-z0-9+/]{22}==$/

/** An etag as it is held against others: without the quotes it is sent in. */
export function toEtag(text: string): string {
  return text.replace(/^(?:W\/)?"|"$/g, '')
}

/**
 * The etag of an object that was made of parts with these etags: the MD5 of their MD5s and their number. Undefined where they are none, as
 * with encryption by a key of the key service.
 */
export function multipartEtag(parts: readonly string[]): string | undefined {
  if (parts.length === 0 || !parts.every(part => /^[0-9a-f]{32}$/.test(part))) return undefined
  return `${createHash('md5')
    .update(Buffer.from(parts.join(''), 'hex'))
    .digest('hex')}-${parts.length}`
}

/** What a condition's header holds. */
export function quotedEtag(etag: string): string {
  return etag.startsWith('"') || etag === '*' ? etag : `"${etag}"`
}

/** The headers that keep a body's attributes. `input-invalid` for metadata that the service would change. */
export function toHeaders(attributes: WriteAttributes, constant: Readonly<Record<string, string>>): Record<string, string> {
  const { path, contentType, modified, metadata, sha256, condition } = attributes
  const headers: Record<string, string> = { ...constant }
  if (contentType !== undefined) headers['content-type'] = contentType
  for (const key in metadata) {
    const name = metaPrefix + key.toLowerCase()
    const value = metadata[key] ?? ''
    if (name in headers) throw metadataError(path, `"${key}" is there twice, because keys are not case-sensitive`)
    if (value.trim() !== value) throw metadataError(path, `the value of "${key}" starts or ends with a space, which would be lost`)
    headers[name] = value
  }
  if (modified !== undefined) headers[`${metaPrefix}mtime`] = toSeconds(modified)
  if (sha256 !== undefined) headers[`${metaPrefix}sha256`] = sha256
  if (condition !== undefined) Object.assign(headers, toCondition(condition))
  return headers
}

/** The header of a write's condition. */
export function toCondition(condition: NonNullable<WriteAttributes['condition']>): Record<string, string> {
  return condition.if === 'absent' ? { 'if-none-match': '*' } : { 'if-match': quotedEtag(condition.etag) }
}

function metadataError(path: string, what: string): FairleadError {
  return new FairleadError('input-invalid', `The metadata of "${path}": ${what}.`, { path, hint: 'Write it differently.' })
}

/** What the headers of an answer tell of an object. `trusted` false: nothing of its checksums is believed. */
export function toEntry(path: string, headers: Readonly<Record<string, string>>, trusted: boolean): Entry {
  const { etag, 'last-modified': changed, 'content-type': contentType, 'x-amz-version-id': version } = headers
  const size = sizeOf(headers)
  const metadata: Record<string, string> = {}
  for (const name in headers) if (name.startsWith(metaPrefix)) metadata[name.slice(metaPrefix.length)] = unfolded(headers[name] ?? '')
  const kept = fromSeconds(metadata.mtime)
  const modified = kept ?? (changed === undefined ? undefined : new Date(changed))
  if (kept !== undefined) delete metadata.mtime
  const checksums = trusted ? checksumsOf(headers, metadata.sha256) : []
  if (metadata.sha256 !== undefined && sha256Form.test(metadata.sha256)) delete metadata.sha256
  if (metadata.md5chksum !== undefined && md5InBase64.test(metadata.md5chksum)) delete metadata.md5chksum
  return {
    path,
    kind: 'object',
    ...(size !== undefined && { size }),
    ...(modified !== undefined && !Number.isNaN(modified.getTime()) && { modified }),
    ...(etag !== undefined && etag !== '' && { etag: toEtag(etag) }),
    ...(version !== undefined && version !== '' && { version }),
    ...(contentType !== undefined && contentType !== '' && { contentType }),
    ...(checksums.length > 0 && { checksums }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  }
}

/** The size of the whole object, also where a range of it was sent. */
function sizeOf(headers: Readonly<Record<string, string>>): number | undefined {
  const whole = /\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1]
  const length = whole ?? (headers['content-range'] === undefined ? headers['content-length'] : undefined)
  return length === undefined ? undefined : Number(length)
}

/** The hashes the service vouches for, and the SHA-256 that was kept beside the body when it was written. */
function checksumsOf(headers: Readonly<Record<string, string>>, sha256: string | undefined): readonly Checksum[] {
  const checksums: Checksum[] = [...storedChecksums(headers)]
  if (sha256 !== undefined && sha256Form.test(sha256) && !checksums.some(({ algorithm }) => algorithm === 'sha256'))
    checksums.push({ algorithm: 'sha256', value: sha256, scope: 'object' })
  const md5 = headers[`${metaPrefix}md5chksum`]
  if (md5 !== undefined && md5InBase64.test(md5))
    checksums.push({ algorithm: 'md5', value: Buffer.from(md5, 'base64').toString('hex'), scope: 'object' })
  const etag = toEtag(headers.etag ?? '')
  const encryption = headers['x-amz-server-side-encryption'] ?? 'AES256'
  const own = headers['x-amz-server-side-encryption-customer-algorithm']
  // Of a body in parts it is a hash of hashes, and with a KMS key or the caller's own it is none at all:
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
  if (!checksums.some(isReckoned) && md5Form.test(etag) && encryption === 'AES256' && own === undefined)
    checksums.push({ algorithm: 'md5', value: etag, scope: 'object' })
  return checksums
}

/** Whether a checksum is one that anybody can reckon here, over the whole of the body. */
function isReckoned({ algorithm, scope }: Checksum): boolean {
  return scope === 'object' && algorithm !== 'crc64nvme' && algorithm !== 'crc32c'
}

const stored = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const

/** What the service itself computed over the body. */
export function storedChecksums(headers: Readonly<Record<string, string>>): readonly Checksum[] {
  const composite = headers['x-amz-checksum-type'] === 'COMPOSITE'
  return stored.flatMap((algorithm): Checksum[] => {
    const value = headers[`x-amz-checksum-${algorithm}`]
    if (value === undefined || value === '') return []
    const [digest = '', parts] = value.split('-')
    return [
      { algorithm, value: Buffer.from(digest, 'base64').toString('hex'), scope: parts !== undefined || composite ? 'parts' : 'object' },
    ]
  })
}

/** Metadata that another program wrote beyond ASCII comes as RFC 2047 has it. */
function unfolded(value: string): string {
  if (!value.includes('=?')) return value
  return value.replace(/=\?utf-8\?([bq])\?([^?]*)\?=(?:\s+(?==\?))?/gi, (whole, form: string, text: string) => {
    if (form.toLowerCase() === 'b') return Buffer.from(text, 'base64').toString('utf8')
    try {
      return decodeURIComponent(text.replaceAll('_', ' ').replaceAll('%', '%25').replaceAll('=', '%'))
    } catch (cause) {
      if (cause instanceof URIError) return whole
      throw cause
    }
  })
}
