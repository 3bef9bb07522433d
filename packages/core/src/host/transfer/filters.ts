import { FairleadError } from '../../contract/errors.ts'
import { printable } from '../../contract/reference.ts'
import { parseGlob, type Glob } from './glob.ts'

/** A pattern (see {@link parseGlob}), and whether what it matches is taken or left out. */
export interface FilterRule {
  readonly take: boolean
  readonly pattern: string
}

/** What of a place is wanted. */
export interface FilterOptions {
  /**
   * The first rule that matches decides. A rule that matches a folder holds for everything in it. What no rule matches is the
   * opposite of the last rule: taken behind an exclusion, left out behind an inclusion.
   */
  readonly rules?: readonly FilterRule[]
  /** Bytes, inclusive. What has no known size is taken. */
  readonly minBytes?: number
  readonly maxBytes?: number
  /** Changed at that time or later; what has no known time is taken. */
  readonly newerThan?: Date
  /** Changed before that time. */
  readonly olderThan?: Date
}

/** What of a place is wanted, decided path by path. */
export interface Filter {
  /** By its path alone, before anything else of it is known. */
  wantsPath(path: string): boolean
  /** By its size and time. */
  wantsItem(item: { readonly size?: number; readonly modifiedMs?: number }): boolean
  /** False: nothing below this folder is wanted, so that it need not be looked into. */
  enters(folder: string): boolean
}

/** Takes everything. */
export const everything: Filter = { wantsPath: () => true, wantsItem: () => true, enters: () => true }

/** Makes a filter. Throws `input-invalid` for a pattern that can't be read. */
export function createFilter({ rules = [], minBytes, maxBytes, newerThan, olderThan }: FilterOptions): Filter {
  const parsed = rules.map(({ take, pattern }): { readonly take: boolean; readonly glob: Glob } => ({ take, glob: parseGlob(pattern) }))
  const otherwise = parsed.at(-1)?.take !== true
  const least = minBytes ?? 0
  const most = maxBytes ?? Infinity
  const from = newerThan?.getTime() ?? -Infinity
  const until = olderThan?.getTime() ?? Infinity
  return {
    wantsPath(path) {
      for (const { take, glob } of parsed) if (glob.matches(path)) return take
      return otherwise
    },
    wantsItem: ({ size, modifiedMs }) =>
      (size === undefined || (size >= least && size <= most)) && (modifiedMs === undefined || (modifiedMs >= from && modifiedMs < until)),
    enters(folder) {
      for (const { take, glob } of parsed) {
        if (glob.matchesFolder(folder)) return take
        if (take && glob.mayMatchBelow(folder)) return true
      }
      return otherwise
    },
  }
}

/**
 * Reads the rules of a `--filter-from` file: a line `+ PATTERN` takes, `- PATTERN` leaves out; empty lines and those that begin with
 * `#` say nothing. Throws `input-invalid` that names the line.
 */
export function parseFilterRules(text: string, file: string): FilterRule[] {
  const rules: FilterRule[] = []
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const trimmed = line.trim()
    if (trimmed === '' || trimmed.startsWith('#')) continue
    const match = /^([+-])\s+(.+)$/.exec(trimmed)
    const sign = match?.[1]
    const pattern = match?.[2]
    const place = `line ${index + 1} of ${printable(file)}`
    if (sign === undefined || pattern === undefined) {
      throw new FairleadError('input-invalid', `${place} is not a filter rule: "${printable(trimmed, 60)}".`, {
        path: file,
        hint: 'Start it with "+ " to include what the pattern matches, or "- " to exclude it.',
      })
    }
    try {
      parseGlob(pattern)
    } catch (cause) {
      throw FairleadError.is(cause)
        ? new FairleadError('input-invalid', `${place}: ${cause.message}`, {
            path: file,
            cause,
            ...(cause.hint !== undefined && { hint: cause.hint }),
          })
        : cause
    }
    rules.push({ take: sign === '+', pattern })
  }
  return rules
}
