import type { Login } from './credentials.ts'
import { loginRefused, loginStrange, type Granted, type LoginPlace } from './grant.ts'

/** The login of version 1: https://docs.openstack.org/swift/latest/overview_auth.html */
export async function tempauth(login: Extract<Login, { version: 1 }>, { host, password }: LoginPlace): Promise<Granted> {
  const { authUrl, user } = login
  const response = await host.http.request({
    url: authUrl,
    headers: { 'x-auth-user': user, 'x-auth-key': await password() },
  })
  if (response.status >= 300) throw await loginRefused(response, authUrl, `user "${user}"`)
  await response.bytes()
  const { headers } = response
  const token = headers['x-auth-token'] ?? headers['x-storage-token']
  const storageUrl = headers['x-storage-url']
  if (token === undefined || storageUrl === undefined) throw loginStrange(authUrl, 'without a token and the address of the account')
  const seconds = Number(headers['x-auth-token-expires'] ?? Number.NaN)
  return {
    token,
    storageUrl,
    expires: Number.isFinite(seconds) ? new Date(host.clock.now().getTime() + seconds * 1000) : undefined,
  }
}
