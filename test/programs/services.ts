import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import {
  azureServer,
  driveInMemory,
  dropboxInMemory,
  freePort,
  girderInMemory,
  serverFolder,
  startServer,
  swiftInMemory,
  type PlainSettings,
} from '@fairlead/testkit'

/** A service that answers, and the settings that an example finds in the environment. */
export interface Service extends AsyncDisposable {
  readonly settings: PlainSettings
}

const plugins = join(import.meta.dirname, '..', '..', 'plugins')

const s3rver = `
const [, package, directory, port] = process.argv
const server = new (require(package))({ directory, port: Number(port), address: '127.0.0.1', silent: true, vhostBuckets: false, configureBuckets: ['films', 'copies'].map(name => ({ name })) })
server.run()
`

/** S3 by its emulator, which runs everywhere; its keys are always these. */
async function s3(): Promise<Service> {
  const folder = serverFolder('s3rver-programs')
  const port = await freePort()
  const url = new URL(`http://127.0.0.1:${port}`)
  const home = dirname(createRequire(join(plugins, 's3', 'package.json')).resolve('s3rver/package.json'))
  const server = await startServer({
    name: 's3rver',
    command: process.execPath,
    // Its marks of pages are enciphered in a way that OpenSSL calls old.
    args: ['--openssl-legacy-provider', '-e', s3rver, home, join(folder, 'buckets'), String(port)],
    folder,
    removeFolder: true,
    serves: url,
  })
  const settings = { endpoint: url.href, region: 'us-east-1', 'access-key-id': 'S3RVER', 'secret-access-key': 'S3RVER' }
  return { settings, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

async function azure(): Promise<Service> {
  const server = await azureServer({ inMemory: true })
  const { container: _container, ...settings } = server.settings
  return { settings, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

async function swift(): Promise<Service> {
  const server = await swiftInMemory()
  const { authUrl, username, password } = server
  return { settings: { 'auth-url': authUrl.href, username, password }, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

async function drive(): Promise<Service> {
  const server = await driveInMemory()
  const secret = 'GOCSPX-programs'
  const settings = {
    endpoint: server.url.href,
    'client-id': 'fairlead-test',
    'client-secret': secret,
    'refresh-token': server.tokens.login(server.email, { secret }),
  }
  return { settings, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

async function dropbox(): Promise<Service> {
  const server = await dropboxInMemory()
  const settings = { endpoint: server.url.href, 'app-key': server.appKey, 'refresh-token': server.refreshToken }
  return { settings, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

async function girder(): Promise<Service> {
  const server = await girderInMemory()
  server.store.add('collection', '', 'films')
  return { settings: { url: server.url.href, 'api-key': server.apiKey }, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

/** What each client needs to run; disk needs nothing. */
export const services: Readonly<Record<string, () => Promise<Service>>> = { s3, azure, swift, drive, dropbox, girder }
