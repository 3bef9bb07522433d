import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  copyPairs,
  createFairlead,
  resolveCopy,
  type Client,
  type CopiedFile,
  type CopyFilesOptions,
  type CopyFilesResult,
} from '@fairlead/core/host'
import type { Harness } from '@fairlead/testkit'
import type { Kind } from './kinds.ts'

/** What a copy did, and what it told of each file. */
export interface Copied {
  readonly result: CopyFilesResult
  readonly files: readonly CopiedFile[]
}

/** One application that is connected to all of the given services, each an empty place. */
export class Ground implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'fairlead-clients-'))
  readonly #app
  readonly #places = new Map<string, { readonly harness: Harness; readonly client: Client }>()

  constructor(kinds: readonly Kind[]) {
    this.#app = createFairlead({
      clients: [...new Set(kinds.map(({ plugin }) => plugin))],
      builtIns: {},
      env: { FAIRLEAD_HOME: join(this.folder, 'home'), FAIRLEAD_SECRETS: 'file' },
    })
  }

  /** Starts the services and connects to each. */
  static async start(kinds: readonly Kind[]): Promise<Ground> {
    const ground = new Ground(kinds)
    try {
      for (const kind of kinds) await ground.#connect(kind)
      return ground
    } catch (cause) {
      await ground[Symbol.asyncDispose]()
      throw cause
    }
  }

  async #connect({ name, plugin, setup }: Kind): Promise<void> {
    const harness = await setup.start()
    const connection = `${name}-store`
    await this.#app.add(connection, plugin.manifest.name, harness.settings)
    this.#places.set(name, { harness, client: await this.#app.connect(connection) })
  }

  /** The client of a kind. */
  client(name: string): Client {
    const place = this.#places.get(name)
    if (place === undefined) throw new Error(`no client ${name}`)
    return place.client
  }

  /** Waits until a service shows what was written to it. */
  async settle(name: string): Promise<void> {
    const { settleMs = 0 } = this.#places.get(name)?.harness ?? {}
    if (settleMs > 0) await new Promise(resolve => setTimeout(resolve, settleMs))
  }

  /** Writes a file below the folder and gives its path. */
  write(path: string, content: string | Uint8Array): string {
    const file = join(this.folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
    return file
  }

  /** Copies between kinds, as `fairlead copy` does. */
  async copy(source: string, destination: string, options: CopyFilesOptions = {}): Promise<Copied> {
    const files: CopiedFile[] = []
    const pairs = await resolveCopy([source], destination, async name => this.client(name ?? ''))
    return { result: await copyPairs(pairs, { ...options, onFile: file => files.push(file) }), files }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#app[Symbol.asyncDispose]()
    const ended = await Promise.allSettled([...this.#places.values()].map(({ harness }) => harness[Symbol.asyncDispose]()))
    rmSync(this.folder, { recursive: true, force: true })
    const failures = ended.flatMap(end => (end.status === 'rejected' ? [end.reason] : []))
    if (failures.length > 0) throw new AggregateError(failures, 'a service was not used as it is described')
  }
}
