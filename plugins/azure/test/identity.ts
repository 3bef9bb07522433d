import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { azureServer, type AzureServer } from '@fairlead/testkit'

/** A certificate of 127.0.0.1, and who signed it. */
const pem = (name: string): string => fileURLToPath(new URL(`../../../packages/core/test/http/fixtures/${name}`, import.meta.url))
export const authority = pem('ca.pem')

/** An emulator that lets tokens of Azure AD in; it reads what they say and asks nobody whether it is true. */
export async function serverWithLogins(): Promise<AzureServer> {
  return await azureServer({ inMemory: true, tls: { certificate: pem('server.pem'), key: pem('server-key.pem'), authority } })
}

/** What a machine in Azure has: an address that gives tokens of its managed identity. */
export interface IdentityEndpoint extends Disposable {
  /** How many tokens it gave. */
  readonly logins: number
}

/** Gives tokens that last so many seconds, and tells this process of it as Azure does: https://learn.microsoft.com/azure/app-service/overview-managed-identity */
export async function identityEndpoint(lastsSeconds: number): Promise<IdentityEndpoint> {
  let logins = 0
  const server = createServer((request, response) => {
    const resource = new URL(request.url ?? '', 'http://localhost').searchParams.get('resource') ?? ''
    const expires = Math.floor(Date.now() / 1000) + lastsSeconds
    response.setHeader('content-type', 'application/json')
    if (request.headers['x-identity-header'] !== 'its secret') return void response.writeHead(401).end('{}')
    logins += 1
    const token = tokenFor(resource, expires, logins)
    response.end(JSON.stringify({ access_token: token, expires_on: String(expires), resource, token_type: 'Bearer' }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  process.env.IDENTITY_ENDPOINT = `http://127.0.0.1:${(server.address() as AddressInfo).port}/msi/token`
  process.env.IDENTITY_HEADER = 'its secret'
  return {
    get logins() {
      return logins
    },
    [Symbol.dispose]() {
      delete process.env.IDENTITY_ENDPOINT
      delete process.env.IDENTITY_HEADER
      server.closeAllConnections()
      server.close()
    },
  }
}

/** A token as Azure AD makes them, but for the signature. */
function tokenFor(resource: string, exp: number, count: number): string {
  const now = Math.floor(Date.now() / 1000)
  const tid = '11111111-2222-3333-4444-555555555555'
  const claims = {
    aud: resource,
    iss: `https://sts.windows.net/${tid}/`,
    iat: now,
    nbf: now - 10,
    exp,
    tid,
    oid: tid,
    ver: '1.0',
    uti: count,
  }
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.${part('unsigned')}`
}
