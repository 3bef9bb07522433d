import { createHash } from 'node:crypto'
import { Answer } from './answer.ts'

/** One stored object. */
export interface StoredFile {
  readonly path: string
  readonly body: Uint8Array
  readonly etag: string
  readonly sha256: string
  readonly modified: Date
  readonly contentType?: string
}

/** What a write may be held against, as the headers say it. */
export interface Conditions {
  readonly ifMatch?: string
  readonly ifNoneMatch?: string
}

interface Line {
  readonly path: string
  readonly file?: StoredFile
}

const pageLines = 1000

/** The files of the made-up service, in memory, told apart and ordered by the bytes of their paths. */
export class Files {
  readonly #files = new Map<string, StoredFile>()
  #sorted: readonly StoredFile[] | undefined
  #revision = 0

  get(path: string): StoredFile {
    const file = this.#files.get(path)
    if (file === undefined) throw new Answer(404, `nothing is stored at "${path}"`)
    return file
  }

  find(path: string): StoredFile | undefined {
    return this.#files.get(path)
  }

  put(path: string, body: Uint8Array, { ifMatch, ifNoneMatch }: Conditions = {}, contentType?: string): StoredFile {
    const present = this.#files.get(path)
    if (ifNoneMatch === '*' && present !== undefined) throw new Answer(412, `something is stored at "${path}" already`)
    if (ifMatch !== undefined && present?.etag !== unquoted(ifMatch)) throw new Answer(412, `"${path}" has changed`)
    this.#revision += 1
    const sha256 = createHash('sha256').update(body).digest('hex')
    const file = { path, body, sha256, etag: `r${this.#revision}`, modified: new Date(), ...(contentType !== undefined && { contentType }) }
    this.#files.set(path, file)
    this.#sorted = undefined
    return file
  }

  remove(path: string): void {
    if (!this.#files.delete(path)) throw new Answer(404, `nothing is stored at "${path}"`)
    this.#sorted = undefined
  }

  /** Changes one byte and tells nobody. */
  corrupt(path: string): void {
    const file = this.get(path)
    const body = Uint8Array.from(file.body)
    const middle = body.length >> 1
    body[middle] = (body[middle] ?? 0) ^ 0xff
    this.#files.set(path, { ...file, body })
    this.#sorted = undefined
  }

  /** One page below a folder: all that is there, or one level with its folders. `next` is where the next page goes on. */
  list(below: string, deep: boolean, after: string, limit: number): { readonly items: readonly object[]; readonly next?: string } {
    const start = below === '' ? '' : `${below}/`
    const lines = new Map<string, Line>()
    this.#sorted ??= [...this.#files.values()].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
    for (const file of this.#sorted) {
      if (!file.path.startsWith(start)) continue
      const slash = deep ? -1 : file.path.indexOf('/', start.length)
      // A folder stands where its slash would, so that it can follow a file of the same name.
      if (slash === -1) lines.set(file.path, { path: file.path, file })
      else lines.set(file.path.slice(0, slash + 1), { path: file.path.slice(0, slash) })
    }
    const rest = [...lines].filter(([at]) => after === '' || Buffer.compare(Buffer.from(at), Buffer.from(after)) > 0)
    const page = rest.slice(0, Math.min(limit, pageLines))
    const last = page.at(-1)
    const items = page.map(([, { path, file }]) => (file === undefined ? { path } : describeFile(file)))
    return { items, ...(rest.length > page.length && last !== undefined && { next: last[0] }) }
  }
}

/** A file as the service tells of it. */
export function describeFile({ path, body, etag, sha256, modified }: StoredFile): object {
  return { path, size: body.byteLength, etag, sha256, modified: modified.toISOString() }
}

/** An etag as it stands in a header. */
export function unquoted(etag: string): string {
  return etag.replaceAll('"', '')
}
