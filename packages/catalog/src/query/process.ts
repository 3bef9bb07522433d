import type { StatementSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { openImmutable } from '../snapshot/reader.ts'
import { confine } from './confine.ts'
import type { QueryAnswer, QueryMessage, QueryRequest, QueryValue } from './protocol.ts'

/* The entry of the query process: SQL of a user runs here, so that it can be killed at any time. */

const batchRows = 500

function answer(message: QueryAnswer): void {
  process.send?.(message)
}

function plain(value: unknown): QueryValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  // JSON readers round what is beyond 2^53, so it goes as text.
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
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

function tablesOf(request: QueryRequest): {
  readonly tables: readonly string[]
  readonly run: () => Iterator<unknown>
  readonly columns: readonly string[]
} {
  const database = openImmutable(request.file)
  const tables = database
    .prepare("select name from sqlite_schema where type in ('table', 'view') and name not like 'sqlite_%' order by name")
    .all()
    .map(({ name }) => String(name))
  if (request.groupBy === 'asset') database.exec('create temp view data as select * from asset_data')
  const refused = confine(database, tables)
  try {
    const statement = database.prepare(request.sql)
    if (!isWhole(statement, request.sql)) throw new Error('only one statement can be run at a time')
    statement.setReturnArrays(true)
    statement.setReadBigInts(true)
    const columns = unique(statement.columns().map(({ name }) => name))
    if (columns.length === 0) throw new Error('the statement gives no rows')
    return { tables, columns, run: () => statement.iterate() }
  } catch (cause) {
    throw new Refusal(refused() ?? (cause instanceof Error ? cause.message : String(cause)), tables, { cause })
  }
}

class Refusal extends Error {
  readonly tables: readonly string[]
  constructor(message: string, tables: readonly string[], options: ErrorOptions) {
    super(message, options)
    this.tables = tables
  }
}

let rows: Iterator<unknown> | undefined
let tables: readonly string[] = []

function open(request: QueryRequest): void {
  const query = tablesOf(request)
  tables = query.tables
  rows = query.run()
  answer({ type: 'columns', columns: query.columns })
}

function next(): void {
  const batch: QueryValue[][] = []
  let done = false
  while (batch.length < batchRows && !done) {
    const step = rows?.next() ?? { done: true, value: undefined }
    if (step.done === true) done = true
    else if (Array.isArray(step.value)) batch.push(step.value.map(plain))
  }
  answer({ type: 'rows', rows: batch, done })
}

// While SQLite works this thread hears of nothing, not even that whoever asked is gone: another one looks after that.
const guard = `setInterval(() => process.ppid === ${process.ppid} || process.kill(process.pid, 'SIGKILL'), 500)`
new Worker(guard, { eval: true }).unref()

process.on('message', (message: QueryMessage) => {
  try {
    if (message.type === 'open') open(message.request)
    else next()
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause)
    answer({ type: 'refused', message: text, tables: cause instanceof Refusal ? cause.tables : tables })
  }
})
process.on('disconnect', () => process.exit())
