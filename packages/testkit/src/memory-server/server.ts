import { createServer, type Server } from 'node:http'
import { closeServer, listenOnLoopback } from '../loopback.ts'
import { AssetTable } from './assets.ts'
import { answer } from './routes.ts'
import { ShareTable } from './shares.ts'
import { ObjectStore, type StoreRules } from './store.ts'
import { TokenTable } from './tokens.ts'
import { UploadTable } from './uploads.ts'

/** Everything one store of the server holds. */
export interface Tables {
  readonly objects: ObjectStore
  readonly uploads: UploadTable
  readonly shares: ShareTable
  readonly assets: AssetTable
}

/** How a server is started. */
export interface MemoryServerOptions {
  /** What buys tokens. */
  readonly key?: string
  /** How long a token lasts; default one hour. */
  readonly tokenLifetimeMs?: number
}

/** A storage service in this process, answering on a loopback port until it is disposed. */
export class MemoryServer implements AsyncDisposable {
  readonly key: string
  readonly tokens: TokenTable
  readonly #stores = new Map<string, Tables>()
  readonly #server: Server
  #port = 0

  constructor(options: MemoryServerOptions = {}) {
    this.key = options.key ?? 'memory-key'
    this.tokens = new TokenTable(this.key, options.tokenLifetimeMs ?? 3_600_000)
    this.#server = createServer((request, response) => {
      void answer(this, request, response)
    })
    this.#server.keepAliveTimeout = 30_000
  }

  /** Where it answers; share links lead here too. */
  get url(): URL {
    return new URL(`http://127.0.0.1:${this.#port}/`)
  }

  /** The store of that name; the first call makes it, with these rules. */
  store(name: string, rules: Partial<StoreRules> = {}): Tables {
    const present = this.#stores.get(name)
    if (present !== undefined) return present
    const objects = new ObjectStore(rules)
    const made: Tables = { objects, uploads: new UploadTable(objects), shares: new ShareTable(), assets: new AssetTable() }
    this.#stores.set(name, made)
    return made
  }

  async listen(): Promise<this> {
    this.#port = await listenOnLoopback(this.#server)
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeServer(this.#server)
  }
}

/** Starts a server: `await using server = await memoryServer()`. */
export async function memoryServer(options: MemoryServerOptions = {}): Promise<MemoryServer> {
  return await new MemoryServer(options).listen()
}
