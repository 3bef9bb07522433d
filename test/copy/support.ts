import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { disk } from '@fairlead/client-disk'
import { bytesSource } from '@fairlead/core'
import {
  copyPairs,
  createClient,
  resolveCopy,
  type Client,
  type CopiedFile,
  type CopyFilesOptions,
  type CopyFilesResult,
  type Place,
  type PlaceListOptions,
} from '@fairlead/core/host'
import { memory, memoryServer, type MemoryServer } from '@fairlead/testkit'
import { onTestFinished } from 'vitest'

/** The paths of a place, as it lists them. */
export async function pathsOf(place: Place, options: PlaceListOptions = {}): Promise<string[]> {
  const paths: string[] = []
  for await (const batch of place.list(options)) paths.push(...batch.map(({ path }) => path))
  return paths
}

/** Paths by the bytes of their UTF-8. */
export function inOrder(paths: readonly string[]): string[] {
  return paths.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

/** A folder that is gone when the test is. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-copy-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A folder with these files; each holds what is said, or its own path. */
export function folderWith(files: readonly string[] | Readonly<Record<string, string | Uint8Array>>): string {
  const folder = temporaryFolder()
  const entries = Array.isArray(files) ? files.map((path: string) => [path, path] as const) : Object.entries(files)
  for (const [path, content] of entries) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

/** What a folder holds: paths and texts. */
export function contentOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  return Object.fromEntries(
    files
      .map(
        ({ parentPath, name }) => [join(parentPath, name).slice(folder.length + 1), readFileSync(join(parentPath, name), 'utf8')] as const,
      )
      .toSorted(),
  )
}

/** A memory server that ends with the test. */
export async function server(): Promise<MemoryServer> {
  const made = await memoryServer()
  onTestFinished(() => made[Symbol.asyncDispose]())
  return made
}

/** A client of a memory server's store, by default of a server of its own. */
export async function memoryClient(plugin: typeof memory = memory, at?: MemoryServer, store = 's', name?: string): Promise<Client> {
  const { url, key } = at ?? (await server())
  const client = await createClient(
    plugin,
    { url: url.href, key, store },
    { ...(name !== undefined && { name }), env: { FAIRLEAD_HOME: temporaryFolder() } },
  )
  onTestFinished(() => client[Symbol.asyncDispose]())
  return client
}

/** Copies between this machine and named clients, as the command does, and what it told of each file and of the whole. */
export async function copyAs(
  clients: Readonly<Record<string, Client>>,
  source: string | readonly string[],
  destination: string,
  options: CopyFilesOptions = {},
): Promise<{ readonly result: CopyFilesResult; readonly files: readonly CopiedFile[]; readonly warnings: readonly string[] }> {
  const files: CopiedFile[] = []
  const warnings: string[] = []
  const connect = async (name = 'm'): Promise<Client> => {
    const client = clients[name]
    if (client === undefined) throw new Error(`no client ${name}`)
    return client
  }
  const pairs = await resolveCopy(typeof source === 'string' ? [source] : source, destination, connect)
  const result = await copyPairs(pairs, {
    ...options,
    onFile: file => files.push(file),
    onEvent(event) {
      options.onEvent?.(event)
      if (event.type === 'warning') warnings.push(event.message)
    },
  })
  return { result, files, warnings }
}

/** Every object of a client: paths and texts. */
export async function objectsOf(client: Client): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for await (const { path } of client.list('', { recursive: true }))
    found[path] = Buffer.from((await client.readBytes(path)).bytes).toString()
  return found
}

/** Writes objects that hold what is said. */
export async function put(client: Client, objects: Readonly<Record<string, string>>): Promise<Client> {
  for (const [path, text] of Object.entries(objects)) await client.write(path, bytesSource(text))
  return client
}

/** A disk client over a folder, by default a new one. */
export async function diskClient(root = temporaryFolder(), name = 'disk'): Promise<Client> {
  const client = await createClient(disk, { root, durability: 'none' }, { name, env: { FAIRLEAD_HOME: temporaryFolder() } })
  onTestFinished(() => client[Symbol.asyncDispose]())
  return client
}
