import { randomBytes } from 'node:crypto'
import { faultProxy, swiftServer, swiftUnavailable, type SwiftLogin } from '@fairlead/testkit'
import { bodyOf, encodedPath, type StoreKind } from './store.ts'

const secrets = ['password', 'token', 'temp-url-key']
const root = 'fairlead'

/** The account of a login, and a token for it. */
async function loggedIn({ authUrl, username, password }: SwiftLogin): Promise<{ readonly token: string; readonly storage: string }> {
  const answer = await fetch(authUrl, { headers: { 'x-auth-user': username, 'x-auth-key': password } })
  await answer.arrayBuffer()
  return { token: answer.headers.get('x-auth-token') ?? '', storage: answer.headers.get('x-storage-url') ?? '' }
}

/** OpenStack Swift, by its own API. */
export const swiftStore: StoreKind = {
  name: 'swift',
  missing: swiftUnavailable,
  async start({ roomBytes } = {}) {
    const server = await swiftServer()
    const faults = await faultProxy(server.url)
    const { token, storage } = await loggedIn(server.login)
    const account = new URL(storage)
    const request = async (method: string, path: string, headers: Readonly<Record<string, string>> = {}, body?: string | Uint8Array) =>
      await fetch(`${account.href}${path}`, {
        method,
        headers: { 'x-auth-token': token, ...headers },
        ...(body !== undefined && { body: Buffer.from(body) }),
      })
    const quota: Record<string, string> = roomBytes === undefined ? {} : { 'x-container-meta-quota-bytes': String(roomBytes) }
    // What the owner of a container sets, and tells who is to make links.
    const key = randomBytes(32).toString('hex')
    await bodyOf(await request('PUT', `/${root}`, { 'x-container-meta-temp-url-key': key, ...quota }))
    const loginOf = ({ username, password }: SwiftLogin) => {
      const authUrl = new URL('/auth/v1.0', faults.url).href
      const settings = { 'auth-url': authUrl, 'auth-version': '1', username, password, container: root, 'temp-url-key': key }
      return { client: 'swift', settings, secrets }
    }
    return {
      name: 'swift',
      login: loginOf(server.login),
      faults,
      root,
      rootSetting: 'container',
      outside: {
        rclone: {
          TYPE: 'swift',
          AUTH: server.login.authUrl.href,
          AUTH_VERSION: '1',
          USER: server.login.username,
          KEY: server.login.password,
        },
      },
      get: async path => await bodyOf(await request('GET', `/${root}/${encodedPath(path)}`)),
      response: async path => await request('GET', `/${root}/${encodedPath(path)}`),
      async put(path, body) {
        await bodyOf(await request('PUT', `/${root}/${encodedPath(path)}`, {}, body))
      },
      anonymous: (path, container = root) =>
        [`/${container}/${encodedPath(path)}`, `/${container}`, ''].map(address => new URL(account.href + address)),
      stranger: async () => loginOf(server.guestLogin),
      async reader() {
        await bodyOf(await request('POST', `/${root}`, { 'x-container-read': server.guestLogin.username }))
        return loginOf(server.guestLogin)
      },
      async [Symbol.asyncDispose]() {
        await faults[Symbol.asyncDispose]()
        await server[Symbol.asyncDispose]()
      },
    }
  },
}
