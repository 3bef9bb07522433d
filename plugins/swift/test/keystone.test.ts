import { bytesSource } from '@fairlead/core'
import {
  keystoneServer,
  keystoneUnavailable,
  swiftServer,
  swiftUnavailable,
  type KeystoneServer,
  type SwiftServer,
} from '@fairlead/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { collect, connect, type SwiftSettings } from './support.ts'

const unavailable = swiftUnavailable() ?? keystoneUnavailable()

describe.skipIf(unavailable !== undefined)(
  `a real Keystone before a real Swift${unavailable === undefined ? '' : ` (left out: ${unavailable})`}`,
  () => {
    let keystone: KeystoneServer
    let swift: SwiftServer
    let ids: { readonly projectId: string; readonly userId: string }

    beforeAll(async () => {
      keystone = await keystoneServer()
      swift = await swiftServer({ keystone })
      ids = await keystone.addProject('studio', 'ann', 'secret-ann')
      await keystone.addProject('archive', 'bob', 'secret-bob')
      await keystone.addObjectStore([
        { region: 'north', interface: 'public', url: `${swift.url.href}v1/AUTH_%(project_id)s` },
        { region: 'south', interface: 'public', url: 'http://127.0.0.1:1/v1/AUTH_%(project_id)s' },
      ])
    }, 180_000)
    afterAll(async () => {
      await swift[Symbol.asyncDispose]()
      await keystone[Symbol.asyncDispose]()
    })

    const ann = (): SwiftSettings => ({
      'auth-url': keystone.authUrl.href,
      username: 'ann',
      password: 'secret-ann',
      project: 'studio',
      region: 'north',
      container: 'films',
      'create-container': true,
    })

    test('lets in by user, password and project, by name and by id', async () => {
      const client = await connect(ann())
      await client.write('a', bytesSource('by keystone'))
      const byId = await connect({ ...ann(), project: undefined, 'project-id': ids.projectId, username: undefined, 'user-id': ids.userId })
      expect(Buffer.from((await byId.readBytes('a')).bytes).toString()).toBe('by keystone')
      const named = await connect({ ...ann(), 'user-domain': 'Default', 'project-domain': 'Default', 'auth-url': keystone.url.href })
      expect((await collect(named.list(''))).map(({ path }) => path)).toEqual(['a'])
    })

    test('lets in by an application credential', async () => {
      const { id, secret } = await keystone.addApplicationCredential(ids.userId, 'secret-ann', ids.projectId)
      const credential = { 'application-credential-id': id, 'application-credential-secret': secret }
      const client = await connect({
        'auth-url': keystone.authUrl.href,
        region: 'north',
        container: 'films',
        'create-container': true,
        ...credential,
      })
      await client.write('by-credential', bytesSource('x'))
      expect((await client.stat('by-credential')).size).toBe(1)
    })

    test('takes the settings of an openrc file', async () => {
      const env = {
        OS_AUTH_URL: keystone.authUrl.href,
        OS_USERNAME: 'ann',
        OS_PASSWORD: 'secret-ann',
        OS_PROJECT_NAME: 'studio',
        OS_USER_DOMAIN_NAME: 'Default',
        OS_PROJECT_DOMAIN_ID: 'default',
        OS_REGION_NAME: 'north',
        OS_INTERFACE: 'public',
        OS_IDENTITY_API_VERSION: '3',
        ST_KEY: 'of another service',
      }
      const client = await connect({ container: 'films', 'create-container': true }, { env })
      expect(await client.write('by-openrc', bytesSource('x'))).toMatchObject({ size: 1 })
    })

    test('goes on with a new token when the one that it has is revoked', async () => {
      const client = await connect(ann())
      await client.write('a', bytesSource('before'))
      const tokens = client.connection.host.tokens
      const before = JSON.parse((await tokens.get('session'))?.reveal() ?? '{}')
      await keystone.revoke(before.token)
      // The middleware of the proxy server remembers a token for a second.
      await new Promise(resolve => setTimeout(resolve, 1500))
      expect((await client.readBytes('a')).bytes).toHaveLength(6)
      const after = JSON.parse((await tokens.get('session'))?.reveal() ?? '{}')
      expect(after.token).not.toBe(before.token)
    })

    test('refuses a wrong password, and says whose', async () => {
      const client = await connect({ ...ann(), password: 'wrong' })
      await expect(collect(client.list(''))).rejects.toMatchObject({
        code: 'unauthenticated',
        message: expect.stringContaining('user "ann"'),
      })
    })

    test('refuses a project that the user has no part in, and says which there are', async () => {
      const client = await connect({ ...ann(), project: 'archive' })
      await expect(collect(client.list(''))).rejects.toMatchObject({
        code: 'permission-denied',
        message: expect.stringContaining('"archive"'),
        hint: expect.stringContaining('"studio"'),
      })
    })

    test('wants a project, and says which there are', async () => {
      const client = await connect({ ...ann(), project: undefined })
      await expect(collect(client.list(''))).rejects.toMatchObject({ code: 'config-invalid', hint: expect.stringContaining('"studio"') })
    })

    test('says which regions there are where there is not the one that is wanted', async () => {
      const client = await connect({ ...ann(), region: 'west' })
      await expect(collect(client.list(''))).rejects.toMatchObject({ code: 'config-invalid', hint: 'Set region to "north" or "south".' })
    })

    test('says of an address without a login that it is none', async () => {
      const client = await connect({ ...ann(), 'auth-url': new URL('/no/such/v3', keystone.url).href })
      await expect(collect(client.list(''))).rejects.toMatchObject({ code: 'config-invalid', hint: expect.stringContaining('auth-url') })
    })
  },
)
