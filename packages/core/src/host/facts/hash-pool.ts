import { Worker } from 'node:worker_threads'
import { FairleadError } from '../../contract/errors.ts'
import { regularFlags } from '../machine/open-regular.ts'

/** Worker threads that hash files. */
export interface HashPool extends Disposable {
  /** SHA-256, lower-case hex. On abort the caller hears at once; a hash that is under way is thrown away at its end. */
  sha256(path: string, signal?: AbortSignal): Promise<string>
}

/**
 * What a thread runs. It is text because a bundle has no file of its own to start a thread from; it uses nothing but
 * Node. A file is read again and again into one buffer, so a thread costs one buffer.
 */
const program = `
const { parentPort } = require('node:worker_threads')
const { createHash } = require('node:crypto')
const { openSync, readSync, closeSync } = require('node:fs')
const buffer = Buffer.allocUnsafeSlow(1024 * 1024)
parentPort.on('message', ({ id, path }) => {
  try {
    const descriptor = openSync(path, ${regularFlags})
    try {
      const hash = createHash('sha256')
      for (let count = readSync(descriptor, buffer); count > 0; count = readSync(descriptor, buffer)) hash.update(buffer.subarray(0, count))
      parentPort.postMessage({ id, sha256: hash.digest('hex') })
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    parentPort.postMessage({ id, error: String(error.message) })
  }
})`

interface Waiting {
  readonly path: string
  resolve(sha256: string): void
  reject(error: unknown): void
}

type Answer = { readonly id: number; readonly sha256: string } | { readonly id: number; readonly error: string }

function settle({ path, resolve, reject }: Waiting, answer: Answer): void {
  if ('sha256' in answer) resolve(answer.sha256)
  else
    reject(
      new FairleadError('input-invalid', `"${path}" can't be read: ${answer.error}.`, {
        path,
        hint: 'Check that it is a regular file that you can read.',
      }),
    )
}

/** Starts threads as they are needed, at most `threads`; each takes one file at a time. */
export function createHashPool(threads: number): HashPool {
  const waiting = new Map<number, Waiting>()
  const queue: number[] = []
  const idle: Worker[] = []
  const all = new Set<Worker>()
  let nextId = 0

  const assign = (worker: Worker): void => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      const job = waiting.get(id)
      if (job === undefined) continue
      worker.ref()
      worker.postMessage({ id, path: job.path })
      return
    }
    worker.unref()
    idle.push(worker)
  }
  const start = (): void => {
    const worker = new Worker(program, { eval: true })
    all.add(worker)
    worker.on('message', (answer: Answer) => {
      const job = waiting.get(answer.id)
      waiting.delete(answer.id)
      if (job !== undefined) settle(job, answer)
      assign(worker)
    })
    worker.on('error', error => {
      all.delete(worker)
      for (const job of waiting.values()) job.reject(error)
      waiting.clear()
    })
    assign(worker)
  }
  return {
    sha256(path, signal) {
      signal?.throwIfAborted()
      const { promise, resolve, reject } = Promise.withResolvers<string>()
      const id = nextId++
      const abort = (): void => {
        waiting.delete(id)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', abort, { once: true })
      waiting.set(id, { path, resolve, reject })
      queue.push(id)
      const free = idle.pop()
      if (free !== undefined) assign(free)
      else if (all.size < threads) start()
      return promise.finally(() => signal?.removeEventListener('abort', abort))
    },
    [Symbol.dispose]() {
      for (const worker of all) void worker.terminate()
      all.clear()
      for (const job of waiting.values())
        job.reject(new FairleadError('unexpected', 'hashing was stopped before it finished.', { hint: 'Try again.' }))
      waiting.clear()
    },
  }
}
