import { readPieces } from '../pieces.ts'
import { headerError, HeaderWindow } from '../reader.ts'
import type { TraitFile } from '../trait-file.ts'
import { CsvCounter, separatorOf } from './csv.ts'
import { JsonCounter } from './json.ts'
import { parquetTable } from './parquet.ts'

/** How many records a file holds, and how many columns they have. */
export interface Table {
  readonly rows: number
  readonly columns: number
}

/** Takes a file piece by piece and counts what it holds. */
export interface TableCounter {
  take(piece: Uint8Array): void
  /** Throws `input-invalid` for what is no such file. */
  finish(): Table
}

const csvExtensions: ReadonlySet<string> = new Set(['csv', 'tsv', 'tab'])
const jsonExtensions: ReadonlySet<string> = new Set(['json', 'jsonl', 'ndjson', 'geojson'])
const linesExtensions: ReadonlySet<string> = new Set(['jsonl', 'ndjson'])
const parquetMagic = [0x50, 0x41, 0x52, 0x31]
/** So much is looked at to tell the separator of a CSV and whether a file without a telling name is JSON. */
const headBytes = 8192

function firstCharacter(head: Uint8Array): string {
  return new TextDecoder().decode(head).trimStart().charAt(0)
}

function counterOf(file: TraitFile): TableCounter {
  const extension = file.name.slice(file.name.lastIndexOf('.') + 1).toLowerCase()
  const head = file.reader.read(0, Math.min(headBytes, file.reader.size))
  if (csvExtensions.has(extension)) return new CsvCounter(separatorOf(head, extension === 'csv' ? ',' : '\t'))
  if (jsonExtensions.has(extension) || ['{', '['].includes(firstCharacter(head))) return new JsonCounter(linesExtensions.has(extension))
  throw headerError('The file is not Parquet, JSON, JSON Lines, CSV or TSV.')
}

/**
 * Rows and columns of a table: Parquet is told by its first bytes, CSV and TSV by their name, JSON and JSON Lines by name
 * or by how they begin. Whatever its size, a file is read in bounded memory. Throws `input-invalid`.
 */
export function tableOf(file: TraitFile): Table | Promise<Table> {
  if (new HeaderWindow(file.reader).startsWith(0, parquetMagic)) return parquetTable(file.reader)
  const counter = counterOf(file)
  return readPieces(
    file.reader,
    piece => counter.take(piece),
    () => counter.finish(),
  )
}
