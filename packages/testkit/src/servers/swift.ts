import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { freePorts } from './ports.ts'
import { serverFolder, startServer, type ServerProcess } from './process.ts'
import { missingPrograms, program } from './programs.ts'
import type { KeystoneServer } from './swift-keystone.ts'
import { corruptObject, listRows } from './swift-backdoor.ts'
import { swiftFiles, type SwiftPorts, type SwiftUser } from './swift-files.ts'

/** How a cluster is started. */
export interface SwiftServerOptions {
  /** Seconds until a token is refused; default one day. Short ones make real answers 401. */
  readonly tokenLifetimeSeconds?: number
  /** The largest object that is no large object; default Swift's own 5 GiB. */
  readonly maxObjectBytes?: number
  /** False leaves the bulk middleware out, as some clusters do; default true. */
  readonly bulkDelete?: boolean
  /** Whose tokens it takes; without one it has a login of its own. */
  readonly keystone?: KeystoneServer
}

/** The settings of a connection to one account. */
export interface SwiftLogin {
  readonly authUrl: URL
  readonly username: string
  readonly password: string
}

/** The settings of a connection to the same account by the S3 API: path style, any request signed with version 4. */
export interface SwiftS3Login {
  readonly endpoint: URL
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

const programs = ['swift-proxy-server', 'swift-account-server', 'swift-container-server', 'swift-object-server', 'memcached']
const how = 'install them with `apt-get install --no-install-recommends swift-proxy swift-account swift-container swift-object memcached`'

const users: readonly SwiftUser[] = [
  { account: 'test', user: 'tester', key: 'testing', groups: ['.admin'] },
  { account: 'test2', user: 'tester2', key: 'testing2', groups: ['.admin'] },
  { account: 'test', user: 'guest', key: 'visiting', groups: [] },
]

/** Why no cluster can be started here: what is missing and how to get it. Undefined when it can. */
export function swiftUnavailable(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return missingPrograms(programs, how, env)
}

/**
 * A whole OpenStack Swift: account, container, object and proxy servers with tempauth, TempURL, large objects, bulk
 * operations, quotas and the S3 API, one replica in a temporary folder, on loopback, until it is disposed or this process ends.
 */
export class SwiftServer implements AsyncDisposable {
  readonly #process: ServerProcess
  /** Where the proxy server answers. */
  readonly url: URL
  /** Where it keeps everything: `srv/d1/objects` holds the bodies. */
  readonly folder: string

  readonly #ports: SwiftPorts

  constructor(process: ServerProcess, ports: SwiftPorts, folder: string) {
    this.#process = process
    this.#ports = ports
    this.url = new URL(`http://127.0.0.1:${ports.proxy}/`)
    this.folder = folder
  }

  /** The administrator of the first account. */
  get login(): SwiftLogin {
    return this.loginOf('test', 'tester')
  }

  /** The administrator of another account of the same cluster. */
  get otherLogin(): SwiftLogin {
    return this.loginOf('test2', 'tester2')
  }

  /** A user of the first account who may do nothing. */
  get guestLogin(): SwiftLogin {
    return this.loginOf('test', 'guest')
  }

  /** The first account by the S3 API. */
  get s3(): SwiftS3Login {
    const { username, password } = this.login
    return { endpoint: this.url, region: 'us-east-1', accessKeyId: username, secretAccessKey: password }
  }

  /** Changes a byte of an object of the first account on the disk, behind the back of the cluster. */
  corrupt(container: string, name: string): void {
    corruptObject(join(this.folder, 'srv', 'd1'), `/AUTH_test/${container}/${name}`)
  }

