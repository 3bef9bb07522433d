import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { PlainSettings } from '../conformance/harness.ts'
import { freePort } from './ports.ts'
import { serverFolder, startServer } from './process.ts'
import { missingPrograms, program } from './programs.ts'
import { signedHeaders, type S3Keys, type S3Request } from './sigv4.ts'

/** How a gateway is started. */
export interface S3ServerOptions {
  /** The region that it insists on; default us-east-1. */
  readonly region?: string
  /** The bucket of `settings`, made at the start; default `fairlead`. */
  readonly bucket?: string
  /** Where the objects are kept; default a folder that goes when the server does. It must be able to keep extended attributes. */
  readonly folder?: string
  /** A port to answer on; default any free one. */
  readonly port?: number
  /** Also keeps older versions in buckets that ask for it; default false. */
  readonly versions?: boolean
  /** The size of the disk that the buckets are on; default this machine's own. With it, nobody else sees the folder `buckets`. */
  readonly diskBytes?: number
}

/** What an account of a gateway may do: everything, only what a bucket's owner or policy allows, that and make buckets. */
export type S3Role = 'admin' | 'user' | 'userplus'

/** A running S3 server over a folder: a bucket is a folder below `buckets`, an object a file in it. */
export interface S3Server extends AsyncDisposable {
  readonly url: URL
  /** What a client of S3 connects with, to the bucket that was made. */
  readonly settings: PlainSettings
  readonly keys: S3Keys
  readonly buckets: string
  readonly pid: number
  /** The last lines that the server wrote. */
  output(): string
  makeBucket(name: string, options?: { readonly versions?: boolean }): Promise<void>
  /** Makes an account and gives its settings, with the same bucket. */
  addAccount(name: string, role?: S3Role): Promise<PlainSettings>
  /** Sends a request of S3's own, signed by the root account or by `keys`; the path is `/bucket/key?query`, encoded. */
  request(method: string, path: string, more?: Pick<S3Request, 'headers' | 'body'> & { readonly keys?: S3Keys }): Promise<Response>
}

const how = 'build it with `npm run servers -- install`'

/** Why no gateway can be started here; undefined when it can. Throws where FAIRLEAD_REQUIRE_SERVERS=1 wants it. */
export function s3Unavailable(env?: NodeJS.ProcessEnv): string | undefined {
  return missingPrograms(['versitygw'], how, env)
}

/** Starts Versity's S3 gateway on loopback: real S3 semantics over a folder, started in a fraction of a second. */
export async function s3Server(options: S3ServerOptions = {}): Promise<S3Server> {
  const { region = 'us-east-1', bucket = 'fairlead', versions = false } = options
  const command = program('versitygw', how)
  const own = options.folder === undefined
  const folder = options.folder ?? serverFolder('s3')
  const buckets = join(folder, 'buckets')
  for (const name of ['buckets', 'accounts', 'versions']) mkdirSync(join(folder, name), { recursive: true })
  const port = options.port ?? (await freePort())
  const url = new URL(`http://127.0.0.1:${port}`)
  const keys: S3Keys = { accessKeyId: 'FAIRLEADTESTROOT', secretAccessKey: 'fairlead/test+root=secret', region }
  const server = await startServer({
    name: 'versitygw',
    command,
    args: [
      ...['--port', `127.0.0.1:${port}`, '--region', region, '--iam-dir', join(folder, 'accounts'), '--keep-alive', '--quiet'],
      'posix',
      ...(versions ? ['--versioning-dir', join(folder, 'versions')] : []),
      buckets,
    ],
    env: { ROOT_ACCESS_KEY_ID: keys.accessKeyId, ROOT_SECRET_ACCESS_KEY: keys.secretAccessKey, GOMAXPROCS: '2' },
    folder,
    removeFolder: own,
    ...(options.diskBytes !== undefined && { disk: { folder: buckets, bytes: options.diskBytes } }),
    serves: url,
  })
  const settingsOf = ({ accessKeyId, secretAccessKey }: S3Keys): PlainSettings => ({
    endpoint: url.href,
    region,
    bucket,
    'path-style': true,
    'access-key-id': accessKeyId,
    'secret-access-key': secretAccessKey,
  })
  const gateway: S3Server = {
    url,
    settings: settingsOf(keys),
    keys,
    buckets,
    pid: server.pid,
    output: () => server.output(),
    async makeBucket(name, { versions: versioned = false } = {}) {
      await expectDone(await gateway.request('PUT', `/${name}`))
      if (!versioned) return
      const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
      await expectDone(await gateway.request('PUT', `/${name}?versioning`, { body }))
    },
    async addAccount(name, role = 'user') {
      const account = { accessKeyId: name, secretAccessKey: `${name}-secret`, region }
      const root = ['--access', keys.accessKeyId, '--secret', keys.secretAccessKey, '--region', region, '--endpoint-url', url.origin]
      const made = ['--access', account.accessKeyId, '--secret', account.secretAccessKey, '--role', role]
      await promisify(execFile)(command, ['admin', ...root, 'create-user', ...made])
      return settingsOf(account)
    },
    async request(method, path, { headers, body, keys: signer = keys } = {}) {
      const asked: S3Request = {
        method,
        url: new URL(path, url),
        ...(headers !== undefined && { headers }),
        ...(body !== undefined && { body }),
      }
      const { host: _host, ...sent } = signedHeaders(asked, signer)
      return await fetch(asked.url, { method, headers: sent, ...(body !== undefined && { body: Buffer.from(body) }) })
    },
    [Symbol.asyncDispose]: async () => await server[Symbol.asyncDispose](),
  }
  try {
    if (own || (await gateway.request('HEAD', `/${bucket}`)).status === 404) await gateway.makeBucket(bucket, { versions })
    return gateway
  } catch (cause) {
    await gateway[Symbol.asyncDispose]()
    throw cause
  }
}

async function expectDone(response: Response): Promise<void> {
  const answer = await response.text()
  if (!response.ok) throw new Error(`the gateway answered ${response.status}: ${answer}`)
}
