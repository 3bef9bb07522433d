import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type Client, type CreateClientOptions, type SettingsInput } from '@fairlead/core/host'
import { faultProxy, type DropboxInMemory, type FaultProxy } from '@fairlead/testkit'
import { expect, onTestFinished } from 'vitest'
import { dropbox } from '../src/index.ts'
import type { options } from '../src/manifest.ts'
import { heldDropbox } from './setups.ts'

type DropboxSettings = SettingsInput<typeof options>

/** An empty Dropbox, a proxy before it, and a way to connect. The test fails when anything went against the specification. */
export interface Place {
  readonly server: DropboxInMemory
  readonly proxy: FaultProxy
  /** What a client needs to reach it. */
  readonly settings: DropboxSettings
  /** A client, by default of a home of its own; all are closed and gone when the test is. */
  connect(more?: DropboxSettings, options?: CreateClientOptions): Promise<Client>
}

/** A folder that is gone when the test is. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-dropbox-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export async function startPlace(): Promise<Place> {
  const server = await heldDropbox()
  const proxy = await faultProxy(server.url)
  onTestFinished(async () => {
    await proxy[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
    expect(server.violations).toEqual([])
  })
  const settings = { endpoint: proxy.url.href, 'app-key': server.appKey, 'refresh-token': server.refreshToken }
  return {
    server,
    proxy,
    settings,
    async connect(more = {}, options = {}) {
      const home = options.env?.['FAIRLEAD_HOME'] ?? temporaryFolder()
      const env = { PATH: process.env['PATH'] ?? '', HOME: home, FAIRLEAD_HOME: home, FAIRLEAD_SECRETS: 'file', ...options.env }
      const client = await createClient(dropbox, { ...settings, ...more }, { ...options, env })
      onTestFinished(async () => await client[Symbol.asyncDispose]())
      return client
    },
  }
}

/** Every item of an iteration. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** How often routes were called since `from` requests. */
export function callsOf({ proxy }: Place, route: string, from = 0): number {
  return proxy.requests.slice(from).filter(({ path }) => path === route || path === `/2/${route}`).length
}

export const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8')

/** Bytes that go in parts, and repeat nowhere. */
export function bigBody(seed = 1, size = 17 * 1024 * 1024 + 123): Uint8Array {
  const body = Buffer.alloc(size)
  for (let at = 0; at + 4 <= size; at += 4) body.writeUInt32LE(Math.imul(at + seed, 2_654_435_761) >>> 0, at)
  return body
}
