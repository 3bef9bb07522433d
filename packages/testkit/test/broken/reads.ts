import type { Context, Entry, ListRequest, Page, ReadRequest, ReadResult } from '@fairlead/core'
import { StatusError } from '../../src/memory/errors.ts'
import { MemoryFullConnection } from '../../src/memory/variants.ts'

const never = new AbortController().signal

export class IgnoresAbort extends MemoryFullConnection {
  override async doRead(request: ReadRequest, _context: Context): Promise<ReadResult> {
    return await super.doRead(request, { signal: never })
  }
}

export class SwallowsNotFound extends MemoryFullConnection {
  override async doRead(request: ReadRequest, context: Context): Promise<ReadResult> {
    try {
      return await super.doRead(request, context)
    } catch (cause) {
      if (!(cause instanceof StatusError) || cause.status !== 404) throw cause
      return { entry: { path: request.path, kind: 'object', size: 0 }, body: new Uint8Array() }
    }
  }
}

export class RangeOffByOne extends MemoryFullConnection {
  override async doRead(request: ReadRequest, context: Context): Promise<ReadResult> {
    const { range } = request
    return await super.doRead(
      range?.end === undefined ? request : { ...request, range: { start: range.start, end: range.end + 1 } },
      context,
    )
  }
}

export class IgnoresReadCondition extends MemoryFullConnection {
  override async doRead({ ifMatch: _ifMatch, ...request }: ReadRequest, context: Context): Promise<ReadResult> {
    return await super.doRead(request, context)
  }
}

/** Says so of the size too, so that nothing but the bytes themselves tells. */
export class TruncatesBodies extends MemoryFullConnection {
  override async doRead(request: ReadRequest, context: Context): Promise<ReadResult> {
    const { entry } = await super.doRead({ path: request.path }, context)
    const { checksums: _checksums, ...rest } = entry
    const size = Math.min(entry.size ?? 0, 100_000)
    if (size === entry.size) return await super.doRead(request, context)
    const { start = 0, end = size } = request.range ?? {}
    const { body } = await super.doRead({ ...request, range: { start, end: Math.min(end, size) } }, context)
    return { entry: { ...rest, size }, body }
  }
}

export class DropsLastPage extends MemoryFullConnection {
  override async doList(request: ListRequest, cursor: string | undefined, context: Context): Promise<Page<Entry>> {
    const page = await super.doList(request, cursor, context)
    if (cursor === undefined || page.cursor === undefined) return page
    const next = await super.doList(request, page.cursor, context)
    return next.cursor === undefined ? { items: page.items } : page
  }
}

export class RepeatsBetweenPages extends MemoryFullConnection {
  #last: Entry | undefined

  override async doList(request: ListRequest, cursor: string | undefined, context: Context): Promise<Page<Entry>> {
    const page = await super.doList(request, cursor, context)
    const items = cursor === undefined || this.#last === undefined ? page.items : [this.#last, ...page.items]
    this.#last = page.items.at(-1)
    return { ...page, items }
  }
}

export class ListsByStringPrefix extends MemoryFullConnection {
  override async doList(request: ListRequest, cursor: string | undefined, context: Context): Promise<Page<Entry>> {
    const page = await super.doList({ ...request, prefix: '', recursive: true }, cursor, context)
    return { ...page, items: page.items.filter(({ path }) => path.startsWith(request.prefix)) }
  }
}

export class UnorderedListing extends MemoryFullConnection {
  override async doList(request: ListRequest, cursor: string | undefined, context: Context): Promise<Page<Entry>> {
    const page = await super.doList(request, cursor, context)
    return { ...page, items: page.items.toSorted((a, b) => a.path.localeCompare(b.path)) }
  }
}
