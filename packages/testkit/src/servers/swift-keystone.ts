import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { freePort } from './ports.ts'
import { serverFolder, startServer, type ServerProcess } from './process.ts'
import { missingPrograms, program } from './programs.ts'

const how = 'install it with `apt-get install --no-install-recommends keystone python3-keystonemiddleware`'

/** Why no Keystone can be started here. Undefined when it can. */
export function keystoneUnavailable(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return missingPrograms(['keystone-manage'], how, env)
}

/** An OpenStack Keystone over SQLite in a temporary folder, on loopback, until it is disposed or this process ends. */
export class KeystoneServer implements AsyncDisposable {
  readonly #process: ServerProcess
  /** Without a version: `/v3` is below it. */
  readonly url: URL
  /** Of the user `admin` in the project `admin` of the domain `default`. */
  readonly password: string
  #token: string | undefined

  constructor(process: ServerProcess, url: URL, password: string) {
    this.#process = process
    this.url = url
    this.password = password
  }

  /** Where one logs in by version 3. */
  get authUrl(): URL {
    return new URL('/v3', this.url)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]()
  }

  /** A token of the administrator, and the id of its project. */
  async logIn(): Promise<{ readonly token: string; readonly projectId: string }> {
    const user = { name: 'admin', domain: { id: 'default' }, password: this.password }
    const scope = { project: { name: 'admin', domain: { id: 'default' } } }
    const answer = await fetch(new URL('/v3/auth/tokens', this.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ auth: { identity: { methods: ['password'], password: { user } }, scope } }),
    })
    if (!answer.ok) throw new Error(`keystone answered ${answer.status} to its administrator`)
    return { token: answer.headers.get('x-subject-token') ?? '', projectId: idIn(inside(inside(await answer.json(), 'token'), 'project')) }
  }

  /** Makes a project in the default domain, with a user of the same password who is a member of it, and gives their ids. */
  async addProject(name: string, user: string, password: string): Promise<{ readonly projectId: string; readonly userId: string }> {
    const projectId = idIn(inside(await this.send('POST', 'projects', { project: { name, domain_id: 'default' } }), 'project'))
    const userId = idIn(inside(await this.send('POST', 'users', { user: { name: user, domain_id: 'default', password } }), 'user'))
    const roles = inside(await this.send('GET', 'roles?name=member'), 'roles')
    const role = idIn(Array.isArray(roles) ? roles[0] : undefined)
    await this.send('PUT', `projects/${projectId}/users/${userId}/roles/${role}`)
    return { projectId, userId }
  }

  /** Enters an object store into the catalog: one address, for one interface of one region. `%(project_id)s` stands for the project. */
  async addObjectStore(
    entries: ReadonlyArray<{ readonly region: string; readonly interface: string; readonly url: string }>,
  ): Promise<void> {
    const service = idIn(inside(await this.send('POST', 'services', { service: { type: 'object-store', name: 'swift' } }), 'service'))
    for (const { region, interface: kind, url } of entries) {
      await this.send('PUT', `regions/${region}`, { region: {} })
      await this.send('POST', 'endpoints', { endpoint: { service_id: service, region_id: region, interface: kind, url } })
    }
  }

  /** An application credential that a user makes with a password; its id and secret. */
  async addApplicationCredential(
    userId: string,
    password: string,
    projectId: string,
  ): Promise<{ readonly id: string; readonly secret: string }> {
    const identity = { methods: ['password'], password: { user: { id: userId, password } } }
    const answer = await fetch(new URL('/v3/auth/tokens', this.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ auth: { identity, scope: { project: { id: projectId } } } }),
    })
    const token = answer.headers.get('x-subject-token') ?? ''
    const made = await this.send('POST', `users/${userId}/application_credentials`, { application_credential: { name: 'of-tests' } }, token)
    const credential = inside(made, 'application_credential')
    return { id: idIn(credential), secret: String(inside(credential, 'secret')) }
  }

  /** Ends a token, as its end would. */
  async revoke(token: string): Promise<void> {
    const mine = (this.#token ??= (await this.logIn()).token)
    await fetch(new URL('/v3/auth/tokens', this.url), { method: 'DELETE', headers: { 'x-auth-token': mine, 'x-subject-token': token } })
  }

  async send(method: string, path: string, body?: unknown, token?: string): Promise<unknown> {
    const mine = token ?? (this.#token ??= (await this.logIn()).token)
    const answer = await fetch(new URL(`/v3/${path}`, this.url), {
      method,
      headers: { 'x-auth-token': mine, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: keystone answered ${answer.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
}

/** Starts one, in about five seconds: `await using keystone = await keystoneServer()`. */
export async function keystoneServer(): Promise<KeystoneServer> {
  const [first = ''] = readFileSync(program('keystone-manage', how), 'utf8').split('\n', 1)
  const folder = serverFolder('keystone')
  const port = await freePort()
  const password = randomBytes(12).toString('hex')
  for (const keys of ['fernet', 'credential']) mkdirSync(join(folder, keys), { mode: 0o700 })
  writeFileSync(join(folder, 'keystone.conf'), configuration(folder))
  writeFileSync(join(folder, 'serve.py'), serveProgram)
  const url = new URL(`http://127.0.0.1:${port}/`)
  const server = await startServer({
    name: 'keystone',
    command: /^#!\s*(\S*python\S*)/.exec(first)?.[1] ?? 'python3',
    args: [join(folder, 'serve.py'), folder, userInfo().username, String(port), password],
    folder,
    removeFolder: true,
    serves: url,
    timeoutMs: 120_000,
  })
  return new KeystoneServer(server, url, password)
}

function configuration(folder: string): string {
  return `[DEFAULT]
log_file = ${folder}/keystone-service.log
[database]
connection = sqlite:///${folder}/keystone.db
[token]
provider = fernet
[fernet_tokens]
key_repository = ${folder}/fernet
[credential]
key_repository = ${folder}/credential
[cache]
enabled = false
[identity]
# The least work that it takes, for tests only.
password_hash_rounds = 4
`
}

/** Prepares the database and the keys, each as a child of this process so that what was imported is imported once, and serves. */
const serveProgram = `
import os, sys
folder, user, port, password = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
conf = os.path.join(folder, 'keystone.conf')
from keystone.cmd import cli
def manage(*args):
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            cli.main(argv=['keystone-manage', '--config-file', conf, *args])
            code = 0
        finally:
            os._exit(code)
    if os.waitpid(pid, 0)[1] != 0:
        sys.exit('keystone-manage ' + args[0] + ' failed')
# With a write-ahead log who reads locks nobody out who writes.
import sqlite3
sqlite3.connect(os.path.join(folder, 'keystone.db')).execute('PRAGMA journal_mode=WAL')
owner = ['--keystone-user', user, '--keystone-group', user]
manage('db_sync')
manage('fernet_setup', *owner)
manage('credential_setup', *owner)
address = 'http://127.0.0.1:%d/v3' % port
manage('bootstrap', '--bootstrap-password', password, '--bootstrap-region-id', 'one',
       '--bootstrap-public-url', address, '--bootstrap-internal-url', address)
os.environ['OS_KEYSTONE_CONFIG_FILES'] = conf
os.environ['OS_KEYSTONE_CONFIG_DIR'] = folder
sys.argv = ['keystone']
from wsgiref.simple_server import WSGIRequestHandler, make_server
from keystone.server.wsgi import initialize_public_application
class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass
# One request at a time: two threads would lock each other out of the database.
make_server('127.0.0.1', port, initialize_public_application(), handler_class=Quiet).serve_forever()
`

function inside(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function idIn(value: unknown): string {
  const id = inside(value, 'id')
  if (typeof id !== 'string') throw new Error('keystone gave no id')
  return id
}
