import { setTimeout as sleep } from 'node:timers/promises'
import {
  bytesSource,
  type BeginUpload,
  type Context,
  type Entry,
  type PartReceipt,
  type ReadRequest,
  type ReadResult,
  type UploadedParts,
  type UploadPart,
  type UploadState,
  type WriteRequest,
} from '@fairlead/core'
import { MemoryFullConnection } from '../../src/memory/variants.ts'

function without<T extends { readonly condition?: WriteRequest['condition'] }>(kind: 'absent' | 'match', request: T): T {
  if (request.condition?.if !== kind) return request
  const { condition: _condition, ...rest } = request
  return { ...request, ...rest, condition: undefined }
}

export class IgnoresAbsent extends MemoryFullConnection {
  override async doWrite(request: WriteRequest, context: Context): Promise<Entry> {
    return await super.doWrite(without('absent', request), context)
  }

  override async doBeginUpload(request: BeginUpload, context: Context): Promise<UploadState> {
    return await super.doBeginUpload(without('absent', request), context)
  }
}

export class IgnoresMatch extends MemoryFullConnection {
  override async doWrite(request: WriteRequest, context: Context): Promise<Entry> {
    return await super.doWrite(without('match', request), context)
  }
}

export class PartsInArrivalOrder extends MemoryFullConnection {
  readonly #arrived: number[] = []

  override async doUploadPart(state: UploadState, part: UploadPart, context: Context): Promise<PartReceipt> {
    if (part.number === 1) await sleep(50)
    this.#arrived.push(part.number)
    return { ...(await super.doUploadPart(state, { ...part, number: this.#arrived.length }, context)), number: part.number }
  }

  override async doCompleteUpload(state: UploadState, receipts: readonly PartReceipt[], context: Context): Promise<Entry> {
    return await super.doCompleteUpload(
      state,
      receipts.map((receipt, index) => ({ ...receipt, number: index + 1 })),
      context,
    )
  }
}

export class GoneUploadStillThere extends MemoryFullConnection {
  override async doUploadedParts(state: UploadState, context: Context): Promise<UploadedParts> {
    const parts = await super.doUploadedParts(state, context)
    return parts === 'gone' ? { receipts: [] } : parts
  }
}

export class LosesMetadata extends MemoryFullConnection {
  override async doWrite({ metadata: _metadata, ...request }: WriteRequest, context: Context): Promise<Entry> {
    return await super.doWrite(request, context)
  }
}

/** A source that breaks is stored as far as it came. */
export class KeepsHalfABody extends MemoryFullConnection {
  override async doWrite({ source, ...request }: WriteRequest, context: Context): Promise<Entry> {
    const pieces: Uint8Array[] = []
    let failure: Error | undefined
    try {
      for await (const piece of await source.open()) pieces.push(piece)
    } catch (cause) {
      failure = cause instanceof Error ? cause : new Error(String(cause))
    }
    const entry = await super.doWrite({ ...request, source: bytesSource(Buffer.concat(pieces)) }, context)
    if (failure !== undefined) throw failure
    return entry
  }
}

/** Keeps every object under another name than it was told. */
abstract class Renames extends MemoryFullConnection {
  protected abstract rename(path: string): string

  override async doWrite(request: WriteRequest, context: Context): Promise<Entry> {
    const entry = await super.doWrite({ ...request, path: this.rename(request.path) }, context)
    return { ...entry, path: request.path }
  }

  override async doRead(request: ReadRequest, context: Context): Promise<ReadResult> {
    const { entry, body } = await super.doRead({ ...request, path: this.rename(request.path) }, context)
    return { entry: { ...entry, path: request.path }, body }
  }

  override async doStat(path: string, context: Context): Promise<Entry> {
    return { ...(await super.doStat(this.rename(path), context)), path }
  }
}

export class FoldsCase extends Renames {
  protected override rename(path: string): string {
    return path.toLowerCase()
  }
}

/** So that a name may hold `..%2f` and lead out of its folder. */
export class DecodesPaths extends Renames {
  protected override rename(path: string): string {
    return path.replace(/%([0-9A-Fa-f]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  }
}

export class TrimsNames extends Renames {
  protected override rename(path: string): string {
    return path
      .split('/')
      .map(segment => segment.trim().replace(/\.+$/, ''))
      .join('/')
  }
}

export class RemovesNeighbours extends MemoryFullConnection {
  override async doRemoveAll(prefix: string, context: Context): Promise<void> {
    const { items } = await super.doList({ prefix: '', recursive: true }, undefined, context)
    await super.doRemove(
      items.map(({ path }) => path).filter(path => path.startsWith(prefix)),
      context,
    )
  }
}
