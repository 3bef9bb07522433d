import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type Client, type CreateClientOptions, type SettingsInput } from '@fairlead/core/host'
import { onTestFinished } from 'vitest'
import { swift } from '../src/index.ts'
import type { options } from '../src/manifest.ts'

export type SwiftSettings = SettingsInput<typeof options>

/** A client of a home of its own that is gone when the test is. */
export async function connect(settings: SwiftSettings, more: CreateClientOptions = {}): Promise<Client> {
  const home = mkdtempSync(join(tmpdir(), 'fairlead-swift-test-'))
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, FAIRLEAD_HOME: home, FAIRLEAD_SECRETS: 'file', ...more.env }
  const client = await createClient(swift, settings, { ...more, env })
  onTestFinished(async () => {
    await client[Symbol.asyncDispose]()
    rmSync(home, { recursive: true, force: true })
  })
  return client
}

/** Every item of an iteration. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** Bytes that go in segments, and repeat nowhere. */
export function bigBody(seed = 1, size = 17 * 1024 * 1024 + 123): Uint8Array {
  const body = Buffer.alloc(size)
  for (let at = 0; at + 4 <= size; at += 4) body.writeUInt32LE(Math.imul(at + seed, 2_654_435_761) >>> 0, at)
  return body
}
