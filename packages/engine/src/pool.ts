import { Worker } from 'node:worker_threads'
import { FairleadError } from '@fairlead/core'
import { workerEntry, workerFlags } from './entry.ts'
import { fromFailure } from './failure.ts'
import type { Answer, Task } from './protocol.ts'

interface Waiting {
  readonly task: Task
  readonly signal: AbortSignal
  readonly resolve: (results: readonly unknown[]) => void
  readonly reject: (reason: unknown) => void
}

/** At most `size` worker threads, started when first needed; an idle one doesn't keep the process alive. */
export class Pool {
  private readonly size: number
  private readonly idle: Worker[] = []
  private readonly busy = new Set<Worker>()
  private readonly waiting: Waiting[] = []

  constructor(size: number) {
    this.size = size
  }

  /** Runs a task on the next free thread. An abort rejects at once and stops the thread: synchronous work hears no signal. */
  run(task: Task, signal: AbortSignal): Promise<readonly unknown[]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ task, signal, resolve, reject })
      this.next()
    })
  }

  async close(): Promise<void> {
    const workers = [...this.idle.splice(0), ...this.busy]
    await Promise.all(workers.map(worker => worker.terminate()))
  }

  private next(): void {
    while (this.waiting.length > 0 && (this.idle.length > 0 || this.busy.size < this.size)) {
      const item = this.waiting.shift()
      if (item === undefined) return
      if (item.signal.aborted) item.reject(item.signal.reason)
      else this.perform(this.idle.pop() ?? this.start(), item)
    }
  }

  private start(): Worker {
    const worker = new Worker(workerEntry, { execArgv: [...workerFlags] })
    worker.on('exit', () => {
      const index = this.idle.indexOf(worker)
      if (index >= 0) this.idle.splice(index, 1)
    })
    return worker
  }

  private perform(worker: Worker, { task, signal, resolve, reject }: Waiting): void {
    const done = (reusable: boolean): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      signal.removeEventListener('abort', onAbort)
      this.busy.delete(worker)
      if (reusable) {
        worker.unref()
        this.idle.push(worker)
      }
      this.next()
    }
    const onMessage = (answer: Answer): void => {
      done(true)
      if ('results' in answer) resolve(answer.results)
      else reject(fromFailure(answer.failure))
    }
    const onError = (cause: unknown): void => {
      done(false)
      const reason = cause instanceof Error ? cause.message : String(cause)
      reject(new FairleadError('unexpected', `the worker thread of "${task.handler}" broke: ${reason}`, { cause }))
    }
    const onExit = (code: number): void => {
      done(false)
      reject(new FairleadError('unexpected', `the worker thread of "${task.handler}" ended with code ${code} before it answered`))
    }
    const onAbort = (): void => {
      done(false)
      void worker.terminate()
      reject(signal.reason)
    }
    this.busy.add(worker)
    worker.ref()
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
    signal.addEventListener('abort', onAbort)
    worker.postMessage(task)
  }
}
