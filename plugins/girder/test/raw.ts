import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GirderServer } from '@fairlead/testkit'
import { toFileName, toName } from '../src/mapping.ts'

const backdoor = readFileSync(new URL('backdoor.py', import.meta.url), 'utf8')

function idOf(value: unknown): string {
  const id: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, '_id') : undefined
  if (typeof id !== 'string') throw new Error(`no document: ${JSON.stringify(value)}`)
  return id
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** A collection of a real Girder without the client: by its API, and behind that. */
export class RawCollection {
  readonly #server: GirderServer
  readonly id: string
  readonly #folders = new Map<string, string>()

  constructor(server: GirderServer, id: string) {
    this.#server = server
    this.id = id
  }

  async seed(objects: Iterable<{ readonly path: string; readonly body: Uint8Array }>): Promise<void> {
    const rows: Array<readonly [string, string, string]> = []
    for (const { path, body } of objects) {
      const parts = path.split('/').map(toName)
      const name = parts.pop() ?? ''
      rows.push([await this.folder(parts.length === 0 ? ['(root)'] : parts), name, Buffer.from(body).toString('base64')])
    }
    await this.#run('seed', { objects: rows })
  }

  /** The id of a folder, made where there is none. */
  async folder(parts: readonly string[]): Promise<string> {
    if (parts.length === 0) return this.id
    const key = parts.join('/')
    const known = this.#folders.get(key)
    if (known !== undefined) return known
    const parentId = await this.folder(parts.slice(0, -1))
    const query = { parentType: parts.length === 1 ? 'collection' : 'folder', parentId, name: parts.at(-1) ?? '', reuseExisting: true }
    const id = idOf(await this.#server.ask('POST', 'folder', { query }))
    this.#folders.set(key, id)
    return id
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    const file = await this.#file(path)
    return file === undefined ? undefined : await this.#server.bytes('GET', `file/${file}/download`)
  }

  async corrupt(path: string): Promise<void> {
    const file = await this.#file(path)
    if (file === undefined) throw new Error(`nothing is at ${path}`)
    await this.#run('corrupt', { file })
  }

  async expireUploads(): Promise<void> {
    await this.#run('expire', {})
  }

  async #file(path: string): Promise<string | undefined> {
    const parts = path.split('/').map(toName)
    const name = parts.pop() ?? ''
    let parent = this.id
    for (const [index, folder] of (parts.length === 0 ? ['(root)'] : parts).entries()) {
      const query = { parentType: index === 0 ? 'collection' : 'folder', parentId: parent, name: folder }
      const [found] = list(await this.#server.ask('GET', 'folder', { query }))
      if (found === undefined) return undefined
      parent = idOf(found)
    }
    const [item] = list(await this.#server.ask('GET', 'item', { query: { folderId: parent, name } }))
    if (item === undefined) return undefined
    const files = list(await this.#server.ask('GET', `item/${idOf(item)}/files`))
    const shown = files.filter(file => typeof file === 'object' && file !== null && Reflect.get(file, 'name') === toFileName(name))
    return shown.length === 0 ? undefined : idOf(shown.at(-1))
  }

  async #run(action: string, asked: unknown): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-girder-raw-'))
    try {
      writeFileSync(join(folder, 'asked.json'), JSON.stringify(asked))
      await this.#server.python(backdoor, action, join(folder, 'asked.json'))
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
}
