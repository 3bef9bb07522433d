import { createWriteStream, existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { FairleadError } from '@fairlead/core'
import { outputPlace } from '@fairlead/core/host'
import type { QueryResult } from '../query.ts'
import { csvText } from './csv.ts'
import { jsonLinesText, jsonText } from './json.ts'

/** The forms in which rows are written. */
export const rowFormats = ['json', 'jsonl', 'csv', 'parquet'] as const
export type RowFormat = (typeof rowFormats)[number]

export interface RowOptions {
  readonly format: RowFormat
  /** CSV only: text that a spreadsheet would run as a formula gets an apostrophe before it. */
  readonly safe?: boolean
}

/** What was written to a file. */
interface WrittenRows {
  readonly rows: number
  readonly bytes: number
}

/** The form that a file's ending asks for. */
export function formatOfFile(file: string): RowFormat | undefined {
  const ending = extname(file).slice(1).toLowerCase()
  if (ending === 'ndjson') return 'jsonl'
  return rowFormats.find(format => format === ending)
}

/** The rows of a result in a form, in pieces as they come; memory stays bounded however many there are. */
export async function* encodeRows(result: QueryResult, { format, safe = false }: RowOptions): AsyncGenerator<string | Uint8Array> {
  if (format === 'csv') yield* csvText(result, safe)
  else if (format === 'json') yield* jsonText(result)
  else if (format === 'jsonl') yield* jsonLinesText(result)
  else {
    const { parquetBytes } = await import('./parquet.ts')
    yield* parquetBytes(result)
  }
}

/**
 * Writes rows to a file: aside, then renamed, so that the file is never half there and an older one stays until then. Where
 * the file is a link, what it points to is replaced; a pipe or a device gets the rows as they come. Throws `path-invalid`
 * where no such file can be.
 */
export async function writeRows(file: string, result: QueryResult, options: RowOptions): Promise<WrittenRows> {
  const refuse = (why: string, cause?: unknown): FairleadError =>
    new FairleadError('path-invalid', `${file} can't be written: ${why}`, {
      path: file,
      hint: 'Give a file in an existing folder.',
      cause,
    })
  const place = outputPlace(file)
  if (!existsSync(dirname(place.target))) throw refuse('its folder does not exist')
  if (place.kind === 'folder') throw refuse('it is a folder')
  const aside = join(dirname(place.target), `.${basename(place.target).slice(0, 100)}.${process.pid}.part`)
  try {
    if (place.kind === 'stream') {
      const stream = createWriteStream(place.target, { flags: 'w' })
      await pipeline(encodeRows(result, options), stream)
      return { rows: result.rowsRead, bytes: stream.bytesWritten }
    }
    await pipeline(encodeRows(result, options), createWriteStream(aside, { flags: 'w', flush: true }))
    const { size } = statSync(aside)
    renameSync(aside, place.target)
    return { rows: result.rowsRead, bytes: size }
  } catch (cause) {
    rmSync(aside, { force: true })
    if (cause instanceof Error && 'syscall' in cause && 'code' in cause) throw refuse(String(cause.code), cause)
    throw cause
  }
}
