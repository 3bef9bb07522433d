import { expect, test } from 'vitest'
import { createClient } from '../../src/host/index.ts'
import { definePlugin, type OAuthLogin } from '../../src/index.ts'
import { filesPlugin, login } from '../login/support/service.ts'

test.each<readonly [what: string, change: Partial<OAuthLogin>, says: RegExp]>([
  ['an endpoint without TLS', { tokenEndpoint: 'http://files.example/token' }, /tokenEndpoint must be an https address/],
  ['an endpoint that is no address', { deviceEndpoint: 'files' }, /deviceEndpoint must be an https address/],
  ['a setting that is not there', { settings: { ...login.settings, clientId: 'app' } }, /"app", its login's clientId, must be a setting/],
  [
    'a token that is no secret',
    { settings: { ...login.settings, refreshToken: 'client-id' } },
    /refreshToken, must be a setting of type secret/,
  ],
  ['an endpoint setting that is no address', { endpointSetting: 'client-id' }, /endpointSetting, must be a setting of type url/],
  ['a default that it does not have', { access: { read: [] }, defaultAccess: 'full' }, /no access "full"/],
  ['no guide', { guide: [] }, /no guide/],
])('a manifest whose login has %s is plugin-invalid', (_what, change, says) => {
  expect(() => filesPlugin(change)).toThrow(expect.objectContaining({ code: 'plugin-invalid', message: expect.stringMatching(says) }))
})

test('a connection with a login has to renew its tokens', async () => {
  const { connect, ...plugin } = filesPlugin()
  const lacking = definePlugin({
    ...plugin,
    async connect(init) {
      const connection = await connect(init)
      return Object.assign(connection, { doRefresh: undefined })
    },
  })
  await expect(createClient(lacking, { endpoint: 'http://127.0.0.1:9' }, { env: {} })).rejects.toMatchObject({
    code: 'plugin-invalid',
    message: expect.stringContaining('doRefresh'),
  })
})
