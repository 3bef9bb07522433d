import { deserialize, serialize } from 'node:v8'
import type { FileTraits, TraitValue } from '@fairlead/assets'
import type { Facts } from '@fairlead/core/host'
import { isSameStamp, type Stamp } from '../walk/stamp.ts'

/** The traits of one state of a file, and what tells the functions that measured them from others. */
export interface KnownFile {
  readonly name: string
  readonly stamp: Stamp
  readonly key: string
  readonly measured: FileTraits
}

/** A list, or the one value that all of its elements have. */
type Packed<T> = { readonly same: T } | { readonly each: readonly T[] }

interface FolderRecord {
  readonly version: 1
  /** Joined by `/`, each without what it shares with the one before: how much that is stands before it as one character. */
  readonly names: string
  /** Size, modified, changed and inode of each. */
  readonly stamps: Float64Array
  readonly keys: Packed<string>
  /** JSON of the traits and errors of each: files of one folder mostly have the same. */
  readonly measured: Packed<string>
}

const longestShared = 0x7f

function pack<T>(values: readonly T[]): Packed<T> {
  const [first] = values
  return first !== undefined && values.every(value => value === first) ? { same: first } : { each: values }
}

function unpack<T>(packed: Packed<T>, index: number): T | undefined {
  return 'same' in packed ? packed.same : packed.each[index]
}

function packNames(names: readonly string[]): string {
  let previous = ''
  let packed = ''
  for (const name of names) {
    let shared = 0
    while (shared < longestShared && shared < previous.length && name.charCodeAt(shared) === previous.charCodeAt(shared)) shared++
    // Offset by a digit's code so that no control character or `/` comes up.
    packed += `${String.fromCharCode(shared + 48)}${name.slice(shared)}/`
    previous = name
  }
  return packed
}

function unpackNames(packed: string): string[] {
  let previous = ''
  return packed
    .split('/')
    .slice(0, -1)
    .map(part => (previous = previous.slice(0, part.charCodeAt(0) - 48) + part.slice(1)))
}

/** The bytes in which facts keep what is known of the files of a folder. */
export function packFolder(files: readonly KnownFile[]): Uint8Array {
  const stamps = new Float64Array(files.length * 4)
  const texts = new Map<FileTraits, string>()
  const measured = files.map((file, index) => {
    const { size, modified, changed, inode } = file.stamp
    stamps.set([size, modified, changed, inode], index * 4)
    let text = texts.get(file.measured)
    if (text === undefined) texts.set(file.measured, (text = JSON.stringify(file.measured)))
    return text
  })
  const names = packNames(files.map(({ name }) => name))
  return serialize({ version: 1, names, stamps, keys: pack(files.map(({ key }) => key)), measured: pack(measured) } satisfies FolderRecord)
}

function isPacked(value: unknown): value is Packed<string> {
  return typeof value === 'object' && value !== null && ('same' in value || ('each' in value && Array.isArray(value.each)))
}

function isFolderRecord(value: unknown): value is FolderRecord {
  return (
    typeof value === 'object' &&
    value !== null &&
    'version' in value &&
    value.version === 1 &&
    'names' in value &&
    typeof value.names === 'string' &&
    'stamps' in value &&
    value.stamps instanceof Float64Array &&
    'keys' in value &&
    isPacked(value.keys) &&
    'measured' in value &&
    isPacked(value.measured)
  )
}

function isFileTraits(value: unknown): value is FileTraits {
  return typeof value === 'object' && value !== null && 'traits' in value && 'errors' in value
}

function readRecord(bytes: Uint8Array): FolderRecord | undefined {
  try {
    const value: unknown = deserialize(bytes)
    return isFolderRecord(value) ? value : undefined
  } catch {
    return undefined // Written by another version, or damaged: it is found out again.
  }
}

/** What is known of the files of one folder, by name and state. */
export class KnownFolder {
  private readonly files = new Map<string, KnownFile>()

  constructor(bytes: Uint8Array | undefined) {
    const record = bytes === undefined ? undefined : readRecord(bytes)
    if (record === undefined) return
    const parsed = new Map<string, FileTraits>()
    for (const [index, name] of unpackNames(record.names).entries()) {
      const [size = 0, modified = 0, changed = 0, inode = 0] = record.stamps.subarray(index * 4, index * 4 + 4)
      const text = unpack(record.measured, index) ?? ''
      let measured = parsed.get(text)
      if (measured === undefined) {
        const value: unknown = JSON.parse(text)
        if (!isFileTraits(value)) continue
        parsed.set(text, (measured = value))
      }
      this.files.set(name, { name, stamp: { size, modified, changed, inode }, key: unpack(record.keys, index) ?? '', measured })
    }
  }

  /** All files of which something is known. */
  all(): readonly KnownFile[] {
    return [...this.files.values()]
  }

  /** The traits of this state of a file as these functions measure them; undefined when the file must be opened. */
  traitsOf(name: string, stamp: Stamp, key: string): FileTraits | undefined {
    const file = this.files.get(name)
    return file !== undefined && file.key === key && isSameStamp(file.stamp, stamp) ? file.measured : undefined
  }
}

/** A file whose state is another one, though its content is not. */
export interface MovedState {
  /** Absolute. */
  readonly path: string
  /** Fingerprints as facts have them. */
  readonly from: string
  readonly to: string
}

/** The stamp in a fingerprint of facts: device, inode, size, modification and change time in nanoseconds. */
function stampOf(fingerprint: string): Stamp {
  const [, inode = '', size = '', modified = '', changed = ''] = fingerprint.split(':')
  const milliseconds = (nanoseconds: string) => Number(nanoseconds.slice(0, -9)) * 1000 + Number(nanoseconds.slice(-9)) / 1e6
  return { inode: Number(inode), size: Number(size), modified: milliseconds(modified), changed: milliseconds(changed) }
}

/** Lets what is known of files count for another state of them: a hard link changes the change time of a file and nothing else. */
export function carryTraits(facts: Facts, moves: readonly MovedState[]): void {
  const folders = new Map<string, Map<string, MovedState>>()
  for (const move of moves) {
    const slash = move.path.lastIndexOf('/')
    const folder = move.path.slice(0, slash)
    const inFolder = folders.get(folder) ?? new Map<string, MovedState>()
    folders.set(folder, inFolder.set(move.path.slice(slash + 1), move))
  }
  for (const [folder, inFolder] of folders) {
    const bytes = facts.folder(folder)
    if (bytes === undefined) continue
    const files = new KnownFolder(bytes).all().map(file => {
      const move = inFolder.get(file.name)
      return move !== undefined && isSameStamp(file.stamp, stampOf(move.from)) ? { ...file, stamp: stampOf(move.to) } : file
    })
    facts.rememberFolder(folder, packFolder(files))
  }
}

/** One value of a trait that files share is one object, so that it is written once. */
export type SharedTraits = (measured: FileTraits) => FileTraits

/** Gives for equal traits, one after the other, the same object. */
export function sharer(): SharedTraits {
  let last: FileTraits | undefined
  const isSame = (a: Readonly<Record<string, TraitValue>>, b: Readonly<Record<string, TraitValue>>) => {
    const names = Object.keys(a)
    return names.length === Object.keys(b).length && names.every(name => a[name] === b[name])
  }
  return measured => {
    if (last !== undefined && measured.isTransient !== true && isSame(last.traits, measured.traits) && isSame(last.errors, measured.errors))
      return last
    return (last = measured)
  }
}
