import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHttp, secret, type Clock, type Context, type Entry, type Host, type Log, type Secret } from '@fairlead/core'
import { DiskConnection } from '../src/connection.ts'

/** What a direct test of the connection stands on: a folder of its own and a host without a keychain. */
export interface Bench extends Disposable {
  readonly root: string
  readonly connection: DiskConnection
  readonly warnings: string[]
  /** The clock's present; set it to go on in time. */
  now: Date
}

export const context: Context = { signal: new AbortController().signal }

export function bench(tokens: Map<string, Secret> = new Map(), root = mkdtempSync(join(tmpdir(), 'fairlead-disk-'))): Bench {
  const warnings: string[] = []
  const quiet = (): void => undefined
  const log: Log = { trace: quiet, debug: quiet, info: quiet, warn: message => void warnings.push(message), error: quiet, child: () => log }
  const made: { now: Date } = { now: new Date('2026-01-01T00:00:00Z') }
  const clock: Clock = { now: () => made.now, sleep: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds)) }
  const host: Host = {
    connection: 'disk',
    http: createHttp({}),
    clock,
    log,
    tokens: {
      get: async key => tokens.get(key),
      set: async (key, value) => void tokens.set(key, secret(value)),
      delete: async key => void tokens.delete(key),
      exclusive: work => work(),
    },
    cacheFolder: () => root,
    table: quiet,
    spinner: () => ({ update: quiet, stop: quiet, [Symbol.dispose]: quiet }),
    login: { accessToken: async () => secret(''), renew: async () => undefined, access: async () => undefined },
    authorize: async () => '',
  }
  const connection = new DiskConnection({
    settings: { root: join(root, 'store'), durability: 'fsync', 'share-url': new URL('http://127.0.0.1:8390/files') },
    host,
  })
  return Object.assign(made, {
    root: join(root, 'store'),
    connection,
    warnings,
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  })
}

/** A whole body, however it came. */
export async function bytesOf(body: Uint8Array | ReadableStream<Uint8Array>): Promise<string> {
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : await new Response(body).text()
}

/** Every page of a recursive listing, page by page. */
export async function listAll(connection: DiskConnection, limit: number, fresh: () => DiskConnection = () => connection): Promise<Entry[]> {
  const entries: Entry[] = []
  let cursor: string | undefined
  do {
    const page = await fresh().doList({ prefix: '', recursive: true, limit }, cursor, context)
    entries.push(...page.items)
    cursor = page.cursor
  } while (cursor !== undefined)
  return entries
}
