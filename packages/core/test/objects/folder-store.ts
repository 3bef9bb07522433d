import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import {
  ApiConnection,
  FairleadError,
  type BeginUpload,
  type Capabilities,
  type Context,
  type CopyRequest,
  type Entry,
  type Host,
  type ListRequest,
  type Operation,
  type Page,
  type PartReceipt,
  type ReadRequest,
  type ReadResult,
  type Source,
  type UploadedParts,
  type UploadPart,
  type UploadState,
  type WriteAttributes,
  type WriteRequest,
} from '@fairlead/core'

/** Everything on; parts of 1 to 64 KiB. Tests narrow it. */
export const full = {
  list: { recursive: true, ordered: true, directories: 'implied' },
  read: { range: true, versions: false, validator: true },
  write: {
    unknownSize: true,
    empty: true,
    conditions: ['absent', 'match'],
    modified: 'settable',
    metadata: { maxBytes: 64, keys: 'token', values: 'ascii' },
    resumable: { order: 'any', partBytes: [1024, 65_536], multipleOf: 1024, maxParts: 1000 },
  },
  copy: false,
  remove: { recursive: false, batch: 2 },
  search: { native: false },
  share: false,
  assets: 'objects',
  paths: { segmentBytes: 255, pathBytes: 1024, forbidden: ':', reserved: [], case: 'sensitive', unicode: 'bytes', fileAndFolder: true },
  checksums: ['sha256'],
  consistency: 'strong',
} as const satisfies Capabilities

/** What a test does to the service: called before (and, for bodies, during) each operation. */
export interface Faults {
  before?(operation: string, detail: string): void | Promise<void>
  /** Changes the body of a read. */
  body?(request: ReadRequest, bytes: Uint8Array): Uint8Array | ReadableStream<Uint8Array>
  /** Changes what the service keeps. */
  keep?(path: string, bytes: Uint8Array): Uint8Array
}

/** A store in a folder of this machine, one file per object, with a log of what it was asked for. */
export class FolderStore extends ApiConnection {
  /** `operation detail`, in order. */
  readonly calls: string[] = []
  readonly pageSize = 3
  private readonly root: string
  private readonly faults: Faults

  constructor(root: string, host: Host, capabilities: Capabilities, faults: Faults = {}) {
    super({ settings: {}, host }, capabilities)
    this.root = root
    this.faults = faults
    mkdirSync(join(root, 'objects'), { recursive: true })
    mkdirSync(join(root, 'uploads'), { recursive: true })
  }

  override toError(cause: unknown, at: Operation): FairleadError {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
      return new FairleadError('not-found', `there is no "${at.path ?? ''}".`)
    return new FairleadError('unexpected', cause instanceof Error ? cause.message : String(cause), { cause })
  }

  override async doStat(path: string): Promise<Entry> {
    await this.called('stat', path)
    return this.entryOf(path)
  }

  override async doList(request: ListRequest, cursor: string | undefined): Promise<Page<Entry>> {
    await this.called('list', `${request.prefix} ${cursor ?? ''}`.trim())
    const found = new Map<string, Entry>()
    const below = request.prefix === '' ? '' : `${request.prefix}/`
    for (const name of readdirSync(join(this.root, 'objects'))) {
      const path = Buffer.from(name, 'base64url').toString()
      if (!path.startsWith(below)) continue
      const slash = request.recursive ? -1 : path.indexOf('/', below.length)
      if (slash < 0) found.set(path, this.entryOf(path))
      else found.set(`${path.slice(0, slash)}\0`, { path: path.slice(0, slash), kind: 'prefix' })
    }
    const rest = [...found].filter(([key]) => cursor === undefined || byBytes(key, cursor) > 0).toSorted(([a], [b]) => byBytes(a, b))
    const page = rest.slice(0, this.pageSize)
    const last = page.at(-1)
    return { items: page.map(([, entry]) => entry), ...(rest.length > page.length && last !== undefined && { cursor: last[0] }) }
  }

  override async doRead(request: ReadRequest): Promise<ReadResult> {
    const { path, range, ifMatch } = request
    await this.called('read', `${path} ${range?.start ?? 0}`)
    const entry = this.entryOf(path)
    if (ifMatch !== undefined && ifMatch !== entry.etag) throw new FairleadError('precondition-failed', `"${path}" has changed.`)
    const bytes = readFileSync(this.file(path)).subarray(range?.start ?? 0, range?.end)
    return { entry, body: this.faults.body?.(request, bytes) ?? bytes }
  }

  override async doWrite({ path, source, condition }: WriteRequest): Promise<Entry> {
    await this.called('write', path)
    this.check(path, condition)
    const bytes = source.bytes === undefined ? await readAll(source) : source.bytes()
    return this.keep(path, bytes)
  }

  override async doCopy({ from, to, condition, ifMatch }: CopyRequest): Promise<Entry> {
    await this.called('copy', `${from} ${to}`)
    if (ifMatch !== undefined && ifMatch !== this.entryOf(from).etag) throw new FairleadError('precondition-failed', 'refused.')
    this.check(to, condition)
    return this.keep(to, readFileSync(this.file(from)))
  }

