import { ByteWriter, ParquetWriter, type BasicType, type ColumnSource, schemaFromColumnData } from 'hyparquet-writer'
import type { QueryResult } from '../query.ts'
import type { ColumnType, QueryColumn, QueryValue } from '../protocol.ts'

/** Rows of a row group: what is held in memory at a time. */
const groupRows = 20_000

const parquetTypes = {
  text: 'STRING',
  any: 'STRING',
  integer: 'INT64',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  json: 'JSON',
} as const satisfies Readonly<Record<ColumnType, BasicType>>

function asText(value: QueryValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** A value as its Parquet column takes it; what a column declared otherwise can't hold is null. */
function parquetValue(value: QueryValue, type: ColumnType): unknown {
  if (value === null) return null
  switch (type) {
    case 'integer':
      if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : null
      return typeof value === 'string' && /^-?\d{1,19}$/.test(value) ? BigInt(value) : null
    case 'number':
      return typeof value === 'number' || typeof value === 'string' ? Number(value) : null
    case 'boolean':
      return typeof value === 'boolean' ? value : null
    case 'json':
      return value
    case 'text':
    case 'any':
      return asText(value)
  }
}

function sources(columns: readonly QueryColumn[], rows: ReadonlyArray<readonly QueryValue[]>): ColumnSource[] {
  return columns.map(({ name, type }, index) => ({
    name,
    type: parquetTypes[type],
    nullable: true,
    data: rows.map(row => parquetValue(row[index] ?? null, type)),
  }))
}

/** Takes what has been written so far out of the writer, which goes on with an empty buffer. */
function taken(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice()
  writer.index = 0
  return bytes
}

/**
 * Rows as a Parquet file, compressed with Snappy, a row group at a time. Whole numbers are INT64, other numbers DOUBLE,
 * truth values BOOLEAN, lists and maps JSON, all else UTF-8; every column may be null. The type of an expression is the
 * one that holds all of its values.
 */
export async function* parquetBytes(result: QueryResult): AsyncGenerator<Uint8Array> {
  const columns = await result.resolveColumns()
  const writer = new ByteWriter(1024 * 1024)
  const parquet = new ParquetWriter({ writer, schema: schemaFromColumnData({ columnData: sources(columns, []) }), createdBy: 'fairlead' })
  let group: (readonly QueryValue[])[] = []
  const write = async () => {
    await parquet.write({ columnData: sources(columns, group), rowGroupSize: groupRows })
    group = []
    return taken(writer)
  }
  for await (const batch of result.batches) {
    for (const row of batch) group.push(row)
    if (group.length >= groupRows) yield await write()
  }
  if (group.length > 0) yield await write()
  await parquet.finish()
  yield taken(writer)
}
