import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { secret, type Capabilities, type Clock, type Host, type Log, type Manifest, type TokenCache } from '@fairlead/core'
import { createHttp } from '../../src/http/create-http.ts'
import { createAttempts } from '../../src/host/attempts/attempts.ts'
import type { ObjectVerbs, TransferEvent } from '../../src/host/client.ts'
import { createFolders } from '../../src/host/machine/folders.ts'
import { createLocks } from '../../src/host/machine/locks.ts'
import { createMemoryBudget } from '../../src/host/objects/memory-budget.ts'
import { createObjectVerbs } from '../../src/host/objects/object-verbs.ts'
import type { ClientRuntime } from '../../src/host/runtime.ts'
import { FolderStore, full, type Faults } from './folder-store.ts'
import { noLogin } from '../../src/host/login/login-tokens.ts'

/** A clock on which waiting takes no time. */
const clock: Clock = {
  now: () => new Date(),
  async sleep(_milliseconds, signal) {
    await new Promise(resolve => setImmediate(resolve))
    signal?.throwIfAborted()
  },
}

const quiet: Log = {
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => quiet,
}

function tokens(): TokenCache {
  const values = new Map<string, string>()
  return {
    get: async key => {
      const value = values.get(key)
      return value === undefined ? undefined : secret(value)
    },
    set: async (key, value) => void values.set(key, value),
    delete: async key => void values.delete(key),
    exclusive: work => work(),
  }
}

/** One client over a store in `folder`, with its state beside it. Two of them in one folder are two processes of one user. */
export function objectsIn(
  folder: string,
  capabilities: Capabilities = full,
  faults: Faults = {},
): { readonly store: FolderStore; readonly objects: ObjectVerbs; readonly runtime: ClientRuntime; readonly state: string } {
  const tokenCache = tokens()
  const host: Host = {
    connection: 'test',
    http: createHttp(),
    clock,
    log: quiet,
    tokens: tokenCache,
    cacheFolder: () => join(folder, 'cache'),
    table: () => undefined,
    spinner: () => ({ update: () => undefined, stop: () => undefined, [Symbol.dispose]: () => undefined }),
    login: noLogin('test', 'none'),
    authorize: async () => '',
  }
  const store = new FolderStore(join(folder, 'store'), host, capabilities, faults)
  const manifest: Manifest = {
    contract: 1,
    name: 'folder',
    title: 'Folder',
    summary: 'A folder.',
    package: '@fairlead/client-folder',
    options: {},
    identity: [],
    capabilities,
  }
  const folders = createFolders({ FAIRLEAD_HOME: join(folder, 'home') })
  const runtime: ClientRuntime = {
    name: 'test',
    manifest,
    connection: store,
    capabilities,
    attempts: createAttempts({ connection: store, name: 'test', clock, log: quiet, tokens: tokenCache, random: () => 0 }),
    locks: createLocks(join(folders.state, 'locks')),
    folders,
    clock,
    log: quiet,
    identity: 'folder test',
    memory: createMemoryBudget(),
  }
  return { store, objects: createObjectVerbs(runtime), runtime, state: folders.state }
}

/** Bytes that look like no others: a mistake in an offset shows. */
export function pattern(size: number, seed = 1): Uint8Array {
  const bytes = Buffer.alloc(size)
  for (let index = 0, value = seed; index < size; index++) {
    value = (value * 1_103_515_245 + 12_345) & 0x7fffffff
    bytes[index] = value >> 16
  }
  return bytes
}

/** SHA-256, lower-case hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** What events say was moved now and by earlier processes. */
export function moved(events: readonly TransferEvent[]): { readonly now: number; readonly before: number } {
  let now = 0
  let before = 0
  for (const event of events) {
    if (event.type === 'transfer-delta') now += event.bytes
    if (event.type === 'transfer-resume') before += event.bytes
  }
  return { now, before }
}

/** A stream of these pieces that fails at the end, if told to. */
export function streamOf(pieces: readonly Uint8Array[], failure?: Error): ReadableStream<Uint8Array> {
  let index = 0
  return new ReadableStream(
    {
      pull(controller) {
        const piece = pieces[index++]
        if (piece !== undefined) controller.enqueue(piece)
        else if (failure !== undefined) controller.error(failure)
        else controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}