  override async doRemove(paths: readonly string[]): Promise<void> {
    await this.called('remove', paths.join(' '))
    for (const path of paths) rmSync(this.file(path), { force: true })
  }

  override async doBeginUpload({ path, condition }: BeginUpload): Promise<UploadState> {
    await this.called('begin', path)
    this.check(path, condition)
    const id = `upload-${readdirSync(join(this.root, 'uploads')).length}-${process.pid}-${Math.random().toString(36).slice(2)}`
    mkdirSync(join(this.root, 'uploads', id))
    return { id, path, token: 'state-secret' }
  }

  override async doUploadPart(state: UploadState, part: UploadPart, _context: Context): Promise<PartReceipt> {
    await this.called('part', `${part.number} ${part.offset} ${part.body.size ?? '?'}${part.last ? ' last' : ''}`)
    const folder = join(this.root, 'uploads', String(state.id))
    if (!existsSync(folder)) throw new FairleadError('not-found', 'there is no such upload.')
    const bytes = await readAll(part.body)
    appendFileSync(join(this.root, 'received'), `${part.number} ${bytes.byteLength}\n`)
    const file = join(folder, String(part.offset).padStart(12, '0'))
    writeFileSync(`${file}.tmp`, bytes)
    renameSync(`${file}.tmp`, file)
    await this.called('part-done', String(part.number))
    return { number: part.number, offset: part.offset, size: bytes.byteLength, etag: String(part.number) }
  }

  override async doUploadedParts(state: UploadState): Promise<UploadedParts> {
    await this.called('arrived', '')
    const folder = join(this.root, 'uploads', String(state.id))
    if (!existsSync(folder)) return 'gone'
    const parts = readdirSync(folder)
      .filter(name => !name.endsWith('.tmp'))
      .toSorted()
      .map(name => ({ offset: Number(name), size: readFileSync(join(folder, name)).byteLength }))
    const write = this.capabilities.write
    if (write !== false && write.resumable !== false && write.resumable.order === 'sequential') {
      return { offset: parts.reduce((end, { offset, size }) => (offset <= end ? Math.max(end, offset + size) : end), 0) }
    }
    return {
      receipts: parts.map(({ offset, size }) => ({
        number: Math.floor(offset / 65_536) + 1,
        offset,
        size,
        etag: String(Math.floor(offset / 65_536) + 1),
      })),
    }
  }

  override async doCompleteUpload(state: UploadState, receipts: readonly PartReceipt[]): Promise<Entry> {
    await this.called('complete', receipts.map(({ number }) => number).join(','))
    const folder = join(this.root, 'uploads', String(state.id))
    const names = readdirSync(folder)
      .filter(name => !name.endsWith('.tmp'))
      .toSorted()
    const bytes = Buffer.concat(names.map(name => readFileSync(join(folder, name))))
    rmSync(folder, { recursive: true })
    const entry = this.keep(String(state.path), bytes)
    await this.called('completed', entry.path)
    return entry
  }

  override async doAbortUpload(state: UploadState): Promise<void> {
    await this.called('abort', '')
    rmSync(join(this.root, 'uploads', String(state.id)), { recursive: true, force: true })
  }

  /** Calls of one operation. */
  asked(operation: string): string[] {
    return this.calls.filter(call => call.startsWith(`${operation} `) || call === operation)
  }

  put(path: string, bytes: Uint8Array | string): void {
    writeFileSync(this.file(path), bytes)
  }

  get(path: string): Buffer | undefined {
    return existsSync(this.file(path)) ? readFileSync(this.file(path)) : undefined
  }

  uploads(): string[] {
    return readdirSync(join(this.root, 'uploads'))
  }

  private async called(operation: string, detail: string): Promise<void> {
    this.calls.push(`${operation} ${detail}`.trim())
    await this.faults.before?.(operation, detail)
  }

  private check(path: string, condition: WriteAttributes['condition']): void {
    if (condition?.if === 'absent' && existsSync(this.file(path))) throw new FairleadError('precondition-failed', `"${path}" is there.`)
  }

  private keep(path: string, bytes: Uint8Array): Entry {
    const file = this.file(path)
    writeFileSync(`${file}.${process.pid}~`, this.faults.keep?.(path, bytes) ?? bytes)
    renameSync(`${file}.${process.pid}~`, file)
    return this.entryOf(path)
  }

  private entryOf(path: string): Entry {
    const bytes = readFileSync(this.file(path))
    const value = createHash('sha256').update(bytes).digest('hex')
    const checksums =
      this.capabilities.checksums.length === 0 ? {} : { checksums: [{ algorithm: 'sha256', value, scope: 'object' } as const] }
    return { path, kind: 'object', size: bytes.byteLength, etag: value.slice(0, 16), modified: new Date(1_700_000_000_000), ...checksums }
  }

  private file(path: string): string {
    return join(this.root, 'objects', Buffer.from(path).toString('base64url'))
  }
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

async function readAll(source: Source): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of (await source.open()).values()) pieces.push(piece)
  return Buffer.concat(pieces)
}
