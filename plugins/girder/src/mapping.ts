import type { Entry, WriteAttributes } from '@fairlead/core'
import { countOf, isRecord, textOf, type Json } from './service/json.ts'

/**
 * What Python's strip takes off: Girder strips every name. Of such a character at an end its code stands in the name, and a
 * `%` before what would read as such a code is doubled in the form `%25`.
 */
const space = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'
const code = '(?:09|0A|0B|0C|0D|1C|1D|1E|1F|20|85|A0|u1680|u200[0-9A]|u2028|u2029|u202F|u205F|u3000)'
const spaceFirst = new RegExp(`^${space}`, 'u')
const spaceLast = new RegExp(`${space}$`, 'u')
const codeFirst = new RegExp(`^%((?:25)*)(${code})`)
const codeLast = new RegExp(`%((?:25)*)(${code})$`)

function encoded(character: string): string {
  const number = character.charCodeAt(0)
  const hex = number.toString(16).toUpperCase()
  return number < 256 ? `%${hex.padStart(2, '0')}` : `%u${hex.padStart(4, '0')}`
}

function decoded(quotes: string, hex: string): string {
  return quotes === '' ? String.fromCharCode(Number.parseInt(hex.replace('u', ''), 16)) : `%${quotes.slice(2)}${hex}`
}

/** The name that Girder keeps for a part of a path; {@link toSegment} gives the part back. */
export function toName(segment: string): string {
  const first = segment.replace(codeFirst, '%25$1$2').replace(spaceFirst, encoded)
  return first.replace(codeLast, '%25$1$2').replace(spaceLast, encoded)
}

/** The part of a path that a name stands for. */
export function toSegment(name: string): string {
  const last = name.replace(codeLast, (_whole, quotes: string, hex: string) => decoded(quotes, hex))
  return last.replace(codeFirst, (_whole, quotes: string, hex: string) => decoded(quotes, hex))
}

/**
 * What the file of an item is called: as the item, but for characters that Girder's header of a download has no place for. With
 * what Latin-1 has and ASCII has not, such as ß, it answers 500.
 */
export function toFileName(itemName: string): string {
  const safe = (character: string): string =>
    /[\0-\x1f\x7f-\xff]/.test(character.normalize('NFKD')) ? encodeURIComponent(character) : character
  return /^[ -~]*$/.test(itemName) ? itemName : Array.from(itemName, safe).join('')
}

/** A path as the folder it lies in, and its last part. */
export function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const slash = path.lastIndexOf('/')
  return { folder: path.slice(0, Math.max(slash, 0)), name: path.slice(slash + 1) }
}

/** A path below a folder; `''` is the root. */
export function joined(folder: string, name: string): string {
  return folder === '' ? name : name === '' ? folder : `${folder}/${name}`
}

/** A file of an item, as far as it matters here. */
export interface GirderFile {
  readonly id: string
  readonly name: string
  readonly size: number
  /** Milliseconds since 1970; Girder tells microseconds at first, and keeps milliseconds. */
  readonly created: number
  readonly mimeType?: string
  /** It is no file here: it leads there. */
  readonly link?: string
}

/** A file that Girder described; undefined for what is none. */
export function toFile(value: unknown): GirderFile | undefined {
  if (!isRecord(value)) return undefined
  const [id, name, created] = [textOf(value['_id']), textOf(value['name']), timeOf(value['created'])]
  const link = textOf(value['linkUrl'])
  const size = countOf(value['size']) ?? (link === undefined ? undefined : 0)
  const mimeType = textOf(value['mimeType'])
  if (id === undefined || name === undefined || size === undefined || created === undefined) return undefined
  return { id, name, size, created, ...(mimeType !== undefined && { mimeType }), ...(link !== undefined && { link }) }
}

/** A time that Girder told, in milliseconds since 1970. */
export function timeOf(value: unknown): number | undefined {
  const text = textOf(value)?.replace(/(\.\d{3})\d*/, '$1')
  const time = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}

/** Name of the one key of an item's metadata that is this client's. */
export const attributesKey = 'fairlead'

