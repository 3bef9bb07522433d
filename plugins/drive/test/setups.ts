import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { driveInMemory, faultProxy, liveSetup, type DriveInMemory, type FaultProxy, type Harness, type Setup } from '@fairlead/testkit'
import { drive } from '../src/index.ts'

/** Google's own description of the API: every request and every answer is held against it. */
export const discovery: unknown = JSON.parse(readFileSync(new URL('data/drive.v3.json', import.meta.url), 'utf8'))

/** A Drive in memory behind the fault proxy, with a folder of its own as the root. */
export interface Place extends AsyncDisposable {
  readonly server: DriveInMemory
  readonly proxy: FaultProxy
  /** The id of the folder. */
  readonly folder: string
  /** What connects to it: a login that can be renewed. */
  readonly settings: Readonly<Record<string, string>>
}

/** Starts one. Where something was not as Google describes it, disposing says what. */
export async function startPlace(options: { readonly scope?: string } = {}): Promise<Place> {
  const server = await driveInMemory({ discovery })
  const proxy = await faultProxy(server.url)
  const { drive: stored, email } = server
  const secret = `GOCSPX-${randomBytes(12).toString('base64url')}`
  const folder = stored.add({
    name: 'place',
    mimeType: 'application/vnd.google-apps.folder',
    parents: [stored.rootId],
    owner: email,
    app: 'drive',
  })
  return {
    server,
    proxy,
    folder: folder.id,
    settings: {
      endpoint: proxy.url.href,
      folder: folder.id,
      'client-id': 'fairlead-test',
      'client-secret': secret,
      'refresh-token': server.tokens.login(email, { ...options, secret }),
    },
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
      const problems = [...new Set(server.problems)]
      if (problems.length > 0) throw new Error(`not as Google describes its API:\n${problems.join('\n')}`)
    },
  }
}

/** The folders of a path, made behind the client's back. */
export function folderFor({ server: { drive: stored, email }, folder }: Place, path: string): string {
  let at = folder
  for (const name of path.split('/').filter(part => part !== '')) {
    const there = stored.at(at, name)
    at =
      there?.id ??
      stored.add({ name, mimeType: 'application/vnd.google-apps.folder', parents: [at], owner: email, app: 'fairlead-test' }).id
  }
  return at
}

/** Puts a file there behind the client's back, as a person or another program would. */
export function putFile(place: Place, path: string, body: Uint8Array | string, app = 'another-app'): string {
  const at = path.lastIndexOf('/')
  const { drive: stored, email } = place.server
  const parents = [folderFor(place, path.slice(0, Math.max(0, at)))]
  return stored.add({ name: path.slice(at + 1), mimeType: 'application/octet-stream', parents, owner: email, app, body: Buffer.from(body) })
    .id
}

/** Nobody can install a Google Drive: this one is always there. */
export const memoryDrive: Setup = {
  name: 'a Google Drive in memory',
  hermetic: true,
  async start(): Promise<Harness> {
    const place = await startPlace()
    const { server, proxy, folder, settings } = place
    const { drive: stored } = server
    return {
      settings,
      faults: proxy,
      child: { module: new URL('../src/index.ts', import.meta.url), export: 'drive' },
      readBack: async path => stored.at(folder, path)?.revisions.at(-1)?.body,
      async seed(objects) {
        for (const { path, body } of objects) putFile(place, path, body, 'fairlead-test')
      },
      corrupt: async path => server.corrupt(stored.at(folder, path)?.id ?? path),
      expireUploads: async () => server.uploads.expire(),
      [Symbol.asyncDispose]: async () => await place[Symbol.asyncDispose](),
    }
  },
}

const live = liveSetup(drive)
/** Any of these lets in. */
const credentials = ['FAIRLEAD_LIVE_DRIVE_REFRESH_TOKEN', 'FAIRLEAD_LIVE_DRIVE_ACCESS_TOKEN', 'FAIRLEAD_LIVE_DRIVE_KEY_FILE']

/** A real account, where the environment has one. */
export const liveDrive: Setup = {
  ...live,
  unavailable: env =>
    credentials.some(name => (env[name] ?? '') !== '') ? live.unavailable?.(env) : `none of ${credentials.join(', ')} is set`,
}
