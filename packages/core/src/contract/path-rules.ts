import type { PathRules } from './capabilities.ts'
import { FairleadError } from './errors.ts'
import { printable } from './reference.ts'

const encoder = new TextEncoder()

function refuse(path: string, what: string, hint: string): never {
  throw new FairleadError('path-invalid', `"${printable(path)}": ${what}.`, { path, hint })
}

/**
 * The logical form of a path: `/`-separated, no leading slash, no trailing slash, `''` for the root. Nothing is repaired
 * beyond one leading and one trailing slash: empty, `.` and `..` segments, NUL and unpaired surrogates are `path-invalid`.
 */
export function normalizePath(text: string): string {
  const path = text.replace(/^\//, '').replace(/\/$/, '')
  if (path === '') return ''
  if (path.includes('\0')) refuse(text, "a path can't contain NUL", 'Rename the file.')
  if (!path.isWellFormed()) refuse(text, 'it is not valid Unicode', 'Rename the file to a name that is valid UTF-8.')
  for (const segment of path.split('/')) {
    if (segment === '') refuse(text, 'it has an empty part between two slashes', 'Write one slash.')
    if (segment === '.' || segment === '..') refuse(text, `"${segment}" would leave its folder`, 'Write the path without "." and "..".')
  }
  return path
}

/**
 * The folder that a setting such as `prefix` names as a connection's root, without slashes at its ends; `''` for the whole
 * place. `config-invalid` for what is no path, since a root that is not confined confines nothing.
 */
export function rootFolder(prefix: string): string {
  try {
    return normalizePath(prefix.replace(/^\/+|\/+$/g, ''))
  } catch (cause) {
    if (!FairleadError.is(cause, 'path-invalid')) throw cause
    throw new FairleadError('config-invalid', `The prefix is not a folder: ${cause.message}`, {
      hint: 'Write it as folder/subfolder.',
      cause,
    })
  }
}

/** Whether a character is one the store can't keep, or the `%` that stands before such a quoted one. */
function quotable(character: string, rules: PathRules): boolean {
  return character === '%' || rules.forbidden.includes(character)
}

const hexPair = /^%([0-9A-F]{2})$/

/** Whether the three characters at `index` read as one quoted character of this store. */
function readsAsQuoted(segment: string, index: number, rules: PathRules): string | undefined {
  const pair = segment.charAt(index) === '%' ? hexPair.exec(segment.slice(index, index + 3))?.[1] : undefined
  if (pair === undefined) return undefined
  const character = String.fromCharCode(Number.parseInt(pair, 16))
  const restores = quotable(character, rules) || (index === 0 && isReserved(character + segment.slice(3), rules))
  return restores ? character : undefined
}

/** `%` is quoted only where it would read as a quoted character, so ordinary names keep their look. */
function quoteSegment(segment: string, rules: PathRules): string {
  let quoted = ''
  for (let index = 0; index < segment.length; index++) {
    const character = segment.charAt(index)
    const must = character === '%' ? readsAsQuoted(segment, index, rules) !== undefined : rules.forbidden.includes(character)
    quoted += must ? quoteCharacter(character) : character
  }
  return isReserved(segment, rules) ? quoteCharacter(segment.charAt(0)) + quoted.slice(1) : quoted
}

function quoteCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}

function isReserved(segment: string, rules: PathRules): boolean {
  if (rules.reserved.length === 0) return false
  const folded = segment.toLowerCase()
  const stem = folded.split('.', 1)[0] ?? folded
  return rules.reserved.some(name => name.toLowerCase() === folded || (stem !== '' && name.toLowerCase() === stem))
}

function unquoteSegment(segment: string, rules: PathRules): string {
  if (!segment.includes('%')) return segment
  let text = ''
  for (let index = 0; index < segment.length; index++) {
    const character = readsAsQuoted(segment, index, rules)
    text += character ?? segment.charAt(index)
    if (character !== undefined) index += 2
  }
  return text
}

/**
 * The path a store keeps for a logical one: what its rules forbid is written `%XX` (ASCII only), nothing else changes.
 * {@link unquotePath} gives the logical path back.
 */
export function quotePath(path: string, rules: PathRules): string {
  return path
    .split('/')
    .map(segment => quoteSegment(segment, rules))
    .join('/')
}

/** The logical path of a stored one. A `%XX` that this store would not have quoted stays as it is. */
export function unquotePath(path: string, rules: PathRules): string {
  if (!path.includes('%')) return path
  return path
    .split('/')
    .map(segment => unquoteSegment(segment, rules))
    .join('/')
}

/** Refuses (`path-invalid`) a normalised path that the store has no room for, before any request. */
export function checkPath(path: string, rules: PathRules): void {
  const stored = quotePath(path, rules)
  if (stored.length * 3 <= Math.min(rules.segmentBytes, rules.pathBytes)) return
  const pathBytes = encoder.encode(stored).byteLength
  if (pathBytes > rules.pathBytes) refuse(path, `it takes ${pathBytes} bytes, but the store allows ${rules.pathBytes}`, 'Shorten it.')
  for (const segment of stored.split('/')) {
    const bytes = encoder.encode(segment).byteLength
    if (bytes > rules.segmentBytes)
      refuse(path, `its part "${printable(segment, 40)}" takes ${bytes} bytes, but the store allows ${rules.segmentBytes}`, 'Shorten it.')
  }
}

/** Equal for two paths exactly when the store can't tell them apart. */
export function foldPath(path: string, rules: Pick<PathRules, 'case' | 'unicode'>): string {
  const formed = rules.unicode === 'nfc' ? path.normalize('NFC') : path
  return rules.case === 'preserving' ? formed.normalize('NFC').toLowerCase().normalize('NFC') : formed
}

/**
 * Refuses (`path-invalid`) a set of normalised paths of which the store could not keep each: two that fold to one, or,
 * where a file can't also be a folder, one that lies inside another.
 */
export function checkPaths(paths: Iterable<string>, rules: PathRules): void {
  const seen = new Map<string, string>()
  for (const path of paths) {
    checkPath(path, rules)
    const key = foldPath(path, rules)
    const other = seen.get(key)
    if (other !== undefined) {
      refuse(
        path,
        other === path ? 'it is there twice' : `the store can't distinguish it from "${printable(other)}"`,
        'Rename one of the two.',
      )
    }
    seen.set(key, path)
  }
  if (rules.fileAndFolder) return
  for (const [key, path] of seen) {
    for (let slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
      const file = seen.get(key.slice(0, slash))
      if (file !== undefined) refuse(path, `"${printable(file)}" is a file, so it can't also be a folder`, 'Rename one of the two.')
    }
  }
}
