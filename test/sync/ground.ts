import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { disk } from '@fairlead/client-disk'
import { definePlugin, FairleadError, type AnyPlugin, type Capabilities, type Entry } from '@fairlead/core'
import { createFairlead, type BuiltIn, type Fairlead, type SyncedFile, type SyncOptions, type SyncResult } from '@fairlead/core/host'
import { memory, memorySequential, memoryServer, type MemoryServer } from '@fairlead/testkit'

/** What is asked of a connection, for tests that count. */
interface Asked {
  lists: number
  stats: number
  writes: number
  reads: number
  removes: number
  copies: number
}

/** A machine with its state, a disk store, and two stores on a real server. */
export interface Ground extends AsyncDisposable {
  readonly fairlead: Fairlead
  readonly folder: string
  readonly server: MemoryServer
  /** Of the connection `bucket`. */
  readonly asked: Asked
  /** Another machine: same connections, nothing remembered. */
  other(): Fairlead
  /** Called before each request of `bucket`. */
  before: (operation: string, path: string) => void | Promise<void>
  /** Writes files below a folder of this ground; a number is the modification time in seconds. */
  write(folder: string, files: Readonly<Record<string, string | readonly [text: string, seconds: number]>>): string
  /** The files below a folder with their texts. */
  read(folder: string): Record<string, string>
  path(...parts: readonly string[]): string
}

/**
 * A store that lists as object stores do: the time of the upload, an etag that is no hash, no metadata. What else there is of an
 * object is told of it alone.
 */
function bucketPlugin(asked: Asked, before: (operation: string, path: string) => void | Promise<void>): AnyPlugin {
  const { write } = memory.manifest.capabilities
  if (write === false) throw new Error('The memory client can write.')
  const capabilities: Capabilities = { ...memory.manifest.capabilities, write: { ...write, modified: 'metadata' } }
  return definePlugin({
    ...memory,
    manifest: { ...memory.manifest, name: 'bucket', capabilities },
    async connect(init) {
      const connection = await memory.connect(init)
      const { doList, doStat, doWrite, doRead, doRemove, doCopy } = connection
      Object.assign(connection, {
        capabilities,
        async doList(...args: Parameters<NonNullable<typeof doList>>) {
          asked.lists++
          await before('list', args[0].prefix)
          const page = await doList?.apply(connection, args)
          return { ...page, items: page?.items.map(entry => (entry.kind === 'prefix' ? entry : listed(entry))) }
        },
        async doStat(...args: Parameters<NonNullable<typeof doStat>>) {
          asked.stats++
          await before('stat', args[0])
          return await doStat?.apply(connection, args)
        },
        async doRead(...args: Parameters<NonNullable<typeof doRead>>) {
          asked.reads++
          await before('read', args[0].path)
          return await doRead?.apply(connection, args)
        },
        async doWrite(...args: Parameters<NonNullable<typeof doWrite>>) {
          asked.writes++
          await before('write', args[0].path)
          return await doWrite?.apply(connection, args)
        },
        async doCopy(...args: Parameters<NonNullable<typeof doCopy>>) {
          asked.copies++
          return await doCopy?.apply(connection, args)
        },
        async doRemove(...args: Parameters<NonNullable<typeof doRemove>>) {
          asked.removes++
          for (const path of args[0]) await before('remove', path)
          return await doRemove?.apply(connection, args)
        },
      })
      return connection
    },
  })
}

/** The time of the upload: when this was first seen of this state of the object. */
const uploaded = new Map<string, Date>()

function listed({ path, size, etag = '' }: Entry): Entry {
  const modified = uploaded.get(etag) ?? new Date()
  uploaded.set(etag, modified)
  return { path, kind: 'object', ...(size !== undefined && { size }), etag, modified }
}

/** Starts a ground that ends with the test. */
export async function ground(): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-sync-'))
  const server = await memoryServer()
  server.store('fussy', { case: 'preserving', unicode: 'nfc', forbidden: '\\:*?"<>|', fileAndFolder: false })
  const asked: Asked = { lists: 0, stats: 0, writes: 0, reads: 0, removes: 0, copies: 0 }
  const opened: Fairlead[] = []
  const bucket = bucketPlugin(asked, (operation, path) => here.before(operation, path))
  const settings =
    (store: string): BuiltIn['settings'] =>
    () => ({ url: server.url.href, key: server.key, store })
  const open = (home: string): Fairlead => {
    const fairlead = createFairlead({
      clients: [disk, memory, memorySequential, bucket],
      env: { PATH: process.env['PATH'] ?? '', HOME: home, FAIRLEAD_HOME: home, FAIRLEAD_SECRETS: 'file' },
      builtIns: {
        box: { client: 'disk', settings: () => ({ root: join(folder, 'box'), durability: 'none' }) },
        full: { client: 'memory', settings: settings('full') },
        fussy: { client: 'memory-sequential', settings: settings('fussy') },
        bucket: { client: 'bucket', settings: settings('bucket') },
      },
    })
    opened.push(fairlead)
    return fairlead
  }
  const here: Ground = {
    fairlead: open(join(folder, 'home')),
    folder,
    server,
    asked,
    before: () => undefined,
    other: () => open(join(folder, `home-${opened.length}`)),
    path: (...parts) => join(folder, ...parts),
    write(name, files) {
      for (const [path, content] of Object.entries(files)) {
        const [text, seconds] = typeof content === 'string' ? [content, undefined] : content
        const file = join(folder, name, path)
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, text)
        if (seconds !== undefined) utimesSync(file, seconds, seconds)
      }
      return join(folder, name)
    },
    read: name => filesBelow(join(folder, name)),
    async [Symbol.asyncDispose]() {
      for (const fairlead of opened) await fairlead[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  onTestFinished(() => here[Symbol.asyncDispose]())
  return here
}

/** Every file below a folder, by its path. */
function filesBelow(folder: string): Record<string, string> {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return {}
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
  return Object.fromEntries(found.sort().map(file => [file.slice(folder.length + 1), readFileSync(file, 'utf8')]))
}

/** Every object below a path of a connection, by its path. */
export async function objectsBelow(fairlead: Fairlead, connection: string, prefix = ''): Promise<Record<string, string>> {
  await using client = await fairlead.connect(connection)
  const found: Record<string, string> = {}
  for await (const { path } of client.list(prefix, { recursive: true })) {
    const { bytes } = await client.readBytes(path)
    found[prefix === '' ? path : path.slice(prefix.length + 1)] = Buffer.from(bytes).toString()
  }
  return found
}

/** A sync with everything it told of its files. */
export async function synced(
  fairlead: Fairlead,
  source: string,
  dest: string,
  options: SyncOptions = {},
): Promise<SyncResult & { readonly files: SyncedFile[] }> {
  const files: SyncedFile[] = []
  const result = await fairlead.sync(source, dest, { ...options, onFile: file => files.push(file) })
  return { ...result, files }
}

/** The error of a promise that must fail with a code. */
export async function failure(promise: Promise<unknown>): Promise<FairleadError> {
  try {
    await promise
  } catch (error) {
    if (FairleadError.is(error)) return error
    throw error
  }
  throw new Error('It did not fail.')
}
