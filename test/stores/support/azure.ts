import { createHmac } from 'node:crypto'
import { azureServer, faultProxy, type AzureAccount, type PlainSettings } from '@fairlead/testkit'
import { bodyOf, encodedPath, type StoreKind } from './store.ts'

const secrets = ['account-key', 'sas', 'connection-string']

const day = 86_400

/**
 * A signature that lets whoever has it do so much with all blobs of an account, by default for a day:
 * https://learn.microsoft.com/rest/api/storageservices/create-account-sas
 */
function accountSas({ name, key }: AzureAccount, permissions: string, seconds = day): string {
  const version = '2019-12-12'
  const expiry = `${new Date(Date.now() + seconds * 1000).toISOString().slice(0, 19)}Z`
  const fields = [name, permissions, 'b', 'sco', '', expiry, '', '', version]
  const signature = createHmac('sha256', Buffer.from(key, 'base64'))
    .update(`${fields.join('\n')}\n`)
    .digest('base64')
  return new URLSearchParams({ sv: version, ss: 'b', srt: 'sco', sp: permissions, se: expiry, sig: signature }).toString()
}

/** Azure Blob Storage on Azurite. */
export const azureStore: StoreKind = {
  name: 'azure',
  missing: () => undefined,
  async start({ roomBytes } = {}) {
    const server = await azureServer({ ...(roomBytes !== undefined && { diskBytes: roomBytes }) })
    const faults = await faultProxy(server.url)
    const root = String(server.settings['container'])
    const [account] = server.accounts
    const settings: PlainSettings = { ...server.settings, endpoint: faults.url.href }
    const { 'account-key': _key, ...unsigned } = settings
    const loginOf = (more: Readonly<Record<string, string>>) => ({ client: 'azure', settings: { ...unsigned, ...more }, secrets })
    return {
      name: 'azure',
      login: { client: 'azure', settings, secrets },
      faults,
      root,
      rootSetting: 'container',
      outside: { rclone: { TYPE: 'azureblob', SAS_URL: `${server.url.href}?${accountSas(account, 'rwdlac')}` } },
      get: async path => await bodyOf(await server.request('GET', `/${root}/${encodedPath(path)}`)),
      response: async path => await server.request('GET', `/${root}/${encodedPath(path)}`),
      async put(path, body) {
        const headers = { 'x-ms-blob-type': 'BlockBlob' }
        await bodyOf(await server.request('PUT', `/${root}/${encodedPath(path)}`, { body, headers }))
      },
      anonymous: (path, container = root) =>
        [`/${container}/${encodedPath(path)}`, `/${container}?restype=container&comp=list`, '?comp=list'].map(
          address => new URL(server.url.href + address),
        ),
      // Whoever has a signature that lets nothing in.
      stranger: async () => loginOf({ sas: accountSas({ name: account.name, key: Buffer.alloc(64).toString('base64') }, 'rl') }),
      reader: async () => loginOf({ sas: accountSas(account, 'rl') }),
      expiring: async seconds => loginOf({ sas: accountSas(account, 'rwdlac', seconds) }),
      async [Symbol.asyncDispose]() {
        await faults[Symbol.asyncDispose]()
        await server[Symbol.asyncDispose]()
      },
    }
  },
}
