import type { ClientRequest, request, RequestOptions } from 'node:http'
import type { request as secureRequest } from 'node:https'
import type { SecureContext } from 'node:tls'
import type { HttpAgents } from './http.ts'

/** Sockets per origin, where nothing else is said. */
export const defaultMaxSockets = 256

/** How this machine reaches the network. Nothing is read from the environment here: the application hands it over. */
export interface AgentOptions {
  /** Sockets per origin, default 256. */
  readonly maxSockets?: number
  /** Milliseconds without a byte before a socket is given up, or closed when nobody uses it. */
  readonly idleTimeoutMs?: number
  /** HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in either case; usually the process's environment. */
  readonly proxyEnv?: Readonly<Record<string, string | undefined>>
  /** PEM texts of certificate authorities that are trusted besides the default ones. */
  readonly ca?: readonly string[]
}

const proxyNames = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy']

/** Agents, and requests through them. */
export interface Agents extends HttpAgents, Disposable {
  request(secure: boolean, options: RequestOptions): ClientRequest
  /** Whether some requests go through a proxy. */
  readonly proxied: boolean
  /** What https connections trust; undefined for what the platform trusts. */
  secureContext(): SecureContext | undefined
}

/** Agents made on first use: loading node:https alone takes longer than most commands, and many never need it. */
export function createAgents(options: AgentOptions): Agents {
  const shared = {
    keepAlive: true,
    maxSockets: options.maxSockets ?? defaultMaxSockets,
    maxFreeSockets: options.maxSockets ?? defaultMaxSockets,
    ...(options.idleTimeoutMs !== undefined && { timeout: options.idleTimeoutMs }),
    proxyEnv: Object.fromEntries(proxyNames.flatMap(name => (options.proxyEnv?.[name] ? [[name, options.proxyEnv[name]]] : []))),
  }
  let http: HttpAgents['http'] | undefined
  // Looked up once: each look-up goes over all the names of the module.
  let requestPlain: typeof request | undefined
  let requestSecure: typeof secureRequest | undefined
  let https: HttpAgents['https'] | undefined
  const trusted = createTrust(options.ca ?? [])
  return {
    get http() {
      http ??= new (process.getBuiltinModule('node:http').Agent)(shared)
      return http
    },
    get https() {
      const secureContext = trusted()
      https ??= new (process.getBuiltinModule('node:https').Agent)({ ...shared, ...(secureContext !== undefined && { secureContext }) })
      return https
    },
    proxied: Object.keys(shared.proxyEnv).length > 0,
    secureContext: trusted,
    request(secure, request) {
      if (secure) {
        requestSecure ??= process.getBuiltinModule('node:https').request
        return requestSecure({ ...request, agent: this.https })
      }
      requestPlain ??= process.getBuiltinModule('node:http').request
      return requestPlain({ ...request, agent: this.http })
    },
    [Symbol.dispose]() {
      http?.destroy()
      https?.destroy()
    },
  }
}

/** One secure context for all sockets: given as `ca`, some 150 certificates would be parsed again for each of them. */
function createTrust(ca: readonly string[]): () => SecureContext | undefined {
  let made: SecureContext | undefined
  return () => {
    if (ca.length === 0) return undefined
    const tls = process.getBuiltinModule('node:tls')
    made ??= tls.createSecureContext({ ca: [...tls.getCACertificates('default'), ...ca] })
    return made
  }
}
