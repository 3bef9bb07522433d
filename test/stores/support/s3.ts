import { faultProxy, s3Server, s3Unavailable } from '@fairlead/testkit'
import { bodyOf, encodedPath, type StoreKind } from './store.ts'

const secrets = ['secret-access-key', 'session-token']

/** S3 on Versity's gateway. */
export const s3Store: StoreKind = {
  name: 's3',
  missing: s3Unavailable,
  async start({ roomBytes } = {}) {
    const server = await s3Server({ ...(roomBytes !== undefined && { diskBytes: roomBytes }) })
    const faults = await faultProxy(server.url)
    const root = String(server.settings['bucket'])
    const loginOf = (settings: typeof server.settings) => ({ client: 's3', settings: { ...settings, endpoint: faults.url.href }, secrets })
    const allow = async (principal: string, actions: readonly string[]): Promise<void> => {
      const resources = [`arn:aws:s3:::${root}`, `arn:aws:s3:::${root}/*`]
      const statement = { Effect: 'Allow', Principal: { AWS: [principal] }, Action: actions, Resource: resources }
      const body = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
      await bodyOf(await server.request('PUT', `/${root}?policy`, { body }))
    }
    return {
      name: 's3',
      login: loginOf(server.settings),
      faults,
      root,
      rootSetting: 'bucket',
      outside: {
        rclone: {
          TYPE: 's3',
          PROVIDER: 'Other',
          ENDPOINT: server.url.href,
          REGION: server.keys.region,
          ACCESS_KEY_ID: server.keys.accessKeyId,
          SECRET_ACCESS_KEY: server.keys.secretAccessKey,
        },
      },
      get: async path => await bodyOf(await server.request('GET', `/${root}/${encodedPath(path)}`)),
      response: async path => await server.request('GET', `/${root}/${encodedPath(path)}`),
      async put(path, body) {
        await bodyOf(await server.request('PUT', `/${root}/${encodedPath(path)}`, { body }))
      },
      anonymous: (path, bucket = root) =>
        [`/${bucket}/${encodedPath(path)}`, `/${bucket}?list-type=2`, '/'].map(address => new URL(address, server.url)),
      stranger: async () => loginOf(await server.addAccount('stranger')),
      async reader() {
        const settings = await server.addAccount('reader')
        await allow('reader', ['s3:GetObject', 's3:ListBucket'])
        return loginOf(settings)
      },
      async [Symbol.asyncDispose]() {
        await faults[Symbol.asyncDispose]()
        await server[Symbol.asyncDispose]()
      },
    }
  },
}
