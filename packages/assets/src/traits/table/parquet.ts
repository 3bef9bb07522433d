import { lazily, mapValue } from '../lazily.ts'
import { headerError, HeaderWindow, type HeaderReader } from '../reader.ts'
import type { Table } from './table.ts'

/** The footer of Parquet: https://parquet.apache.org/docs/file-format/ */
const magic = [0x50, 0x41, 0x52, 0x31]
const maxFooterBytes = 64 * 1024 * 1024

const parser = lazily(() => import('hyparquet'))

/** Rows and top-level columns as a Parquet's footer tells them; nothing else is read. Throws `input-invalid`. */
export function parquetTable(reader: HeaderReader): Table | Promise<Table> {
  const window = new HeaderWindow(reader)
  const { size } = reader
  if (size < 12 || !window.startsWith(size - 4, magic))
    throw headerError('The Parquet is cut short: it does not end with its magic number.')
  const length = window.uint32(size - 8, true)
  if (length > maxFooterBytes || length + 12 > size) throw headerError(`The Parquet says that its footer has ${length} bytes.`)
  const footer = Uint8Array.from(reader.read(size - 8 - length, length + 8))
  return mapValue(parser(), ({ parquetMetadata }) => {
    try {
      const { num_rows: rows, schema } = parquetMetadata(footer)
      const columns = schema[0]?.num_children
      if (columns !== undefined) return { rows: Number(rows), columns }
    } catch (cause) {
      throw headerError(`The footer of the Parquet can't be read: ${cause instanceof Error ? cause.message : String(cause)}`)
    }
    throw headerError('The footer of the Parquet has no schema.')
  })
}
