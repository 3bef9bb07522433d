import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type Client, type CreateClientOptions, type SettingsInput } from '@fairlead/core/host'
import { onTestFinished } from 'vitest'
import { drive } from '../src/index.ts'
import type { options } from '../src/manifest.ts'
import { startPlace, type Place } from './setups.ts'

export type DriveSettings = SettingsInput<typeof options>

/** A folder on this machine that is gone when the test is. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-drive-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A place that ends with the test, which fails where something was not as Google describes its API. */
export async function place(options: { readonly scope?: string } = {}): Promise<Place> {
  const started = await startPlace(options)
  onTestFinished(async () => await started[Symbol.asyncDispose]())
  return started
}

/** A client of a home of its own that is gone when the test is. */
export async function connect(settings: DriveSettings, more: CreateClientOptions = {}): Promise<Client> {
  const home = more.env?.['FAIRLEAD_HOME'] ?? scratch()
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, FAIRLEAD_HOME: home, FAIRLEAD_SECRETS: 'file', ...more.env }
  const client = await createClient(drive, settings, { ...more, env })
  onTestFinished(async () => await client[Symbol.asyncDispose]())
  return client
}

/** Every item of an iteration. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** What a path holds, as text. */
export async function textAt(client: Client, path: string): Promise<string> {
  return Buffer.from((await client.readBytes(path)).bytes).toString()
}
