import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AnyPlugin } from '@fairlead/core'
import { createClient, type Client } from '@fairlead/core/host'
import type { AzureServer, PlainSettings } from '@fairlead/testkit'
import { azure } from '../src/index.ts'
import { newContainer, sharedServer } from './setups.ts'

/** A container of its own on the emulator, and clients of it. */
export interface Place extends AsyncDisposable {
  readonly server: AzureServer
  readonly container: string
  readonly folder: string
  readonly client: Client
  /** Another client; by default with the same settings, and a home of its own. */
  open(settings?: PlainSettings, env?: Readonly<Record<string, string>>): Promise<Client>
  /** A client with these settings alone, and a home of its own. */
  bare(settings: PlainSettings, env?: Readonly<Record<string, string>>): Promise<Client>
  /** Sends the emulator a request to a blob, signed. */
  blob(
    method: string,
    name: string,
    query?: string,
    headers?: Readonly<Record<string, string>>,
    body?: Uint8Array | string,
  ): Promise<Response>
}

/** Settings are given as a person would type them. */
const plugin: AnyPlugin = azure

/** Opens a client with a home of its own; nothing of this process's environment but `PATH` gets there. */
export async function openAt(home: string, settings: PlainSettings, env: Readonly<Record<string, string>> = {}): Promise<Client> {
  return await createClient(plugin, settings, {
    env: { PATH: process.env.PATH ?? '', HOME: home, FAIRLEAD_HOME: home, FAIRLEAD_SECRETS: 'file', FAIRLEAD_LOG_LEVEL: 'silent', ...env },
  })
}

/** Makes a place. With `make` false there is no container yet. */
export async function startPlace(settings: PlainSettings = {}, { make = true } = {}): Promise<Place> {
  const server = await sharedServer()
  const container = newContainer()
  if (make) await server.makeContainer(container)
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-azure-'))
  const opened: Client[] = []
  const bare: Place['bare'] = async (all, env = {}) => {
    const client = await openAt(mkdtempSync(join(folder, 'home-')), all, env)
    opened.push(client)
    return client
  }
  const open: Place['open'] = async (more = {}, env = {}) => await bare({ ...server.settings, container, ...settings, ...more }, env)
  return {
    server,
    container,
    folder,
    client: await open(),
    open,
    bare,
    blob: async (method, name, query = '', headers = {}, body) =>
      await server.request(method, `/${container}/${name.split('/').map(encodeURIComponent).join('/')}${query}`, {
        headers,
        ...(body !== undefined && { body }),
      }),
    async [Symbol.asyncDispose]() {
      for (const client of opened) await client[Symbol.asyncDispose]()
      await server.request('DELETE', `/${container}?restype=container`)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
