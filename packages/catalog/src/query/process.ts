import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { openImmutable } from '../snapshot/reader.ts'
import { columnType } from './column-types.ts'
import { confine } from './confine.ts'
import type { ParameterValue, QueryAnswer, QueryColumn, QueryMessage, QueryRequest, StorageClass, WireValue } from './protocol.ts'

/* The entry of the query process: SQL of a user runs here, so that it can be killed at any time. */

const batchRows = 1000

function plain(value: unknown): WireValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  if (typeof value === 'bigint') {
    // JSON readers round what is beyond 2^53, so it goes as text.
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : String(value)
  }
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : null
}

/** `prepare` takes the first statement and ignores what follows it. */
function isWhole(statement: StatementSync, sql: string): boolean {
  const rest = sql.slice(statement.sourceSQL.length).replaceAll(/--[^\n]*|\/\*[^]*?\*\//g, '')
  return rest.replaceAll(/[;\s]/g, '') === ''
}

/** A row is an object by column, so a second column of a name becomes `name:1`, as SQLite calls it in a view. */
function unique(names: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  return names.map(name => {
    let free = name
    for (let number = 1; taken.has(free); number++) free = `${name}:${number}`
    taken.add(free)
    return free
  })
}

class Refusal extends Error {
  readonly tables: readonly string[]
  constructor(message: string, tables: readonly string[], options: ErrorOptions) {
    super(message, options)
    this.tables = tables
  }
}

type Values = Readonly<Record<string, string | number | null>>

/** SQLite has no truth values: 1 and 0. */
function bound(parameters: Readonly<Record<string, ParameterValue>>): Values {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, typeof value === 'boolean' ? Number(value) : value]))
}

/** A statement that may be run: over the tables of one catalog, confined. */
class ReadStatement {
  readonly tables: readonly string[]
  readonly columns: readonly QueryColumn[]
  private readonly database: DatabaseSync
  private readonly sql: string
  private readonly values: Values
  private readonly rows: Iterator<unknown>

  constructor({ file, sql, groupBy, parameters }: QueryRequest) {
    this.database = openImmutable(file)
    this.sql = sql
    this.values = bound(parameters)
    this.tables = this.database
      .prepare("select name from sqlite_schema where type in ('table', 'view') and name not like 'sqlite_%' order by name")
      .all()
      .map(({ name }) => String(name))
    if (groupBy === 'asset') this.database.exec('create temp view data as select * from asset_data')
    const refused = confine(this.database, this.tables)
    try {
      const statement = this.prepare()
      const columns = statement.columns()
      if (columns.length === 0) throw new Error('the statement returns no rows')
      const names = unique(columns.map(({ name }) => name))
      this.columns = columns.map(({ name, type }, index) => ({ name: names[index] ?? name, type: columnType(name, type) }))
      this.rows = statement.iterate(this.values)
    } catch (cause) {
      throw new Refusal(refused() ?? (cause instanceof Error ? cause.message : String(cause)), this.tables, { cause })
    }
  }

  private prepare(): StatementSync {
    const statement = this.database.prepare(this.sql)
    if (!isWhole(statement, this.sql)) throw new Error('only one statement can be run at a time')
    statement.setReturnArrays(true)
    statement.setReadBigInts(true)
    return statement
  }

  next(): { readonly rows: ReadonlyArray<readonly WireValue[]>; readonly done: boolean } {
    const rows: WireValue[][] = []
    while (rows.length < batchRows) {
      const step = this.rows.next()
      if (step.done === true) return { rows, done: true }
      if (Array.isArray(step.value)) rows.push(step.value.map(plain))
    }
    return { rows, done: false }
  }

  countRest(): number {
    let count = 0
    while (this.rows.next().done !== true) count++
    return count
  }

  classes(): ReadonlyArray<readonly StorageClass[]> {
    const seen = this.columns.map(() => new Set<StorageClass>())
    for (const row of this.prepare().iterate(this.values)) {
      if (!Array.isArray(row)) continue
      for (const [index, value] of row.entries()) {
        if (value !== null) seen[index]?.add(typeof value === 'bigint' ? 'integer' : typeof value === 'number' ? 'number' : 'text')
      }
    }
    return seen.map(classes => [...classes])
  }
}

let statement: ReadStatement | undefined

type Untimed<A> = A extends unknown ? Omit<A, 'ms'> : never

function answerTo(message: QueryMessage): Untimed<QueryAnswer> {
  if (message.type === 'open') statement = new ReadStatement(message.request)
  if (statement === undefined) throw new Error('nothing was asked yet')
  switch (message.type) {
    case 'open':
      return { type: 'columns', columns: statement.columns }
    case 'next':
      return { type: 'rows', ...statement.next() }
    case 'rest':
      return { type: 'rest', count: statement.countRest() }
    case 'classes':
      return { type: 'classes', classes: statement.classes() }
  }
}

// While SQLite works this thread hears of nothing, not even that whoever asked is gone: another one looks after that.
const guard = `setInterval(() => process.ppid === ${process.ppid} || process.kill(process.pid, 'SIGKILL'), 500)`
new Worker(guard, { eval: true }).unref()

process.on('message', (message: QueryMessage) => {
  const start = performance.now()
  const send = (answer: Untimed<QueryAnswer>) => process.send?.({ ...answer, ms: performance.now() - start })
  try {
    send(answerTo(message))
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause)
    send({ type: 'refused', message: text, tables: cause instanceof Refusal ? cause.tables : (statement?.tables ?? []) })
  }
})
process.on('disconnect', () => process.exit())
