import { FairleadError, mediaTypeByName, type Capabilities, type Entry } from '@fairlead/core'

/** What Dropbox tells of a file. */
export interface FileInfo {
  readonly name: string
  readonly id: string
  readonly rev: string
  readonly size: number
  readonly client_modified: string
  readonly path_display?: string
  readonly path_lower?: string
  readonly content_hash?: string
}

/** What is kept with a file in its property group. */
export interface Kept {
  readonly contentType?: string
  readonly metadata?: Readonly<Record<string, string>>
}

/** A name has at most so many characters. */
const nameCharacters = 255

/**
 * A name as Dropbox keeps it. It takes none with a space at its end: that one goes as `%20`, and a name that ends so of itself has
 * its percent sign quoted, so that every name comes back as it was.
 */
function toName(name: string): string {
  if (name.endsWith(' ')) return `${name.slice(0, -1)}%20`
  return name.replace(/%((?:25)*20)$/, '%25$1')
}

/** The name that {@link toName} was given. */
function fromName(name: string): string {
  return name.endsWith('%20') ? `${name.slice(0, -3)} ` : name.replace(/%25((?:25)*20)$/, '%$1')
}

/** The path of a path below the root, as the API takes it; `''` is the root itself. Throws `path-invalid` for a name that is too long. */
export function toDropboxPath(root: string, path: string): string {
  const whole = root === '' ? path : path === '' ? root : `${root}/${path}`
  if (whole === '') return ''
  const names = whole.normalize('NFC').split('/').map(toName)
  const long = names.find(name => name.length > nameCharacters)
  if (long !== undefined)
    throw new FairleadError('path-invalid', `"${path}": a name has ${long.length} characters, but Dropbox allows ${nameCharacters}.`, {
      path,
      hint: 'Shorten it.',
    })
  return `/${names.join('/')}`
}

/** The path below `folder` of what Dropbox shows: so many parts lead to the folder, whatever their case. */
export function pathBelow(root: string, folder: string, display: string): string {
  const skip = partsOf(root).length + partsOf(folder).length
  const rest = partsOf(display.slice(1)).slice(skip).map(fromName)
  return folder === '' ? rest.join('/') : [folder, ...rest].join('/')
}

/** The path below the root of what Dropbox shows, or undefined where it does not lie there. */
export function pathIn(root: string, display: string): string | undefined {
  const rootPath = toDropboxPath(root, '')
  const inside = rootPath === '' || foldedStart(display, `${rootPath}/`)
  return inside ? pathBelow(root, '', display) : undefined
}

function foldedStart(text: string, start: string): boolean {
  const fold = (value: string): string => value.normalize('NFC').toLowerCase()
  return fold(text).startsWith(fold(start))
}

function partsOf(path: string): string[] {
  return path === '' ? [] : path.split('/')
}

/** A file as an entry. */
export function entryOf(path: string, file: FileInfo, kept: Kept = {}): Entry {
  const contentType = kept.contentType ?? mediaTypeByName(path)
  return {
    path,
    kind: 'object',
    id: file.id,
    size: file.size,
    modified: new Date(file.client_modified),
    etag: file.rev,
    version: file.rev,
    ...(contentType !== undefined && { contentType }),
    ...(file.content_hash !== undefined && { checksums: [{ algorithm: 'dropbox', value: file.content_hash, scope: 'object' }] }),
    ...(kept.metadata !== undefined && { metadata: kept.metadata }),
  }
}

/** What can be a revision: any other text would be refused as no call of the API at all. */
export function isRevision(text: string): boolean {
  return /^[0-9a-f]{9,}$/.test(text)
}

/** A time as the API takes it: whole seconds, UTC. */
export function timestamp(date: Date): string {
  return new Date(Math.floor(date.getTime() / 1000) * 1000).toISOString().replace('.000Z', 'Z')
}

/** JSON for a header: nothing but ASCII. https://www.dropbox.com/developers/reference/json-encoding */
export function headerJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** What the settings leave of the capabilities. */
export function narrowed(
  all: Capabilities,
  {
    parallelParts,
    properties,
    nativeSearch,
  }: { readonly parallelParts: boolean; readonly properties: boolean; readonly nativeSearch: boolean },
): Capabilities {
  const { write } = all
  if (write === false || write.resumable === false) return all
  return {
    ...all,
    write: {
      ...write,
      metadata: properties ? write.metadata : false,
      resumable: { ...write.resumable, order: parallelParts ? write.resumable.order : 'sequential' },
    },
    search: nativeSearch ? all.search : { native: false },
  }
}
