import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider, { type Configuration } from 'oidc-provider'

/** A request to the provider's endpoints, as the tests count them. */
interface Seen {
  readonly path: string
  readonly grant: string | undefined
  readonly body: URLSearchParams
}

/** A real OpenID provider on a loopback port, its accounts and grants in memory. */
export interface RunningProvider extends AsyncDisposable {
  readonly url: URL
  readonly seen: readonly Seen[]
  /** Requests to the token endpoint with that grant. */
  count(grant: string): number
  /** Refuses every access token there is from now on, long before its time. */
  refuseAccess(): Promise<void>
  /** Ends every grant, as a person does on the service's page of connected apps. */
  revokeAll(): Promise<void>
  /** Leaves the next request to that path without an answer; resolves when it is there. */
  holdOnce(path: string): Promise<void>
  /** Answers the next request to that path with this instead. */
  failOnce(path: string, status: number, body?: string): void
}

/** What the tests set. */
export interface ProviderOptions {
  /** Seconds that an access token lives, default 3600. */
  readonly accessSeconds?: number
  /** Whether each renewal gives a new refresh token and takes the old one back for good; default true. */
  readonly rotate?: boolean
}

/** Scopes of this service, as its accesses have them. */
export const scopes = {
  app: ['openid', 'files.app'],
  read: ['openid', 'files.read'],
  full: ['openid', 'files.read', 'files.write'],
} as const

/** Starts a provider with one public client `fairlead` and one with a secret, `fairlead-with-secret`. */
export async function startProvider(options: ProviderOptions = {}): Promise<RunningProvider> {
  const { accessSeconds = 3600, rotate = true } = options
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a TCP server's
  const url = new URL(`http://127.0.0.1:${port}`)
  const client = {
    application_type: 'native' as const,
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    redirect_uris: ['http://127.0.0.1/', 'http://localhost/back'],
    response_types: ['code' as const],
  }
  const grants = new Set<string>()
  const configuration: Configuration = {
    clients: [
      { ...client, client_id: 'fairlead', token_endpoint_auth_method: 'none' },
      {
        ...client,
        client_id: 'fairlead-with-secret',
        client_secret: 'a-secret-of-the-client',
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    scopes: ['openid', 'files.app', 'files.read', 'files.write'],
    features: { deviceFlow: { enabled: true }, revocation: { enabled: true } },
    cookies: { keys: ['a key of the tests'] },
    issueRefreshToken: async (_context, one) => one.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: rotate,
    ttl: {
      AccessToken: accessSeconds,
      Grant: 86_400,
      Session: 86_400,
      Interaction: 3600,
      RefreshToken: 86_400,
      AuthorizationCode: 60,
      DeviceCode: 600,
      IdToken: 3600,
    },
    findAccount: async (_context, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
  }
  const provider = new Provider(url.origin, configuration)
  provider.on('grant.success', context => {
    const id = context.oidc.entities.Grant?.jti
    if (id !== undefined) grants.add(id)
  })
  const accessTokens = new Set<{ destroy(): Promise<unknown> }>()
  provider.on('access_token.saved', token => accessTokens.add(token))
  const seen: Seen[] = []
  const holds = new Map<string, PromiseWithResolvers<void>>()
  const failures = new Map<string, { readonly status: number; readonly body: string }>()
  provider.use(async (context, next) => {
    const held = holds.get(context.path)
    if (held !== undefined) {
      holds.delete(context.path)
      context.respond = false
      held.resolve()
      return
    }
    const failure = failures.get(context.path)
    if (failure === undefined) await next()
    else {
      failures.delete(context.path)
      context.status = failure.status
      context.body = failure.body
    }
    const parsed: unknown = context.oidc?.body
    const body = new URLSearchParams(Object.entries(parsed ?? {}).map(([name, value]): [string, string] => [name, String(value)]))
    seen.push({ path: context.path, grant: body.get('grant_type') ?? undefined, body })
  })
  const handle = provider.callback()
  server.on('request', (request, response) => void handle(request, response))
  return {
    url,
    seen,
    count: grant => seen.filter(one => one.path === '/token' && one.grant === grant).length,
    async refuseAccess() {
      for (const token of accessTokens) await token.destroy()
      accessTokens.clear()
    },
    async revokeAll() {
      for (const id of grants) {
        for (const model of [provider.AccessToken, provider.RefreshToken]) await model.revokeByGrantId(id)
        await (await provider.Grant.find(id))?.destroy()
      }
    },
    async holdOnce(path) {
      const held = Promise.withResolvers<void>()
      holds.set(path, held)
      await held.promise
    },
    failOnce: (path, status, body = '{}') => void failures.set(path, { status, body }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
