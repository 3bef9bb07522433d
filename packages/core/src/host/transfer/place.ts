import type { PathRules } from '../../contract/capabilities.ts'
import type { Checksum } from '../../contract/entry.ts'
import type { Client } from '../client.ts'
import type { FileStamp } from '../facts/file-stamp.ts'
import type { Filter } from './filters.ts'

/** One file or object of a place, as a listing tells it: nothing of it was opened. */
export interface Item {
  /** Relative to the place, `/`-separated, normalised: it never leads out of the place. */
  readonly path: string
  /** Bytes; absent where the service does not tell. */
  readonly size?: number
  /** Milliseconds since 1970, as exactly as the place keeps it. */
  readonly modifiedMs?: number
  /** The service's validator, opaque. */
  readonly etag?: string
  readonly version?: string
  readonly checksums?: readonly Checksum[]
  /** Of a local file: what the facts know it by. */
  readonly stamp?: FileStamp
}

/** Something of a place that is no item: it is told, and left out. */
export interface PlaceProblem {
  /** Relative to the place, fit to be printed; bytes that are no text are written as `\xff`. */
  readonly path: string
  readonly reason: 'symbolic-link' | 'special-file' | 'name-not-utf8' | 'unreadable' | 'path-invalid'
  readonly message: string
}

/** How a place is listed. */
export interface PlaceListOptions {
  readonly signal?: AbortSignal
  /** Only what it takes; folders it does not enter are not read where the place has folders. */
  readonly filter?: Filter
  readonly onProblem?: (problem: PlaceProblem) => void
}

/** What both kinds of place can do. */
interface PlaceVerbs {
  /** How a person would write it: `./renders`, `archive:/renders`. */
  readonly title: string
  /** What its paths may be. */
  readonly rules: PathRules
  /**
   * What is at the place itself: `item` a file or an object (its `path` is its name; `parent` is the place that holds it), `folder`
   * a local folder, or a prefix with something below it or the root of a connection; undefined: nothing. Local: a link named by a
   * person is followed.
   */
  look(options?: { readonly signal?: AbortSignal; readonly folder?: boolean }): Promise<Looked>
  /**
   * Everything below, in ascending order of the paths' UTF-8 bytes, in batches; memory stays bounded. Links are not followed. A
   * local folder that is not there is `not-found`; an empty prefix is no error.
   */
  list(options?: PlaceListOptions): AsyncIterable<readonly Item[]>
  /** One item by its path; undefined where nothing (or a folder) is. */
  stat(path: string, options?: { readonly signal?: AbortSignal }): Promise<Item | undefined>
  /** Removes items. What is not there is no error. Local folders that became empty stay. */
  remove(paths: readonly string[], options?: { readonly signal?: AbortSignal }): Promise<void>
  /** The full address of an item: an absolute file name, or `connection:/path`. */
  address(path: string): string
}

/** A folder of this machine (or one file of it, see {@link PlaceVerbs.look}). */
export interface LocalPlace extends PlaceVerbs {
  readonly kind: 'local'
  /** Absolute. */
  readonly root: string
  /** The file of an item. */
  file(path: string): string
  /** The folder below this one. */
  below(path: string): LocalPlace
  /**
   * The file that an item of another place may be written to: `path-invalid` for a name that this system does not take or a path
   * that leads out of the folder by a symbolic link below it. Nothing is made.
   */
  target(path: string): string
}

/** Objects of a client below a prefix. */
export interface ClientPlace extends PlaceVerbs {
  readonly kind: 'client'
  readonly client: Client
  /** Logical; `''` is the root. */
  readonly prefix: string
  /** The object path of an item. */
  object(path: string): string
  /** The place below this one. */
  below(path: string): ClientPlace
}

/** One end of a transfer. */
export type Place = LocalPlace | ClientPlace

/** See {@link PlaceVerbs.look}. */
export type Looked = { readonly kind: 'item'; readonly item: Item; readonly parent: Place } | { readonly kind: 'folder' } | undefined

/** A path below a folder of a place; either may be `''`. */
export function joinPath(folder: string, path: string): string {
  return folder === '' || path === '' ? folder + path : `${folder}/${path}`
}
