import { FairleadError } from '@fairlead/core'
import { batches, inFlight } from './batches.ts'
import { toError } from './failure.ts'
import type { HandlerModules, Handlers, ResultOf, UnitOf } from './handler.ts'
import { loadHandler } from './load.ts'
import { Pool } from './pool.ts'
import type { Task } from './protocol.ts'

/** Where an engine runs its units, and what it can run. */
export interface EngineOptions<H extends Handlers> {
  /** Worker threads; 0 (the default) runs in process. */
  readonly threads?: number
  readonly handlers: HandlerModules<H>
}

/** How one run goes. */
export interface RunOptions {
  /** Units sent to a thread in one message (default 1): small units are cheaper in batches. */
  readonly batch?: number
  /** False: results come as they are ready, not in the order of their units (default true). */
  readonly ordered?: boolean
  readonly signal?: AbortSignal
}

/** Runs units of work. */
export interface Engine<H extends Handlers> extends AsyncDisposable {
  readonly threads: number
  /**
   * The results of a handler over all units; units are read as results are taken. The first unit that fails ends the run
   * with its FairleadError (`unexpected` when the handler threw something else); an abort ends it with the signal's
   * reason; an unknown handler is `input-invalid`.
   */
  run<Name extends keyof H & string>(
    handler: Name,
    units: Iterable<UnitOf<H[Name]>> | AsyncIterable<UnitOf<H[Name]>>,
    options?: RunOptions,
  ): AsyncGenerator<ResultOf<H[Name]>>
  close(): Promise<void>
}

async function performHere(task: Task, signal: AbortSignal): Promise<readonly unknown[]> {
  const handler = await loadHandler(task.module)
  const results: unknown[] = []
  for (const unit of task.units) {
    signal.throwIfAborted()
    try {
      results.push(await handler(unit, { signal }))
    } catch (thrown) {
      signal.throwIfAborted()
      throw toError(thrown, task.handler)
    }
  }
  signal.throwIfAborted()
  return results
}

/** An engine in process or on worker threads. Close it (or hold it with `await using`) to end its threads. */
export function createEngine<H extends Handlers>({ threads = 0, handlers }: EngineOptions<H>): Engine<H> {
  if (!Number.isInteger(threads) || threads < 0 || threads > 256) {
    throw new FairleadError('input-invalid', `threads is ${threads}; it must be a whole number from 0 to 256`)
  }
  const pool = threads > 0 ? new Pool(threads) : undefined
  const perform = (task: Task, signal: AbortSignal) => (pool === undefined ? performHere(task, signal) : pool.run(task, signal))

  async function* run<Name extends keyof H & string>(
    name: Name,
    units: Iterable<UnitOf<H[Name]>> | AsyncIterable<UnitOf<H[Name]>>,
    { batch = 1, ordered = true, signal }: RunOptions = {},
  ): AsyncGenerator<ResultOf<H[Name]>> {
    if (!Object.hasOwn(handlers, name)) {
      throw new FairleadError('input-invalid', `there is no handler "${name}"`, { hint: `Handlers: ${Object.keys(handlers).join(', ')}.` })
    }
    const module = handlers[name].href
    const ended = new AbortController()
    const stop = signal === undefined ? ended.signal : AbortSignal.any([signal, ended.signal])
    try {
      stop.throwIfAborted()
      const start = (group: readonly unknown[]) => perform({ handler: name, module, units: group }, stop)
      for await (const results of inFlight(batches(units, batch), start, { width: Math.max(1, threads * 2), ordered })) {
        // The handler's module is typed by `H`; what comes back over a thread border has lost its type.
        for (const result of results) yield result as ResultOf<H[Name]>
      }
    } finally {
      // Nothing runs on for a caller that failed, or that stopped listening.
      ended.abort()
    }
  }

  const close = async () => pool?.close()
  return { threads, run, close, [Symbol.asyncDispose]: close }
}
