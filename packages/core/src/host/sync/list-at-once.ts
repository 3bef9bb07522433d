import type { Entry } from '../../contract/entry.ts'
import type { Client, EntryPage } from '../client.ts'
import { comparePaths } from '../../contract/path-order.ts'

/** Pages that one part of a listing is meant to have. */
const pagesPerPart = 3
/** Parts that are listed at once. */
const partsAtOnce = 6
/** Pages of a part that wait for their turn; more are not asked for before. */
const pagesAhead = 4

/**
 * The objects below a prefix of a client that lists in order, page by page. What fits into a page is one request. Of more, where the
 * client can begin behind a path, the folders of the next level are asked for once, and parts of about as many pages are listed at
 * once and given in order: a service that answers a page in a tenth of a second gives ten thousand objects in it. Elsewhere the next
 * page is asked for while the last one is worked on.
 */
export async function* listAtOnce(
  client: Pick<Client, 'capabilities' | 'listPages'>,
  prefix: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly Entry[], void, undefined> {
  const call = signal === undefined ? {} : { signal }
  const { list } = client.capabilities
  const parts = list !== false && list.after === true
  let after: string | undefined
  for (;;) {
    const pages = client.listPages(prefix, { ...call, recursive: true, ...(after !== undefined && { after }) })[Symbol.asyncIterator]()
    const first = await pages.next()
    if (first.done === true) return
    yield first.value.items
    if (!first.value.more) return
    const last = first.value.items.at(-1)?.path
    const splits = !parts || last === undefined ? [] : await splitsBehind(client, prefix, last, call)
    if (splits.length < 2) {
      await using rest = new Part({ [Symbol.asyncIterator]: () => pages }, undefined)
      for (let page = await rest.next(); page !== undefined; page = await rest.next()) yield page
      return
    }
    await pages.return?.()
    yield* inParts(client, prefix, last, splits, call)
    after = splits.at(-1)
  }
}

/**
 * Paths at which the rest of a listing can be divided. Any path would do; these are folders, so that parts are of a size. None where
 * there are no folders to go by.
 */
async function splitsBehind(
  client: Pick<Client, 'listPages'>,
  prefix: string,
  last: string | undefined,
  call: { readonly signal?: AbortSignal },
): Promise<string[]> {
  for await (const { items } of client.listPages(prefix, call)) {
    const ends: string[] = []
    let covered = 0
    for (const { path, kind } of items) {
      // Nothing below the folder sorts behind this, and nothing beside it before: a zero comes right after a slash.
      const end = kind === 'prefix' ? `${path}0` : path
      if (last !== undefined && comparePaths(end, last) <= 0) covered++
      else if (kind === 'prefix') ends.push(end)
    }
    const step = Math.max(1, covered * pagesPerPart)
    const splits = ends.filter((_, index) => (index + 1) % step === 0)
    const end = ends.at(-1)
    if (end !== undefined && splits.at(-1) !== end) splits.push(end)
    return splits
  }
  return []
}

/** The parts between `from` and the splits, in order, the next ones on their way while one is given. */
async function* inParts(
  client: Pick<Client, 'listPages'>,
  prefix: string,
  from: string | undefined,
  splits: readonly string[],
  call: { readonly signal?: AbortSignal },
): AsyncGenerator<readonly Entry[], void, undefined> {
  const waiting: Part[] = []
  let next = 0
  const begin = (): void => {
    const after = next === 0 ? from : splits[next - 1]
    const until = splits[next]
    if (until === undefined) return
    next++
    waiting.push(new Part(client.listPages(prefix, { ...call, recursive: true, ...(after !== undefined && { after }) }), until))
  }
  try {
    while (waiting.length < partsAtOnce && next < splits.length) begin()
    for (let part = waiting[0]; part !== undefined; part = waiting[0]) {
      for (let page = await part.next(); page !== undefined; page = await part.next()) yield page
      await waiting.shift()?.[Symbol.asyncDispose]()
      begin()
    }
  } finally {
    await Promise.all(waiting.map(part => part[Symbol.asyncDispose]()))
  }
}

/** One part of a listing, fetched ahead of its turn. */
class Part implements AsyncDisposable {
  private readonly pages: AsyncIterator<EntryPage, unknown>
  private readonly until: string | undefined
  private readonly ready: Array<readonly Entry[]> = []
  private failure: { readonly reason: unknown } | undefined
  private done = false
  private stopped = false
  private fetching: Promise<void> | undefined
  private wake: (() => void) | undefined

  /** `until`: the last path of the part. */
  constructor(pages: AsyncIterable<EntryPage>, until: string | undefined) {
    this.pages = pages[Symbol.asyncIterator]()
    this.until = until
    this.fetch()
  }

  /** The next page; undefined at the end. */
  async next(): Promise<readonly Entry[] | undefined> {
    for (;;) {
      const page = this.ready.shift()
      this.fetch()
      if (page !== undefined) return page
      if (this.failure !== undefined) throw this.failure.reason
      if (this.done) return undefined
      await new Promise<void>(resolve => (this.wake = resolve))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stopped = true
    await this.fetching
    await this.pages.return?.()
  }

  /** One fetcher at a time, as long as there is room. */
  private fetch(): void {
    if (this.fetching !== undefined || this.done || this.stopped || this.ready.length >= pagesAhead) return
    this.fetching = this.fill()
  }

  private async fill(): Promise<void> {
    try {
      while (!this.done && !this.stopped && this.ready.length < pagesAhead) this.take(await this.pages.next())
    } catch (reason) {
      this.failure = { reason }
      this.done = true
    }
    this.fetching = undefined
    this.wake?.()
  }

  private take({ done, value }: IteratorResult<EntryPage, unknown>): void {
    if (done === true) this.done = true
    else {
      const { until } = this
      const { items, more } = value
      const last = items.at(-1)
      const beyond = until !== undefined && last !== undefined && comparePaths(last.path, until) > 0
      this.ready.push(beyond ? items.filter(({ path }) => comparePaths(path, until) <= 0) : items)
      if (!more || beyond) this.done = true
    }
    this.wake?.()
  }
}
