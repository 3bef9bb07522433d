import { fileFields, parseFile, recordOf, textOf, type DriveFile } from '../mapping.ts'
import type { Wire } from './wire.ts'

/** Where files are looked for: My Drive with what is shared, or one shared drive. */
export interface Corpus {
  /** The shared drive. */
  readonly driveId?: string
}

/** One page of files. */
export interface FilePage {
  readonly files: readonly DriveFile[]
  readonly next?: string
}

/** The requests about single files, and the queries for them, as the API has them. */
export class Files {
  readonly #wire: Wire

  constructor(wire: Wire) {
    this.#wire = wire
  }

  async get(id: string, signal: AbortSignal): Promise<DriveFile> {
    const query = { fields: fileFields, supportsAllDrives: 'true' }
    return parseFile(await this.#wire.json({ path: `files/${encodeURIComponent(id)}`, query, signal }))
  }

  /** The oldest first, so that who looks at the first of a name sees the same one as everybody else. */
  async query(
    q: string,
    corpus: Corpus,
    signal: AbortSignal,
    options: { readonly page?: string; readonly size?: number } = {},
  ): Promise<FilePage> {
    const { page, size = 1000 } = options
    const query = {
      q,
      fields: `nextPageToken,files(${fileFields})`,
      orderBy: 'createdTime',
      pageSize: String(Math.max(1, Math.min(size, 1000))),
      pageToken: page,
      supportsAllDrives: 'true',
      includeItemsFromAllDrives: 'true',
      ...(corpus.driveId !== undefined && { corpora: 'drive', driveId: corpus.driveId }),
    }
    const answer = recordOf(await this.#wire.json({ path: 'files', query, signal }))
    const files = Array.isArray(answer['files']) ? answer['files'].map(parseFile) : []
    const next = textOf(answer['nextPageToken'])
    return { files, ...(next !== undefined && { next }) }
  }

  /** Every file that a query finds. */
  async all(q: string, corpus: Corpus, signal: AbortSignal): Promise<readonly DriveFile[]> {
    const found: DriveFile[] = []
    for (let page: string | undefined; ;) {
      const answer = await this.query(q, corpus, signal, page === undefined ? {} : { page })
      found.push(...answer.files)
      if (answer.next === undefined) return found
      page = answer.next
    }
  }

  /** Makes a file without content. */
  async create(metadata: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<DriveFile> {
    return await this.#change('POST', 'files', metadata, {}, signal)
  }

  /** Changes what is no content. */
  async update(
    id: string,
    metadata: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
    parents: { readonly addParents?: string; readonly removeParents?: string } = {},
  ): Promise<DriveFile> {
    return await this.#change('PATCH', `files/${encodeURIComponent(id)}`, metadata, parents, signal)
  }

  async erase(id: string, signal: AbortSignal): Promise<void> {
    const response = await this.#wire.send({
      method: 'DELETE',
      path: `files/${encodeURIComponent(id)}`,
      query: { supportsAllDrives: 'true' },
      signal,
    })
    await response.bytes()
  }

  async #change(
    method: string,
    path: string,
    metadata: Readonly<Record<string, unknown>>,
    parents: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<DriveFile> {
    const query = { fields: fileFields, supportsAllDrives: 'true', ...parents }
    const headers = { 'content-type': 'application/json; charset=UTF-8' }
    return parseFile(await this.#wire.json({ method, path, query, headers, body: JSON.stringify(metadata), signal }))
  }
}
