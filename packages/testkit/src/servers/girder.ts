import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createHttp, FairleadError, type Http } from '@fairlead/core'
import type { PlainSettings } from '../conformance/harness.ts'
import { freePorts } from './ports.ts'
import { serverFolder, startServer } from './process.ts'
import { missingPrograms, program } from './programs.ts'

/** A person of a Girder, and what lets him in. */
export interface GirderUser {
  readonly id: string
  readonly login: string
  readonly password: string
  /** A key of his with all his rights. */
  readonly apiKey: string
}

/** A request of Girder's own, below `/api/v1`; parameters go into the query. */
export interface GirderRequest {
  readonly query?: Readonly<Record<string, string | number | boolean>>
  readonly body?: Uint8Array | string
  readonly headers?: Readonly<Record<string, string>>
  /** Default the administrator's; empty for nobody's. */
  readonly token?: string
}

/** A running Girder, with its own database and an assetstore in its folder. */
export interface GirderServer extends AsyncDisposable {
  readonly url: URL
  readonly admin: GirderUser
  /** What a client connects to the collection that was made with. */
  readonly settings: PlainSettings
  readonly pid: number
  /** The database, as drivers of MongoDB take it. */
  readonly database: string
  /** The last lines that its processes wrote. */
  output(): string
  /** Makes a private collection and gives its id. */
  makeCollection(name: string): Promise<string>
  addUser(login: string): Promise<GirderUser>
  /** What it answers, as JSON; throws for what is no success. */
  ask(method: string, path: string, request?: GirderRequest): Promise<unknown>
  /** The bytes that it answers; throws for what is no success. */
  bytes(method: string, path: string, request?: GirderRequest): Promise<Uint8Array>
  /** Runs Python where girder-client and Girder's own packages are; gives what it printed. */
  python(script: string, ...args: readonly string[]): Promise<string>
}

const programs = ['girder-server', 'girder-store', 'girder-python', 'java']
const how = 'install it with `npm run servers -- install`, which takes Python, Java and Maven'

/** Why no Girder can be started here; undefined when it can. Throws where FAIRLEAD_REQUIRE_SERVERS=1 wants it. */
export function girderUnavailable(env?: NodeJS.ProcessEnv): string | undefined {
  return missingPrograms(programs, how, env)
}

/** Starts Girder on loopback, with a store in memory in the place of MongoDB, in about five seconds. */
export async function girderServer(): Promise<GirderServer> {
  const [port = 0, storePort = 0] = await freePorts(2)
  const folder = serverFolder('girder')
  const assets = join(folder, 'assets')
  mkdirSync(assets)
  const url = new URL(`http://127.0.0.1:${port}/`)
  const database = `mongodb://127.0.0.1:${storePort}/girder`
  const http = createHttp({})
  const server = await startServer({
    name: 'girder',
    command: 'sh',
    args: [
      ...['-c', '"$1" "$2" & shift 2; exec "$@"', 'girder', program('girder-store', how), String(storePort)],
      ...[
        program('girder-server', how),
        'serve',
        '--mode',
        'production',
        '--database',
        database,
        '--host',
        '127.0.0.1',
        '--port',
        String(port),
      ],
    ],
    env: {
      GIRDER_MONGO_URI: database,
      // Nobody listens there: notifications are for browsers.
      GIRDER_NOTIFICATION_REDIS_URL: 'redis://127.0.0.1:1',
      // It keeps 10 GB free by itself.
      GIRDER_FILESYSTEMASSETSTORE_RESERVED_MBYTES: '1',
      LOGLEVEL: 'WARNING',
      LANG: 'C.UTF-8',
    },
    folder,
    removeFolder: true,
    serves: async () => await answers(http, url),
    timeoutMs: 120_000,
  })
  let token = ''
  const bytes: GirderServer['bytes'] = async (method, path, { query = {}, body, headers = {}, token: used = token } = {}) => {
    const target = new URL(`api/v1/${path}`, url)
    for (const [name, value] of Object.entries(query)) target.searchParams.set(name, String(value))
    const answer = await http.request({
      method,
      url: target,
      headers: { ...headers, ...(used !== '' && { 'girder-token': used }) },
      ...(method !== 'GET' && { body: body ?? '' }),
    })
    const content = await answer.bytes(1024 ** 3)
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${Buffer.from(content).toString()}`)
    return content
  }
  const ask: GirderServer['ask'] = async (method, path, request) => {
    const text = Buffer.from(await bytes(method, path, request)).toString()
    return text === '' ? undefined : JSON.parse(text)
  }
  const addUser = async (login: string): Promise<GirderUser> => {
    const password = randomBytes(12).toString('hex')
    const query = { login, password, email: `${login}@example.com`, firstName: 'Ada', lastName: login }
    const made = await ask('POST', 'user', { query, token: '' })
    const own = valueAt(await ask('GET', 'user/authentication', { token: '', headers: basic(login, password) }), 'authToken', 'token')
    const key = await ask('POST', 'api_key', { query: { name: 'tests' }, token: own })
    if (token === '') token = own
    return { id: valueAt(made, '_id'), login, password, apiKey: valueAt(key, 'key') }
  }
  const makeCollection = async (name: string): Promise<string> =>
    valueAt(await ask('POST', 'collection', { query: { name, public: false } }), '_id')
  const dispose = async (): Promise<void> => {
    http[Symbol.dispose]()
    await server[Symbol.asyncDispose]()
  }
  try {
    // The first one is the administrator.
    const admin = await addUser('admin')
    await ask('POST', 'assetstore', { query: { name: 'assets', type: 0, root: assets } })
    await makeCollection('Fairlead')
    return {
      url,
      admin,
      settings: { url: url.href, 'api-key': admin.apiKey, root: '/collection/Fairlead' },
      pid: server.pid,
      database,
      output: () => server.output(),
      makeCollection,
      addUser,
      ask,
      bytes,
      async python(script, ...args) {
        const { stdout } = await promisify(execFile)(program('girder-python', how), ['-c', script, ...args], {
          env: { PATH: process.env.PATH, HOME: folder, LANG: 'C.UTF-8', GIRDER_MONGO_URI: database },
          maxBuffer: 64 * 1024 ** 2,
        })
        return stdout
      },
      [Symbol.asyncDispose]: dispose,
    }
  } catch (cause) {
    await dispose()
    throw cause
  }
}

function basic(login: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}` }
}

/** The text at a place of an answer. */
function valueAt(value: unknown, ...path: readonly string[]): string {
  let at: unknown = value
  for (const key of path) at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined
  if (typeof at !== 'string') throw new Error(`Girder answered without ${path.join('.')}: ${JSON.stringify(value)}`)
  return at
}

async function answers(http: Http, url: URL): Promise<boolean> {
  try {
    const answer = await http.request({ url: new URL('api/v1/system/version', url), idleTimeoutMs: 20_000 })
    await answer.bytes()
    return answer.status === 200
  } catch (cause) {
    if (FairleadError.is(cause)) return false
    throw cause
  }
}