  /** Lets a container of the first account list names that nothing can be read by: thousands at once, for what lists only. */
  async listRows(
    container: string,
    rows: Iterable<{ readonly name: string; readonly bytes: number; readonly etag: string }>,
  ): Promise<void> {
    await listRows(this.#ports.container, `/AUTH_test/${container}`, rows)
  }

  /** The last lines that its processes wrote. */
  output(lines?: number): string {
    return this.#process.output(lines)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]()
  }

  private loginOf(account: string, user: string): SwiftLogin {
    const found = users.find(other => other.account === account && other.user === user)
    if (found === undefined) throw new Error(`the cluster has no user ${account}:${user}`)
    return { authUrl: new URL('/auth/v1.0', this.url), username: `${account}:${user}`, password: found.key }
  }
}

/** Starts a cluster, in about six seconds: `await using swift = await swiftServer()`. Throws where {@link swiftUnavailable} says why. */
export async function swiftServer(options: SwiftServerOptions = {}): Promise<SwiftServer> {
  const { tokenLifetimeSeconds = 86_400, maxObjectBytes = 5 * 1024 ** 3 + 2, bulkDelete = true, keystone } = options
  const python = interpreterOf(program('swift-proxy-server', how))
  const [proxy = 0, account = 0, container = 0, object = 0, memcached = 0] = await freePorts(5)
  const folder = serverFolder('swift')
  const ports = { proxy, account, container, object, memcached }
  const files = swiftFiles({ folder, runAs: userInfo().username, ports, users, tokenLifetimeSeconds, maxObjectBytes, bulkDelete, keystone })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const url = new URL(`http://127.0.0.1:${proxy}/`)
  const server = await startServer({
    name: 'swift',
    command: python,
    args: [join(folder, 'cluster.py'), join(folder, 'cluster.json')],
    folder,
    removeFolder: true,
    serves: async () => await canStore(url, keystone),
    timeoutMs: 60_000,
  })
  return new SwiftServer(server, ports, folder)
}

/** Debian's programs name the interpreter that has Swift's packages; another one of the same name on PATH has not. */
function interpreterOf(script: string): string {
  const [first = ''] = readFileSync(script, 'utf8').split('\n', 1)
  return /^#!\s*(\S*python\S*)/.exec(first)?.[1] ?? 'python3'
}

/** Whether a login and a look at the account pass, so that all five processes serve. */
async function canStore(url: URL, keystone: KeystoneServer | undefined): Promise<boolean> {
  if (keystone !== undefined) {
    const { token, projectId } = await keystone.logIn()
    return await storesWith(new URL(`/v1/AUTH_${projectId}`, url).href, token)
  }
  const [user] = users
  if (user === undefined) return false
  const login = await ask(new URL('/auth/v1.0', url), 'GET', { 'x-auth-user': `${user.account}:${user.user}`, 'x-auth-key': user.key })
  if (login?.status !== 200) return false
  const { token, storageUrl } = login
  return token !== undefined && storageUrl !== undefined && (await storesWith(storageUrl, token))
}

async function storesWith(storageUrl: string, token: string): Promise<boolean> {
  const headers = { 'x-auth-token': token }
  const container = new URL(`${storageUrl}/ready`)
  const made = await ask(container, 'PUT', headers)
  if (made === undefined || made.status >= 300) return false
  const object = new URL(`${storageUrl}/ready/object`)
  const written = await ask(object, 'PUT', { ...headers, 'content-length': '0' })
  const removed = written?.status === 201 && (await ask(object, 'DELETE', headers))
  return removed !== false && removed !== undefined && (await ask(container, 'DELETE', headers))?.status === 204
}

interface Answer {
  readonly status: number
  readonly token: string | undefined
  readonly storageUrl: string | undefined
}

async function ask(url: URL, method: string, headers: Readonly<Record<string, string>>): Promise<Answer | undefined> {
  return await new Promise(resolve => {
    const asked = request(url, { method, headers, agent: false, timeout: 10_000 }, response => {
      response.resume()
      const one = (name: string): string | undefined => [response.headers[name]].flat()[0]
      response.on('end', () => resolve({ status: response.statusCode ?? 0, token: one('x-auth-token'), storageUrl: one('x-storage-url') }))
      response.on('error', () => resolve(undefined))
    })
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => resolve(undefined))
    asked.end()
  })
}
