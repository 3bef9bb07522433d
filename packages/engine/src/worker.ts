import { parentPort } from 'node:worker_threads'
import { toError, toFailure } from './failure.ts'
import { loadHandler } from './load.ts'
import type { Answer, Task } from './protocol.ts'

/* The entry of a worker thread: one batch at a time; the pool sends the next one after the answer. */

const never = new AbortController().signal

async function perform(task: Task): Promise<Answer> {
  try {
    const handler = await loadHandler(task.module)
    const results: unknown[] = []
    for (const unit of task.units) results.push(await handler(unit, { signal: never }))
    return { results }
  } catch (thrown) {
    return { failure: toFailure(toError(thrown, task.handler)) }
  }
}

parentPort?.on('message', (task: Task) => {
  void perform(task).then(answer => parentPort?.postMessage(answer))
})
