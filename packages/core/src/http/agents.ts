import type { HttpAgents } from './http.ts'

/** How this machine reaches the network. Nothing is read from the environment here: the application hands it over. */
export interface AgentOptions {
  /** Sockets per origin, default 64. */
  readonly maxSockets?: number
  /** HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in either case; usually the process's environment. */
  readonly proxyEnv?: Readonly<Record<string, string | undefined>>
  /** PEM texts of certificate authorities that are trusted besides the default ones. */
  readonly ca?: readonly string[]
}

const proxyNames = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy']

/** Agents made on first use: loading node:https alone takes longer than most commands, and many never need it. */
export function createAgents(options: AgentOptions): HttpAgents & Disposable {
  const shared = {
    keepAlive: true,
    maxSockets: options.maxSockets ?? 64,
    maxFreeSockets: options.maxSockets ?? 64,
    proxyEnv: Object.fromEntries(proxyNames.flatMap(name => (options.proxyEnv?.[name] ? [[name, options.proxyEnv[name]]] : []))),
  }
  let http: HttpAgents['http'] | undefined
  let https: HttpAgents['https'] | undefined
  return {
    get http() {
      http ??= new (process.getBuiltinModule('node:http').Agent)(shared)
      return http
    },
    get https() {
      https ??= new (process.getBuiltinModule('node:https').Agent)({ ...shared, ...trust(options.ca ?? []) })
      return https
    },
    [Symbol.dispose]() {
      http?.destroy()
      https?.destroy()
    },
  }
}

/** One secure context for all sockets: given as `ca`, some 150 certificates would be parsed again for each of them. */
function trust(ca: readonly string[]) {
  if (ca.length === 0) return {}
  const tls = process.getBuiltinModule('node:tls')
  return { secureContext: tls.createSecureContext({ ca: [...tls.getCACertificates('default'), ...ca] }) }
}
