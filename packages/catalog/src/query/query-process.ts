import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { FairleadError } from '@fairlead/core'
import { entryFile, entryFlags } from '../entry.ts'
import type { QueryAnswer, QueryMessage } from './protocol.ts'

type AnswerType = Exclude<QueryAnswer['type'], 'refused'>
type AnswerOf<T extends AnswerType> = Extract<QueryAnswer, { readonly type: T }>

function isOf<T extends AnswerType>(answer: QueryAnswer, type: T): answer is AnswerOf<T> {
  return answer.type === type
}

/** The process that runs one query. */
export class QueryProcess {
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

  /** Sends a message and waits for its answer. What the process worked counts against its time, not what it waited. */
  async ask<T extends AnswerType>(message: QueryMessage, type: T): Promise<AnswerOf<T>> {
    const answer = await this.send(message)
    this.leftMs -= answer.ms
    if (isOf(answer, type)) return answer
    if (answer.type !== 'refused') throw new FairleadError('unexpected', `the query process answered "${answer.type}" instead of ${type}`)
    throw new FairleadError('input-invalid', `the query was rejected: ${answer.message}`, {
      hint: hintFor(answer.message, answer.tables),
    })
  }

  private async send(message: QueryMessage): Promise<QueryAnswer> {
    const { child, signal } = this
    signal?.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<QueryAnswer>()
    const ended = (): void =>
      reject(
        new FairleadError('unexpected', 'the query process ended before it responded', {
          hint: 'Ask for less at once, with a limit or a condition.',
        }),
      )
    const abort = (): void => reject(signal?.reason)
    const late = new FairleadError('timeout', `the query took longer than ${this.timeoutMs / 1000} s`, {
      retry: 'never',
      hint: 'Narrow it with a condition or a limit, or allow more time: --timeout.',
    })
    // An answer that is there already comes first: whoever reads may have kept this thread busy.
    const timer = setTimeout(() => setImmediate(() => setImmediate(() => reject(late))), Math.max(0, this.leftMs))
    child.once('message', resolve).once('exit', ended).once('error', reject)
    signal?.addEventListener('abort', abort, { once: true })
    try {
      child.send(message)
      return await promise
    } finally {
      clearTimeout(timer)
      child.off('message', resolve).off('exit', ended).off('error', reject)
      signal?.removeEventListener('abort', abort)
    }
  }

  /** Kills the process: SQLite can't be asked to stop. */
  end(): void {
    this.child.kill('SIGKILL')
  }
}

function hintFor(refusal: string, tables: readonly string[]): string {
  const names = `Select from: ${tables.join(', ')}.`
  return refusal.startsWith('no such column')
    ? `${names} See their columns with: fairlead query "select * from data limit 1" --format json`
    : names
}
