import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { FairleadError } from '@fairlead/core'
import { entryFile, entryFlags } from '../entry.ts'
import type { Project } from '../project.ts'
import { snapshotFile } from '../snapshot/reader.ts'
import type { QueryAnswer, QueryMessage, QueryValue } from './protocol.ts'

export interface QueryOptions {
  /** What a row of `data` is: a file (the default) or an asset. */
  readonly groupBy?: 'file' | 'asset'
  /** More rows than this end the query with `input-invalid` (default 1,000,000). */
  readonly maxRows?: number
  /** Milliseconds that SQLite may work on the query; longer is `timeout` (default 30,000). Waiting for the reader doesn't count. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** A row of a result, by column. */
export type QueryRow = Readonly<Record<string, QueryValue>>

/** The answer to a query. Read `rows` to the end or dispose it, which ends its process. */
export interface QueryResult extends AsyncDisposable {
  readonly columns: readonly string[]
  readonly rows: AsyncIterable<QueryRow>
}

/** The process that runs one query. */
class QueryProcess {
  private readonly child: ChildProcess
  private readonly signal: AbortSignal | undefined
  private leftMs: number
  private readonly timeoutMs: number

  constructor(timeoutMs: number, signal: AbortSignal | undefined) {
    this.timeoutMs = timeoutMs
    this.leftMs = timeoutMs
    this.signal = signal
    // No environment: a query needs none, and what it holds may be secret.
    this.child = fork(fileURLToPath(entryFile('query/process')), [], {
      execArgv: [...entryFlags, '--max-old-space-size=256', '--no-warnings'],
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
  }

  /** Sends a message and waits for its answer; the time limit runs only meanwhile. */
  async ask(message: QueryMessage): Promise<QueryAnswer> {
    const { child, signal } = this
    signal?.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<QueryAnswer>()
    const ended = (): void =>
      reject(
        new FairleadError('unexpected', 'the query process ended before it answered', {
          hint: 'Ask for less at once, with a limit or a condition.',
        }),
      )
    const abort = (): void => reject(signal?.reason)
    const late = new FairleadError('timeout', `the query took longer than ${this.timeoutMs / 1000} s`, {
      retry: 'never',
      hint: 'Narrow it with a condition or a limit.',
    })
    const timer = setTimeout(() => reject(late), Math.max(0, this.leftMs))
    const start = performance.now()
    child.once('message', resolve).once('exit', ended).once('error', reject)
    signal?.addEventListener('abort', abort, { once: true })
    try {
      child.send(message)
      return await promise
    } finally {
      clearTimeout(timer)
      this.leftMs -= performance.now() - start
      child.off('message', resolve).off('exit', ended).off('error', reject)
      signal?.removeEventListener('abort', abort)
    }
  }

  /** Kills the process: SQLite can't be asked to stop. */
  end(): void {
    this.child.kill('SIGKILL')
  }
}

function refusal(answer: Extract<QueryAnswer, { type: 'refused' }>): FairleadError {
  return new FairleadError('input-invalid', `the query is refused: ${answer.message}`, {
    hint: `Select from: ${answer.tables.join(', ')}.`,
  })
}

async function* readRows(child: QueryProcess, columns: readonly string[], maxRows: number): AsyncGenerator<QueryRow> {
  let count = 0
  try {
    for (let done = false; !done;) {
      const answer = await child.ask({ type: 'next' })
      if (answer.type === 'refused') throw refusal(answer)
      if (answer.type !== 'rows') throw new FairleadError('unexpected', `the query process answered "${answer.type}" instead of rows`)
      for (const values of answer.rows) {
        if (++count > maxRows) {
          throw new FairleadError('input-invalid', `the query gives more than ${maxRows} rows`, {
            hint: 'Add a limit or a condition, or allow more rows.',
          })
        }
        yield Object.fromEntries(columns.map((column, index) => [column, values[index] ?? null]))
      }
      done = answer.done
    }
  } finally {
    child.end()
  }
}

/**
 * Runs SQL over the catalog, in a process that only reads it and that is killed when its time is over. Without SQL: all
 * rows of `data`. Throws `input-invalid` with SQLite's words for a statement that is wrong or does more than read,
 * `timeout`, and `not-found` before the first update.
 */
export async function query(project: Project, sql?: string, options: QueryOptions = {}): Promise<QueryResult> {
  const { groupBy = 'file', maxRows = 1_000_000, timeoutMs = 30_000, signal } = options
  const text = (sql ?? '').trim() === '' ? 'select * from data' : (sql ?? '').trim()
  const file = snapshotFile(project.catalogFolder)
  const child = new QueryProcess(timeoutMs, signal)
  try {
    const answer = await child.ask({ type: 'open', request: { file, sql: text, groupBy } })
    if (answer.type === 'refused') throw refusal(answer)
    if (answer.type !== 'columns') throw new FairleadError('unexpected', `the query process answered "${answer.type}" instead of columns`)
    const rows = readRows(child, answer.columns, maxRows)
    return {
      columns: answer.columns,
      rows,
      [Symbol.asyncDispose]: async () => {
        child.end()
        await rows.return(undefined)
      },
    }
  } catch (thrown) {
    child.end()
    throw thrown
  }
}
