import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { MetadataType } from '../config/choices.ts'
import { chunksIn } from './chunk-files.ts'
import { temporarySibling } from './files.ts'
import { chunkTime, type StagingLayout } from './layout.ts'
import type { AssetRecords } from './records.ts'

const rowsPerChunk = 50_000
const bufferedCharacters = 1_048_576

function sameContent(a: string, b: string): boolean {
  return statSync(a).size === statSync(b).size && readFileSync(a).equals(readFileSync(b))
}

/**
 * Writes lists of rows, 50,000 a file: `hidebound-<kind>-chunk_<time>.json`, then `…_2.json` and so on. They appear when
 * all rows are there; chunks of the same content that an earlier create left keep their names, others are replaced. Before
 * any staged content changes, the old chunks must be gone: see `publishedChunks`.
 */
export class ChunkWriter implements Disposable {
  private readonly folder: string
  private readonly stem: string
  private readonly unnamed: string[] = []
  private handle: number | undefined
  private rows = 0
  private buffer: string[] = []
  private buffered = 0

  constructor(folder: string, kind: 'asset' | 'file', time: string) {
    this.folder = folder
    this.stem = `hidebound-${kind}-chunk_${time}`
    mkdirSync(folder, { recursive: true })
  }

  /** Adds a row, given as one line of JSON. */
  add(row: string): void {
    if (this.rows % rowsPerChunk === 0) this.begin()
    else this.write(',\n')
    this.write(row)
    this.rows++
  }

  /** Makes the chunks visible and removes those of earlier runs. */
  publish(): void {
    if (this.rows === 0) this.begin()
    this.end()
    const before = this.published()
    const isSame =
      before.length === this.unnamed.length &&
      before.every((name, index) => sameContent(join(this.folder, name), this.unnamed[index] ?? ''))
    if (!isSame) {
      const names = this.unnamed.map((_, index) => `${this.stem}${index === 0 ? '' : `_${index + 1}`}.json`)
      for (const [index, file] of this.unnamed.entries()) renameSync(file, join(this.folder, names[index] ?? basename(file)))
      for (const name of before) if (!names.includes(name)) rmSync(join(this.folder, name), { force: true })
      this.unnamed.length = 0
    }
  }

  /** Removes what was not published. */
  [Symbol.dispose](): void {
    this.end()
    for (const file of this.unnamed) rmSync(file, { force: true })
  }

  private published(): readonly string[] {
    const number = (name: string) => Number(/_(\d+)\.json$/.exec(name)?.[1] ?? 1)
    return chunksIn(this.folder).toSorted((a, b) => number(a) - number(b))
  }

  private begin(): void {
    this.end()
    const file = temporarySibling(join(this.folder, 'chunk'))
    this.unnamed.push(file)
    this.handle = openSync(file, 'wx')
    this.write('[\n')
  }

  private end(): void {
    if (this.handle === undefined) return
    this.write('\n]\n')
    this.flush()
    closeSync(this.handle)
    this.handle = undefined
  }

  private write(text: string): void {
    this.buffer.push(text)
    this.buffered += text.length
    if (this.buffered >= bufferedCharacters) this.flush()
  }

  private flush(): void {
    if (this.handle !== undefined) writeAll(this.handle, Buffer.from(this.buffer.join('')))
    this.buffer = []
    this.buffered = 0
  }
}

/** The chunks of one create: those that are asked for are written, and kinds that are not asked for go. */
export class Chunks implements Disposable {
  private readonly layout: StagingLayout
  private readonly types: readonly MetadataType[]
  private readonly assets: ChunkWriter | undefined
  private readonly files: ChunkWriter | undefined

  constructor(layout: StagingLayout, types: readonly MetadataType[], time: Date) {
    const writer = (kind: 'asset' | 'file') =>
      types.includes(`${kind}-chunk`) ? new ChunkWriter(layout.metadata(`${kind}-chunk`), kind, chunkTime(time)) : undefined
    this.layout = layout
    this.types = types
    this.assets = writer('asset')
    this.files = writer('file')
  }

  add(records: AssetRecords): void {
    this.assets?.add(records.asset)
    if (this.files !== undefined) for (const { text } of records.files) this.files.add(text)
  }

  publish(): void {
    this.assets?.publish()
    this.files?.publish()
    for (const type of ['asset-chunk', 'file-chunk'] as const)
      if (!this.types.includes(type)) rmSync(this.layout.metadata(type), { recursive: true, force: true })
  }

  [Symbol.dispose](): void {
    this.assets?.[Symbol.dispose]()
    this.files?.[Symbol.dispose]()
  }
}

function writeAll(handle: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length;) offset += writeSync(handle, bytes, offset)
}
