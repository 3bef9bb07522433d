import {
  dropboxInMemory,
  faultProxy,
  liveSetup,
  type DropboxInMemory,
  type Harness,
  type PlainSettings,
  type Setup,
} from '@fairlead/testkit'
import { dropbox } from '../src/index.ts'
import { violationOf } from './stone/dropbox.ts'

/** A Dropbox in memory, held to the specification of the API in every call and answer. */
export async function heldDropbox(): Promise<DropboxInMemory> {
  return await dropboxInMemory({ check: violationOf })
}

function setup(name: string, more: PlainSettings = {}): Setup {
  return {
    name,
    hermetic: true,
    async start(): Promise<Harness> {
      const server = await heldDropbox()
      const proxy = await faultProxy(server.url)
      return {
        settings: { endpoint: proxy.url.href, 'app-key': server.appKey, 'refresh-token': server.refreshToken, ...more },
        faults: proxy,
        child: { module: new URL('../src/index.ts', import.meta.url), export: 'dropbox' },
        readBack: async path => server.read(path),
        async seed(objects) {
          for (const { path, body } of objects) server.seed(path, body)
        },
        corrupt: async path => server.corrupt(path),
        expireUploads: async () => server.account.sessions.clear(),
        async [Symbol.asyncDispose]() {
          await proxy[Symbol.asyncDispose]()
          await server[Symbol.asyncDispose]()
          if (server.violations.length > 0) throw new Error(`against the specification: ${server.violations.join('; ')}`)
        },
      }
    },
  }
}

/** Behind the fault proxy, with parts that go at once. */
export const memoryDropbox = setup('a Dropbox in memory')

/** The same with parts in order. */
export const sequentialDropbox = setup('a Dropbox in memory, one part after the other', { 'parallel-parts': false })

/** The same, asked by its own search. */
export const searchedDropbox = setup('a Dropbox in memory, by its own search', { search: 'dropbox' })

/** An account of somebody: `FAIRLEAD_LIVE_DROPBOX_…` gives its tokens and settings. */
export const liveDropbox: Setup = {
  ...liveSetup(dropbox),
  lacks: {
    'share/makes a link that does not open without its password': 'the page that asks for a password is a success to HTTP',
  },
  unavailable(env) {
    const names = ['FAIRLEAD_LIVE_DROPBOX_REFRESH_TOKEN', 'FAIRLEAD_LIVE_DROPBOX_ACCESS_TOKEN']
    return names.some(name => (env[name] ?? '') !== '') ? undefined : `neither ${names.join(' nor ')} is set`
  },
}
