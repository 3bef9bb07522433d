import * as Flags from '@oclif/core/flags'
import { closeSync, openSync, readSync } from 'node:fs'
import { printable } from '@fairlead/core'
import { parseBytes, parseFilterRules, parseSeconds, type FilterOptions, type FilterRule } from '@fairlead/core/host'
import { usageError } from './exit.ts'

const helpGroup = 'FILTER'

/** On commands that take a part of many files. */
export const filterFlags = {
  include: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    summary: 'Include what the pattern matches. The first matching pattern decides.',
    helpValue: 'PATTERN',
    helpGroup,
  }),
  exclude: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    summary: 'Exclude what the pattern matches, for example "*.tmp", "cache/" or "/raw/**".',
    helpValue: 'PATTERN',
    helpGroup,
  }),
  'filter-from': Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    summary: 'Read patterns from a file: + PATTERN includes, - PATTERN excludes.',
    helpValue: 'FILE',
    helpGroup,
  }),
  'min-size': Flags.string({ summary: 'Only files of at least this size, such as 10KiB.', helpValue: 'SIZE', helpGroup }),
  'max-size': Flags.string({ summary: 'Only files of at most this size.', helpValue: 'SIZE', helpGroup }),
  'newer-than': Flags.string({
    summary: 'Only files changed since then, such as 2d or 12h ago, or a date.',
    helpValue: '2d|DATE',
    helpGroup,
  }),
  'older-than': Flags.string({ summary: 'Only files not changed since then.', helpValue: '2d|DATE', helpGroup }),
}

/** What the parser gives of these flags. */
interface ParsedFilterFlags {
  readonly flags: {
    readonly 'min-size'?: string | undefined
    readonly 'max-size'?: string | undefined
    readonly 'newer-than'?: string | undefined
    readonly 'older-than'?: string | undefined
  }
  /** Everything in the order in which it was written. */
  readonly raw: ReadonlyArray<{ readonly type: string; readonly input: string; readonly flag?: string }>
}

/** The filter of a command line; undefined where it has none. Throws `input-invalid` that says what can't be read. */
export function filterOf({ flags, raw }: ParsedFilterFlags, now = Date.now()): FilterOptions | undefined {
  const rules = raw.flatMap(({ flag, input }) => rulesOf(flag, input))
  const minBytes = sizeOf('min-size', flags['min-size'])
  const maxBytes = sizeOf('max-size', flags['max-size'])
  const newerThan = timeOf('newer-than', flags['newer-than'], now)
  const olderThan = timeOf('older-than', flags['older-than'], now)
  const filter: FilterOptions = {
    ...(rules.length > 0 && { rules }),
    ...(minBytes !== undefined && { minBytes }),
    ...(maxBytes !== undefined && { maxBytes }),
    ...(newerThan !== undefined && { newerThan }),
    ...(olderThan !== undefined && { olderThan }),
  }
  return Object.keys(filter).length === 0 ? undefined : filter
}

/** The order of patterns counts, whichever flag they come by. */
function rulesOf(flag: string | undefined, input: string): readonly FilterRule[] {
  if (flag === 'include' || flag === 'exclude') return [{ take: flag === 'include', pattern: input }]
  return flag === 'filter-from' ? parseFilterRules(readRules(input), input) : []
}

/** Far more than anybody writes; what goes on for ever is a device, or another file than was meant. */
const mostBytes = 4 * 1024 * 1024

function readRules(file: string): string {
  try {
    const text = readUpTo(file, mostBytes)
    if (text !== undefined) return text
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw usageError(`The patterns in "${printable(file)}" can't be read (${code}).`, 'Check the path that --filter-from names.')
  }
  throw usageError(
    `"${printable(file)}" has more than ${mostBytes} bytes, too many for patterns.`,
    'Check the path that --filter-from names.',
  )
}

/** The text of a file or pipe; undefined where it has more bytes than that. */
function readUpTo(file: string, most: number): string | undefined {
  const descriptor = openSync(file, 'r')
  try {
    const pieces: Buffer[] = []
    for (let bytes = 0; bytes <= most;) {
      const piece = Buffer.allocUnsafe(65_536)
      const count = readSync(descriptor, piece)
      if (count === 0) return Buffer.concat(pieces).toString('utf8')
      pieces.push(piece.subarray(0, count))
      bytes += count
    }
    return undefined
  } finally {
    closeSync(descriptor)
  }
}

function sizeOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const bytes = parseBytes(text)
  if (bytes === undefined)
    throw usageError(`--${flag} can't be "${printable(text)}".`, 'Write bytes, or a size such as 10KiB, 5MB or 1GiB.')
  return bytes
}

function timeOf(flag: string, text: string | undefined, now: number): Date | undefined {
  if (text === undefined) return undefined
  const seconds = /^\d+$/.test(text) ? undefined : parseSeconds(text)
  const time = seconds === undefined ? (/^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN) : now - seconds * 1000
  if (Number.isNaN(time))
    throw usageError(
      `--${flag} can't be "${printable(text)}".`,
      'Write how long ago, such as 30m, 12h or 2d, or a date such as 2030-01-31.',
    )
  return new Date(time)
}
