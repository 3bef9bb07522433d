import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AnyPlugin, Capabilities, Manifest } from '@fairlead/core'
import { bytesSource, quotePath } from '@fairlead/core'
import type { Client } from '@fairlead/core/host'
import type { Case } from './case.ts'
import { openClient } from './open-client.ts'
import type { Faults, Harness, PlainSettings, Setup } from './harness.ts'
import type { Operation } from './unwritten.ts'

/** What a case works with: a client on an empty place, and a folder of its own on both sides. */
export interface Bench {
  readonly plugin: AnyPlugin
  readonly manifest: Manifest
  readonly capabilities: Capabilities
  readonly harness: Harness
  /** Shared by the cases of a group. */
  readonly client: Client
  /** What injects faults; a case that uses it declares the need. */
  readonly faults: Faults
  /** A folder on the service that no other case uses. */
  readonly folder: string
  /** A collection that no other case uses. */
  readonly collection: string
  /** An empty folder on this machine. */
  readonly scratch: string
  /** The home of the group's settings, journal and facts. */
  readonly home: string
  /** Another connection; by default with the same settings and home. It is closed after the case. */
  connect(options?: { readonly settings?: PlainSettings; readonly home?: string; readonly plugin?: AnyPlugin }): Promise<Client>
  /** Puts an object there, by a write or behind the client's back. */
  put(path: string, body: Uint8Array | string): Promise<void>
  /** Waits until the service shows what was changed. */
  settle(): Promise<void>
  /** How many requests `work` made; 0 where nothing counts them. */
  requests(work: () => Promise<unknown>): Promise<number>
  /** Operations that are declared and not written yet: a process of its own leaves them out too. */
  readonly unwritten: readonly Operation[]
  /** Leaves the case out, with a reason that only a connection can tell. */
  skip(reason: string): never
}

/** The bench of one group. */
export interface GroupBench extends AsyncDisposable {
  readonly harness: Harness
  run(one: Case, skip: (reason: string) => never): Promise<void>
}

/** Starts a place on the service and connects to it. */
export async function startBench(plugin: AnyPlugin, setup: Setup, unwritten: readonly Operation[] = []): Promise<GroupBench> {
  const root = mkdtempSync(join(tmpdir(), 'fairlead-conformance-'))
  await using undo = new AsyncDisposableStack()
  undo.defer(() => rmSync(root, { recursive: true, force: true }))
  const home = join(root, 'home')
  mkdirSync(home)
  const harness = undo.use(await setup.start())
  const client = undo.use(await openClient(plugin, harness.settings, home))
  const started = undo.move()
  let count = 0

  return {
    harness,
    async run(one, skip) {
      count += 1
      const opened: Client[] = []
      const scratch = join(root, `case-${count}`)
      mkdirSync(scratch)
      const bench: Bench = {
        plugin,
        manifest: plugin.manifest,
        capabilities: plugin.manifest.capabilities,
        harness,
        client,
        get faults() {
          if (harness.faults === undefined) throw new Error('this case must declare that it needs faults')
          return harness.faults
        },
        folder: `case-${count}-${randomUUID().slice(0, 8)}`,
        collection: `case${count}x${randomUUID().slice(0, 8)}`,
        scratch,
        home,
        async connect(options = {}) {
          const other = await openClient(options.plugin ?? plugin, options.settings ?? harness.settings, options.home ?? home)
          opened.push(other)
          return other
        },
        async put(path, body) {
          if (plugin.manifest.capabilities.write !== false) await client.write(path, bytesSource(body))
          else
            await harness.seed?.([
              {
                path: quotePath(path, plugin.manifest.capabilities.paths),
                body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
              },
            ])
        },
        settle: async () => await sleep(harness.settleMs ?? 0),
        async requests(work) {
          const before = harness.faults?.requests.length ?? 0
          await work()
          return (harness.faults?.requests.length ?? 0) - before
        },
        unwritten,
        skip,
      }
      try {
        await one.run(bench)
      } finally {
        harness.faults?.clear()
        for (const other of opened) await other[Symbol.asyncDispose]()
        rmSync(scratch, { recursive: true, force: true })
      }
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  }
}
