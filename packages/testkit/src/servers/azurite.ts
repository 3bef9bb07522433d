import { createHmac, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createHttp, FairleadError, type Http } from '@fairlead/core'
import type { PlainSettings } from '../conformance/harness.ts'
import { freePort } from './ports.ts'
import { serverFolder, startServer } from './process.ts'

/** How an Azurite is started. */
export interface AzureServerOptions {
  /** The container of `settings`, made at the start; default `fairlead`. */
  readonly container?: string
  /** Where the blobs are kept; default a folder that goes when the server does. */
  readonly folder?: string
  /** True: blobs are kept in memory and nothing survives the process: faster for many small ones. Default false. */
  readonly inMemory?: boolean
  /** The size of the disk that the blobs are on; default this machine's own. */
  readonly diskBytes?: number
  /** A port to answer on; default any free one. */
  readonly port?: number
  /** PEM files: it answers by https, and lets tokens of Azure AD in. It reads what they say and does not check who signed them. */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly authority: string }
}

/** An account and one of its keys, base64. */
export interface AzureAccount {
  readonly name: string
  readonly key: string
}

/** A request of Azure's own: the path begins with the container, encoded, with its query. */
export interface AzureRequest {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
  /** Who signs it; default the first account. */
  readonly account?: AzureAccount
}

/** A running emulator of Azure Blob Storage with two accounts. */
export interface AzureServer extends AsyncDisposable {
  /** Of the first account; the name of an account is the first part of the path. */
  readonly url: URL
  /** What a client connects to the first account's container with. */
  readonly settings: PlainSettings
  readonly accounts: readonly [AzureAccount, AzureAccount]
  readonly pid: number
  /** The last lines that the server wrote. */
  output(): string
  endpoint(account: AzureAccount): URL
  makeContainer(name: string, account?: AzureAccount): Promise<void>
  /** Sends a request signed by the key of an account; what it answers is not judged. */
  request(method: string, path: string, more?: AzureRequest): Promise<Response>
}

const version = '2023-11-03'

/** Starts Azurite, Microsoft's emulator, from its npm package, on loopback. */
export async function azureServer(options: AzureServerOptions = {}): Promise<AzureServer> {
  const { container = 'fairlead', inMemory = false, tls } = options
  const require = createRequire(import.meta.url)
  const packageFile = require.resolve('azurite/package.json')
  const folder = options.folder ?? serverFolder('azure')
  const blobs = join(folder, 'blobs')
  mkdirSync(blobs, { recursive: true })
  const port = options.port ?? (await freePort())
  const accounts = [
    { name: 'fairleadone', key: randomBytes(64).toString('base64') },
    { name: 'fairleadtwo', key: randomBytes(64).toString('base64') },
  ] as const
  const origin = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`
  const endpoint = ({ name }: AzureAccount): URL => new URL(`${origin}/${name}`)
  const http = createHttp(tls === undefined ? {} : { ca: [readFileSync(tls.authority, 'utf8')] })
  const server = await startServer({
    name: 'azurite',
    command: process.execPath,
    args: [
      join(dirname(packageFile), 'dist', 'src', 'blob', 'main.js'),
      ...['--blobHost', '127.0.0.1', '--blobPort', String(port), '--silent', '--disableTelemetry', '--disableProductStyleUrl'],
      // The SDK may be newer than the emulator.
      '--skipApiVersionCheck',
      ...(inMemory ? ['--inMemoryPersistence'] : ['--location', blobs]),
      ...(tls === undefined ? [] : ['--oauth', 'basic', '--cert', tls.certificate, '--key', tls.key]),
    ],
    env: { AZURITE_ACCOUNTS: accounts.map(({ name, key }) => `${name}:${key}`).join(';') },
    folder,
    removeFolder: options.folder === undefined,
    ...(options.diskBytes !== undefined && { disk: { folder: blobs, bytes: options.diskBytes } }),
    serves: async () => await answers(http, origin),
  })
  const running: AzureServer = {
    url: endpoint(accounts[0]),
    settings: { endpoint: endpoint(accounts[0]).href, account: accounts[0].name, 'account-key': accounts[0].key, container },
    accounts,
    pid: server.pid,
    output: () => server.output(),
    endpoint,
    async makeContainer(name, account = accounts[0]) {
      const answer = await running.request('PUT', `/${name}?restype=container`, { account })
      const text = await answer.text()
      if (!answer.ok && answer.status !== 409) throw new Error(`the emulator answered ${answer.status}: ${text}`)
    },
    async request(method, path, { headers = {}, body, account = accounts[0] } = {}) {
      const url = new URL(`${endpoint(account).href}${path}`)
      const bytes = body === undefined ? undefined : Buffer.from(body)
      const sent = signed(method, url, { ...headers, 'x-ms-version': version, 'x-ms-date': new Date().toUTCString() }, bytes, account)
      const answer = await http.request({ method, url, headers: sent, ...(bytes !== undefined && { body: bytes }) })
      const content = await answer.bytes(1024 ** 3)
      return new Response(content.byteLength === 0 ? null : Buffer.from(content), { status: answer.status, headers: answer.headers })
    },
    async [Symbol.asyncDispose]() {
      http[Symbol.dispose]()
      await server[Symbol.asyncDispose]()
    },
  }
  try {
    for (const account of accounts) await running.makeContainer(container, account)
    return running
  } catch (cause) {
    await running[Symbol.asyncDispose]()
    throw cause
  }
}

async function answers(http: Http, origin: string): Promise<boolean> {
  try {
    await (await http.request({ url: origin })).bytes()
    return true
  } catch (cause) {
    if (FairleadError.is(cause)) return false
    throw cause
  }
}

/** Signs with the key of an account: https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key */
function signed(
  method: string,
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array | undefined,
  { name, key }: AzureAccount,
): Record<string, string> {
  const all: Record<string, string> = {}
  for (const [header, value] of Object.entries(headers)) all[header.toLowerCase()] = value
  const standard = ['content-encoding', 'content-language', 'content-length', 'content-md5', 'content-type', 'date']
  const conditions = ['if-modified-since', 'if-match', 'if-none-match', 'if-unmodified-since', 'range']
  const length = body === undefined || body.byteLength === 0 ? '' : String(body.byteLength)
  const lines = [...standard, ...conditions].map(header => (header === 'content-length' ? length : (all[header] ?? '')))
  const own = Object.keys(all)
    .filter(header => header.startsWith('x-ms-'))
    .toSorted()
    .map(header => `${header}:${all[header] ?? ''}\n`)
  const query = [...url.searchParams].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([parameter, value]) => `\n${parameter}:${value}`)
  const text = `${method}\n${lines.join('\n')}\n${own.join('')}/${name}${url.pathname}${query.join('')}`
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64')
  return { ...all, authorization: `SharedKey ${name}:${signature}` }
}