/** What this client keeps of an object in the metadata of its item: true of that one file only. */
export interface Attributes {
  readonly file: string
  readonly size: number
  readonly created: number
  readonly sha256?: string
  readonly modified?: string
  readonly contentType?: string
  /** Pairs: keys of documents can't have dots. */
  readonly metadata?: ReadonlyArray<readonly [string, string]>
  /** The upload that it arrived by. */
  readonly upload?: string
  /** It is about to become the object, and may not be yet. */
  readonly pending?: true
}

/** The attributes of a file that was written. */
export function attributesOf(
  file: GirderFile,
  { sha256, modified, metadata }: Partial<WriteAttributes>,
  contentType: string | undefined,
): Attributes {
  return {
    file: file.id,
    size: file.size,
    created: file.created,
    ...(sha256 !== undefined && { sha256 }),
    ...(modified !== undefined && { modified: modified.toISOString() }),
    ...(contentType !== undefined && { contentType }),
    ...(metadata !== undefined && { metadata: Object.entries(metadata) }),
  }
}

/** The attributes that an item has, if it has any. */
export function readAttributes(item: Json): Attributes | undefined {
  const meta = isRecord(item['meta']) ? item['meta'][attributesKey] : undefined
  if (!isRecord(meta)) return undefined
  const [file, size, created] = [textOf(meta['file']), countOf(meta['size']), countOf(meta['created'])]
  if (file === undefined || size === undefined || created === undefined) return undefined
  const [sha256, modified, contentType] = [textOf(meta['sha256']), textOf(meta['modified']), textOf(meta['contentType'])]
  const upload = textOf(meta['upload'])
  const pairs: readonly unknown[] = Array.isArray(meta['metadata']) ? meta['metadata'] : []
  const metadata = pairs.flatMap((pair): Array<readonly [string, string]> => {
    const [key, value]: readonly unknown[] = Array.isArray(pair) ? pair : []
    return typeof key === 'string' && typeof value === 'string' ? [[key, value]] : []
  })
  return {
    file,
    size,
    created,
    ...(sha256 !== undefined && { sha256 }),
    ...(modified !== undefined && { modified }),
    ...(contentType !== undefined && { contentType }),
    ...(metadata.length > 0 && { metadata }),
    ...(upload !== undefined && { upload }),
    ...(meta['pending'] === true && { pending: true }),
  }
}

/** An object from what its item keeps of it: what a listing shows without asking for every file. */
export function entryOf(path: string, { file, size, created, sha256, modified, contentType, metadata }: Attributes): Entry {
  return {
    path,
    kind: 'object',
    id: file,
    size,
    modified: modified === undefined ? new Date(created) : new Date(modified),
    etag: `${file}-${created}`,
    ...(contentType !== undefined && { contentType }),
    ...(sha256 !== undefined && { checksums: [{ algorithm: 'sha256', value: sha256, scope: 'object' }] }),
    ...(metadata !== undefined && { metadata: Object.fromEntries(metadata) }),
  }
}

/** An object from its file; the attributes count only where they are of this very file. */
export function entryOfFile(path: string, file: GirderFile, attributes: Attributes | undefined): Entry {
  if (attributes?.file === file.id && attributes.created === file.created && attributes.size === file.size) return entryOf(path, attributes)
  return entryOf(path, attributesOf(file, {}, file.mimeType))
}

/** Files that are still on their way have such names; none of them is an object yet. */
export const pendingPrefix = '.fairlead-upload-'

/**
 * The file that is the object of an item: of the item's own name, or any where none has it; of several the newest, so that a
 * file takes the place of another at once.
 */
export function shownFile(itemName: string, files: readonly GirderFile[]): GirderFile | undefined {
  const whole = files.filter(({ name }) => !name.startsWith(pendingPrefix))
  const own = whole.filter(({ name }) => name === toFileName(itemName))
  return (own.length > 0 ? own : whole).toSorted(byAge).at(-1)
}

/** Oldest first. */
export function byAge(a: Pick<GirderFile, 'created' | 'id'>, b: Pick<GirderFile, 'created' | 'id'>): number {
  return a.created - b.created || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}
