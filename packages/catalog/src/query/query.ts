import { FairleadError } from '@fairlead/core'
import type { Project } from '../project.ts'
import { readableSnapshot } from '../snapshot/reader.ts'
import { convertRows, typeOfClasses } from './column-types.ts'
import { checkParameters } from './parameters.ts'
import type { ParameterValue, QueryAnswer, QueryColumn, QueryValue } from './protocol.ts'
import { QueryProcess } from './query-process.ts'

export interface QueryOptions {
  /** What a row of `data` is: a file (the default) or an asset. */
  readonly groupBy?: 'file' | 'asset'
  /** Values of `:name` in the statement; they are bound, never put into its text. */
  readonly parameters?: Readonly<Record<string, ParameterValue>>
  /** More rows than this end the query with `input-invalid` (default 1,000,000). */
  readonly maxRows?: number
  /** Milliseconds that SQLite may work on the query; longer is `timeout` (default 30,000). Waiting for the reader doesn't count. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** A row of a result, by column. */
export type QueryRow = Readonly<Record<string, QueryValue>>

/** The rows a result begins with. */
export interface FirstRows {
  readonly rows: ReadonlyArray<readonly QueryValue[]>
  /** How many rows were not given. */
  readonly more: number
}

/** The answer to a query. Read `batches` or `rows`, not both, to the end, or dispose it, which ends its process. */
export interface QueryResult extends AsyncDisposable {
  readonly columns: readonly QueryColumn[]
  /** Rows as lists in the order of the columns, many at a time: for what must be fast. */
  readonly batches: AsyncIterable<ReadonlyArray<readonly QueryValue[]>>
  readonly rows: AsyncIterable<QueryRow>
  /** How many rows were read so far. */
  readonly rowsRead: number
  /** The columns with a type each: those of expressions are found by running the statement once over all rows. */
  resolveColumns(): Promise<readonly QueryColumn[]>
  /** At most so many rows, and how many more there are; to be asked instead of reading `batches` or `rows`. */
  first(limit: number): Promise<FirstRows>
}

type RowsAnswer = Extract<QueryAnswer, { readonly type: 'rows' }>

class RunningQuery implements QueryResult {
  readonly columns: readonly QueryColumn[]
  readonly batches: AsyncGenerator<ReadonlyArray<readonly QueryValue[]>>
  private readonly process: QueryProcess
  private readonly maxRows: number
  /** The batch that is made while the one before it is read. */
  private coming: Promise<RowsAnswer> | undefined
  private count = 0

  constructor(process: QueryProcess, columns: readonly QueryColumn[], maxRows: number) {
    this.process = process
    this.columns = columns
    this.maxRows = maxRows
    this.batches = this.readBatches()
  }

  get rowsRead(): number {
    return this.count
  }

  get rows(): AsyncIterable<QueryRow> {
    return this.readRows()
  }

  private ask(): Promise<RowsAnswer> {
    const answer = this.process.ask({ type: 'next' }, 'rows')
    // Whoever reads on hears of a failure; one that nobody waits for is none.
    answer.catch(() => undefined)
    return answer
  }

  private async *readBatches(): AsyncGenerator<ReadonlyArray<readonly QueryValue[]>> {
    try {
      for (let isDone = false; !isDone;) {
        const { rows, done } = await (this.coming ?? this.ask())
        isDone = done
        const count = this.count + rows.length
        this.coming = done || count > this.maxRows ? undefined : this.ask()
        this.count = Math.min(count, this.maxRows)
        const within = Math.min(rows.length, rows.length - (count - this.maxRows))
        yield convertRows(within === rows.length ? rows : rows.slice(0, within), this.columns)
        if (within < rows.length) {
          throw new FairleadError('input-invalid', `the query returns more than ${this.maxRows} rows`, {
            hint: 'Add a limit or a condition, or allow more rows: --max-rows.',
          })
        }
      }
    } finally {
      this.process.end()
    }
  }

  private async *readRows(): AsyncGenerator<QueryRow> {
    const names = this.columns.map(({ name }) => name)
    for await (const batch of this.batches) {
      for (const values of batch) yield Object.fromEntries(names.map((name, index) => [name, values[index] ?? null]))
    }
  }

  async first(limit: number): Promise<FirstRows> {
    const rows: (readonly QueryValue[])[] = []
    for (let isDone = false; !isDone;) {
      const step = await this.batches.next()
      if (step.done === true) return { rows, more: 0 }
      for (const row of step.value) rows.push(row)
      isDone = rows.length > limit
    }
    const read = rows.length - limit
    const next = await this.coming
    if (next === undefined || next.done) return { rows: rows.slice(0, limit), more: read + (next?.rows.length ?? 0) }
    const { count } = await this.process.ask({ type: 'rest' }, 'rest')
    return { rows: rows.slice(0, limit), more: read + next.rows.length + count }
  }

  async resolveColumns(): Promise<readonly QueryColumn[]> {
    if (!this.columns.some(({ type }) => type === 'any')) return this.columns
    await this.coming
    const { classes } = await this.process.ask({ type: 'classes' }, 'classes')
    return this.columns.map(({ name, type }, index) => ({ name, type: type === 'any' ? typeOfClasses(classes[index] ?? []) : type }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.end()
    await this.batches.return(undefined)
  }
}

/**
 * Runs SQL over the catalog, in a process that only reads it and that is killed when its time is over. Without SQL: all
 * rows of `data`. Throws `input-invalid` with SQLite's words for a statement that is wrong or does more than read,
 * `timeout`, `not-found` before the first update, and `config-invalid` for a catalog of another version.
 */
export async function query(project: Project, sql?: string, options: QueryOptions = {}): Promise<QueryResult> {
  const { groupBy = 'file', maxRows = 1_000_000, timeoutMs = 30_000, parameters = {}, signal } = options
  const text = (sql ?? '').trim() === '' ? 'select * from data' : (sql ?? '').trim()
  checkParameters(text, parameters)
  const file = readableSnapshot(project.catalogFolder)
  const child = new QueryProcess(timeoutMs, signal)
  try {
    const { columns } = await child.ask({ type: 'open', request: { file, sql: text, groupBy, parameters } }, 'columns')
    return new RunningQuery(child, columns, maxRows)
  } catch (thrown) {
    child.end()
    throw thrown
  }
}
