import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import {
  faultProxy,
  freePort,
  s3Server,
  s3Unavailable,
  serverFolder,
  signedHeaders,
  startServer,
  swiftServer,
  swiftUnavailable,
  type Harness,
  type Setup,
  type SwiftServer,
} from '@fairlead/testkit'
import { encodeQuery } from '../src/service/signer.ts'

const child = { module: new URL('../src/index.ts', import.meta.url), export: 's3' }

/** Real semantics over a folder; the fault proxy stands before it. */
export const versity: Setup = {
  name: 'the Versity gateway',
  hermetic: false,
  lacks: {
    'read/reads an earlier version':
      'this bucket keeps none: with versions on, the gateway fails to delete a key that is a folder. versions.test.ts shows them',
    'list/lists every version, the newest first within a path, and each can be read':
      'this bucket keeps none: with versions on, the gateway fails to delete a key that is a folder. versions.test.ts shows them',
    'paths/keeps a name as long as a part may be': 'the gateway keeps objects as files, and a name has at most 255 bytes there',
    'paths/tells apart an object and a folder of one name': 'the gateway keeps objects as files',
  },
  unavailable: s3Unavailable,
  start: startVersity,
}

async function startVersity(): Promise<Harness> {
  const server = await s3Server()
  const faults = await faultProxy(server.url)
  const name = String(server.settings.bucket)
  const bucket = join(server.buckets, name)
  const fileOf = (path: string): string => join(bucket, ...path.split('/'))
  return {
    settings: { ...server.settings, endpoint: faults.url.href },
    faults,
    child,
    readBack: async path => readIfThere(fileOf(path)),
    async seed(objects) {
      for (const { path, body } of objects) {
        mkdirSync(dirname(fileOf(path)), { recursive: true })
        writeFileSync(fileOf(path), body)
      }
    },
    async corrupt(path) {
      const bytes = readFileSync(fileOf(path))
      bytes[0] = (bytes[0] ?? 0) ^ 1
      writeFileSync(fileOf(path), bytes)
    },
    expireUploads: async () => await abortAll(async (method, path) => await server.request(method, `/${name}${path}`)),
    async [Symbol.asyncDispose]() {
      await faults[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

const ignoresWrites = 's3rver ignores conditions on writes, which conditions.test.ts shows the client to find out'
const writesOver = 's3rver writes over what is there, and a reader sees half of it'
const asFiles = 's3rver keeps objects as files with a suffix of its own, and ends when the system refuses a name'

const swiftIgnores = "Swift's S3 API honours no conditions on writes, which conditions.test.ts shows the client to find out"

/** A second opinion: OpenStack Swift by its S3 API, one cluster for all groups and a bucket for each. */
export const swift: Setup = {
  name: "OpenStack Swift's S3 API",
  hermetic: false,
  unavailable: swiftUnavailable,
  lacks: {
    'read/reads an earlier version': "Swift's S3 API shows no versions unless the cluster is set up to keep them",
    'list/lists every version, the newest first within a path, and each can be read':
      "Swift's S3 API shows no versions unless the cluster is set up to keep them",
    'write/writes only where nothing is, when asked to, small and big': swiftIgnores,
    'write/lets exactly one of eight writers be the first': swiftIgnores,
    'write/replaces only the etag it was told, and refuses another one as precondition-failed': swiftIgnores,
    'write/does not create on the condition of an etag': swiftIgnores,
    'write/copies only to where nothing is, when asked to': swiftIgnores,
    'assets/lets one of two pushers of different content win, whole, and tells the other': swiftIgnores,
  },
  start: startSwift,
}

let cluster: Promise<SwiftServer> | undefined

/** More than so many objects are rows of the listing alone: who seeds them lists them only. */
const mostSeeded = 500

async function startSwift(): Promise<Harness> {
  // It ends with this process.
  cluster ??= swiftServer()
  const server = await cluster
  const { endpoint, region, accessKeyId, secretAccessKey } = server.s3
  const bucket = `place-${randomUUID()}`
  const ask = async (method: string, path: string, body?: Uint8Array): Promise<Response> => {
    const asked = { method, url: new URL(`/${bucket}${path}`, endpoint), ...(body !== undefined && { body }) }
    const { host: _host, ...headers } = signedHeaders(asked, { accessKeyId, secretAccessKey, region })
    return await fetch(asked.url, { method, headers, ...(body !== undefined && { body: Buffer.from(body) }) })
  }
  const keyOf = (path: string): string => path.split('/').map(encodeQuery).join('/')
  await expectDone(await ask('PUT', ''))
  const faults = await faultProxy(endpoint)
  return {
    settings: { endpoint: faults.url.href, region, bucket, 'access-key-id': accessKeyId, 'secret-access-key': secretAccessKey },
    faults,
    child,
    async readBack(path) {
      const answer = await ask('GET', `/${keyOf(path)}`)
      return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : undefined
    },
    async seed(objects) {
      const all = [...objects]
      const etagOf = (body: Uint8Array): string => createHash('md5').update(body).digest('hex')
      if (all.length > mostSeeded)
        return await server.listRows(
          bucket,
          all.map(({ path, body }) => ({ name: path, bytes: body.byteLength, etag: etagOf(body) })),
        )
      for (const { path, body } of all) await expectDone(await ask('PUT', `/${keyOf(path)}`, body))
    },
    corrupt: async path => server.corrupt(bucket, path),
    expireUploads: async () => await abortAll(ask),
    [Symbol.asyncDispose]: async () => await faults[Symbol.asyncDispose](),
  }
}

/** Makes a service forget every unfinished upload of a bucket. */
async function abortAll(ask: (method: string, path: string) => Promise<Response>): Promise<void> {
  const listed = await (await ask('GET', '?uploads')).text()
  for (const [, key = '', id = ''] of listed.matchAll(/<Key>(.*?)<\/Key>.*?<UploadId>(.*?)<\/UploadId>/gs))
    await expectDone(await ask('DELETE', `/${key}?uploadId=${id}`))
}

async function expectDone(answer: Response): Promise<void> {
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}: ${text}`)
}

/** An emulator from the npm registry, so that the suite runs where there is nothing else. The gaps are its own. */
export const emulator: Setup = {
  name: 's3rver',
  hermetic: true,
  lacks: {
    'read/reads exactly the bytes of a range, the end exclusive': 's3rver takes a range that ends at byte 0 for one without an end',
    'read/reads on the condition of an etag, and refuses another one as precondition-failed': 's3rver ignores If-Match of GET',
    'read/reads an earlier version': 's3rver keeps no versions',
    'list/lists every version, the newest first within a path, and each can be read': 's3rver keeps no versions',
    'write/writes only where nothing is, when asked to, small and big': ignoresWrites,
    'write/lets exactly one of eight writers be the first': ignoresWrites,
    'write/replaces only the etag it was told, and refuses another one as precondition-failed': ignoresWrites,
    'write/does not create on the condition of an etag': ignoresWrites,
    'write/copies only to where nothing is, when asked to': ignoresWrites,
    "list/lists in the order of the paths' bytes": 's3rver sorts by UTF-16 code units',
    'retry/does not send a body twice that can be read once only, and says so': 's3rver keeps the half of a body that broke off',
    'resume/goes on with an upload that was killed, without sending again what arrived':
      's3rver does not tell which parts it has, so an upload starts over',
    'paths/keeps a name as long as a part may be': asFiles,
    'paths/keeps any name apart from its neighbours': asFiles,
    'assets/shows a reader one version, whole, while it is replaced again and again': writesOver,
    'assets/lets one of two pushers of different content win, whole, and tells the other': writesOver,
    'share/makes a link that reads its object and no other': 's3rver does not look at the path that a link was signed for',
  },
  start: startEmulator,
}

/** With keys of which one can be told from the other: its own are the same word twice. */
const emulatorScript = `
const [, package, directory, port, bucket, id, secret] = process.argv
require(package + '/lib/models/account').DUMMY_ACCOUNT.createKeyPair(id, secret)
const server = new (require(package))({ directory, port: Number(port), address: '127.0.0.1', silent: true, vhostBuckets: false, configureBuckets: [{ name: bucket }] })
server.run()
`

const emulatorKeys = { 'access-key-id': 'EMULATORKEY', 'secret-access-key': 'emulator/secret' }

async function startEmulator(): Promise<Harness> {
  const folder = serverFolder('s3rver')
  const port = await freePort()
  const url = new URL(`http://127.0.0.1:${port}`)
  const bucket = 'fairlead'
  const home = dirname(createRequire(import.meta.url).resolve('s3rver/package.json'))
  const server = await startServer({
    name: 's3rver',
    command: process.execPath,
    // Its marks of pages are enciphered in a way that OpenSSL calls old.
    args: [
      '--openssl-legacy-provider',
      '-e',
      emulatorScript,
      home,
      join(folder, 'buckets'),
      String(port),
      bucket,
      ...Object.values(emulatorKeys),
    ],
    folder,
    removeFolder: true,
    serves: url,
  })
  const faults = await faultProxy(url)
  const fileOf = (path: string): string => `${join(folder, 'buckets', bucket, ...path.split('/'))}._S3rver_object`
  return {
    settings: { endpoint: faults.url.href, bucket, ...emulatorKeys },
    faults,
    child,
    readBack: async path => readIfThere(fileOf(path)),
    async seed(objects) {
      for (const { path, body } of objects) {
        mkdirSync(dirname(fileOf(path)), { recursive: true })
        writeFileSync(fileOf(path), body)
        writeFileSync(fileOf(path).replace(/object$/, 'metadata.json'), '{}')
        writeFileSync(fileOf(path).replace(/object$/, 'object.md5'), createHash('md5').update(body).digest('hex'))
      }
    },
    async corrupt(path) {
      const bytes = readFileSync(fileOf(path))
      bytes[0] = (bytes[0] ?? 0) ^ 1
      writeFileSync(fileOf(path), bytes)
    },
    async [Symbol.asyncDispose]() {
      await faults[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

function readIfThere(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}
