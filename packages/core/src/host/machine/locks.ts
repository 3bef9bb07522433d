import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as wait } from 'node:timers/promises'
import { FairleadError } from '../../contract/errors.ts'
import { ensureFolder } from './folders.ts'
import { makePrivateFile } from './private-file.ts'
import type { Locks } from '../runtime.ts'

/** The first pause between two tries; each is longer by half, up to the second. */
const pauseMs = { first: 2, most: 100 }

/** A wait this long is told of: shorter ones nobody notices. */
const noticeMs = 2000

type LockOptions = NonNullable<Parameters<Locks['exclusive']>[2]>

/** What all locks of a folder share. */
export interface LocksOptions {
  /** Told once per wait for another process; `exclusive` may bring its own. */
  readonly onWait?: (message: string) => void
  /** Milliseconds of waiting until `onWait`, default 2000. */
  readonly noticeMs?: number
}

const sqliteBusy = 5

/** The most to wait (milliseconds) for a lock that is held only while a small file is replaced: a holder that takes longer is stopped or stuck. */
export const fileChangeWaitMs = 30_000

/**
 * Locks as files of one folder. A lock is `BEGIN EXCLUSIVE` on its own SQLite file: nothing is ever written, and the
 * kernel frees the file lock when the process dies, however it dies. Callers of one process queue in order; a lock is
 * not re-entrant. A wait for another process is told to `onWait`, once; after `waitMs` the caller gets `unavailable`.
 */
export function createLocks(folder: string, shared: LocksOptions = {}): Locks {
  const queues = new Map<string, Promise<void>>()

  return {
    async exclusive(name, work, options = {}) {
      options.signal?.throwIfAborted()
      const deadline = options.waitMs === undefined ? Infinity : performance.now() + options.waitMs
      const before = queues.get(name) ?? Promise.resolve()
      const turn = Promise.withResolvers<void>()
      const tail = before.then(() => turn.promise)
      queues.set(name, tail)
      try {
        await turnComes(before, name, deadline, options)
        using _held = await hold(folder, name, deadline, { ...shared, ...options })
        return await work()
      } finally {
        turn.resolve()
        if (queues.get(name) === tail) queues.delete(name)
      }
    },
  }
}

/** Waits for the callers before us in this process. */
async function turnComes(before: Promise<void>, name: string, deadline: number, { signal }: LockOptions): Promise<void> {
  if (signal === undefined && deadline === Infinity) return before
  const gaveUp = Promise.withResolvers<never>()
  const abort = (): void => gaveUp.reject(signal?.reason)
  const timer =
    deadline === Infinity ? undefined : setTimeout(() => gaveUp.reject(tooLong(name)), Math.max(0, deadline - performance.now()))
  signal?.addEventListener('abort', abort, { once: true })
  try {
    await Promise.race([before, gaveUp.promise])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

/** Takes the file lock, trying again after growing pauses. Disposing frees it. */
async function hold(folder: string, name: string, deadline: number, options: LockOptions & LocksOptions): Promise<Disposable> {
  const { signal } = options
  const database = openLock(folder, name)
  let { onWait } = options
  const noticeAt = performance.now() + (options.noticeMs ?? noticeMs)
  try {
    for (let pause = pauseMs.first; !began(database); pause = Math.min(pause * 1.5, pauseMs.most)) {
      const left = deadline - performance.now()
      if (left <= 0) throw tooLong(name)
      if (performance.now() >= noticeAt) {
        onWait?.(`waiting for another fairlead process that holds the lock "${name}"`)
        onWait = undefined
      }
      // Half of each pause is by chance, so that many waiting processes don't try in step.
      await pauseFor(Math.min(left, pause * (0.5 + Math.random() / 2)), signal)
    }
  } catch (error) {
    database.close()
    throw error
  }
  return { [Symbol.dispose]: () => database.close() }
}

async function pauseFor(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await wait(milliseconds, undefined, signal === undefined ? {} : { signal })
  } catch (cause) {
    signal?.throwIfAborted()
    throw cause
  }
}

function began(database: DatabaseSync): boolean {
  try {
    // Nothing is written, so a journal beside the lock would only be one more file to leave behind.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return true
  } catch (cause) {
    if (cause instanceof Error && 'errcode' in cause && cause.errcode === sqliteBusy) return false
    throw cause
  }
}

function openLock(folder: string, name: string): DatabaseSync {
  const file = join(ensureFolder(folder), lockFile(name))
  try {
    makePrivateFile(file)
    return new DatabaseSync(file, { timeout: 0 })
  } catch (cause) {
    throw new FairleadError('config-invalid', `the lock "${name}" can't be opened at ${file}`, {
      path: file,
      hint: 'Check that you can write to this folder, or set FAIRLEAD_HOME to one you can write to.',
      cause,
    })
  }
}

/** A file name of every lock name: as it is where it is short and plain, else its start and a hash. */
function lockFile(name: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,99}$/.test(name)) return `${name}.lock`
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 32)
  return `${name.replaceAll(/[^A-Za-z0-9-]/g, '_').slice(0, 40)}~${digest}.lock`
}

function tooLong(name: string): FairleadError {
  return new FairleadError('unavailable', `another process or operation still holds the lock "${name}"`, {
    hint: 'Wait for it to finish, or stop it; the lock is released when it ends.',
  })
}
