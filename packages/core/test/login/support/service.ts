import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ApiConnection,
  definePlugin,
  errorFromResponse,
  FairleadError,
  type Capabilities,
  type Context,
  type Entry,
  type OAuthLogin,
  type OptionsSpec,
} from '@fairlead/core'
import { createFairlead, type Fairlead, type FairleadOptions, type LoginTalk } from '../../../src/host/index.ts'
import { person } from './person.ts'
import { scopes } from './provider.ts'

const options = {
  endpoint: { type: 'url', help: 'Where the service answers.', required: true },
  'client-id': { type: 'string', help: 'The OAuth client.' },
  'client-secret': { type: 'secret', help: 'The secret of the OAuth client.' },
  'refresh-token': { type: 'secret', help: 'What a login gave.' },
  'access-token': { type: 'secret', help: 'An access token from elsewhere.' },
} as const satisfies OptionsSpec

const capabilities: Capabilities = {
  list: false,
  read: false,
  write: false,
  copy: false,
  remove: false,
  search: { native: false },
  share: false,
  assets: 'objects',
  paths: { segmentBytes: 255, pathBytes: 1024, forbidden: '', reserved: [], case: 'sensitive', unicode: 'bytes', fileAndFolder: true },
  checksums: [],
  consistency: 'strong',
}

/** The login of the service of these tests. */
export const login: OAuthLogin = {
  kind: 'oauth2',
  authorizationEndpoint: 'https://files.example/auth',
  tokenEndpoint: 'https://files.example/token',
  deviceEndpoint: 'https://files.example/device/auth',
  revocationEndpoint: 'https://files.example/token/revocation',
  endpointSetting: 'endpoint',
  settings: { clientId: 'client-id', clientSecret: 'client-secret', refreshToken: 'refresh-token', accessToken: 'access-token' },
  access: scopes,
  defaultAccess: 'app',
  deviceAccess: ['app', 'read'],
  parameters: { prompt: 'consent' },
  redirect: {},
  guide: ['Open the console of Files.', 'Make a client that comes back to {redirect}.'],
}

class FilesConnection extends ApiConnection<typeof options> {
  override toError(cause: unknown): FairleadError {
    return new FairleadError('unexpected', String(cause))
  }

  override async doRefresh(): Promise<void> {
    await this.host.login.renew()
  }

  override async doAccount(context: Context): Promise<string | undefined> {
    return (await this.#me(context)).path
  }

  override async doStat(_path: string, context: Context): Promise<Entry> {
    return this.#me(context)
  }

  async #me({ signal }: Context): Promise<Entry> {
    const token = await this.host.login.accessToken(signal)
    const url = new URL('/me', this.settings.endpoint)
    const response = await this.host.http.request({ url, headers: { authorization: `Bearer ${token.reveal()}` }, signal })
    if (response.status !== 200) throw await errorFromResponse(response)
    const me = await response.json()
    return { path: typeof me === 'object' && me !== null && 'sub' in me ? String(me.sub) : '', kind: 'object' }
  }
}

/** A client of that service, which knows nothing but whose account it is. */
export function filesPlugin(change: Partial<OAuthLogin> = {}) {
  return definePlugin({
    contract: 1,
    manifest: {
      contract: 1,
      name: 'files',
      title: 'Files',
      summary: 'The service of these tests.',
      package: '@fairlead/client-files',
      options,
      credentials: ['refresh-token', 'access-token'],
      identity: ['endpoint'],
      login: { ...login, ...change },
      capabilities,
    },
    connect: async init => new FilesConnection(init, capabilities),
  })
}

/** A home of its own and the connections in it. */
export interface Home extends AsyncDisposable {
  readonly folder: string
  readonly fairlead: Fairlead
  /** Another application over the same home, as another process would be. */
  again(more?: Partial<FairleadOptions>): Fairlead
}

/** A new home with a connection `files` to the service at `endpoint`. */
export function home(endpoint: URL, change: Partial<OAuthLogin> = {}, env: Readonly<Record<string, string>> = {}): Home {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-login-'))
  const opened: Fairlead[] = []
  const open = (more: Partial<FairleadOptions> = {}): Fairlead => {
    const made = createFairlead({
      clients: [filesPlugin(change)],
      builtIns: {},
      env: {
        HOME: folder,
        FAIRLEAD_HOME: folder,
        FAIRLEAD_SECRETS: 'file',
        FAIRLEAD_LOG_LEVEL: 'silent',
        FAIRLEAD_FILES_ENDPOINT: endpoint.href,
        FAIRLEAD_FILES_CLIENT_ID: 'fairlead',
        ...env,
      },
      ...more,
    })
    opened.push(made)
    return made
  }
  return {
    folder,
    fairlead: open(),
    again: open,
    async [Symbol.asyncDispose]() {
      for (const one of opened) await one[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Logs `files` in as ada, with a browser that runs no scripts. */
export async function loggedIn(fairlead: Fairlead): Promise<void> {
  await fairlead.login('files', { talk: talk({ page: ({ url }) => void person().visit(url) }) })
}

/** A talk in which nothing is expected but what is given. */
export function talk(parts: Partial<LoginTalk> = {}): LoginTalk {
  const unexpected = (): never => {
    throw new Error('the login asked for something that the test does not expect')
  }
  return { page: unexpected, device: unexpected, paste: unexpected, ...parts }
}
