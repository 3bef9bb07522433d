import type { AssetSummary } from '../../contract/asset.ts'
import { FairleadError } from '../../contract/errors.ts'
import { matchesSearch, parseSearchQuery, type SearchQuery } from '../../contract/search-query.ts'
import { quiet, requireCapability, type AssetContext } from './asset-context.ts'
import { summaryOf, type FoundTag } from './asset-store.ts'
import type { CallOptions } from '../client.ts'
import { pages, type PageOf } from '../objects/pages.ts'
import { lanesOf } from '../objects/lanes.ts'
import { parallel } from '../objects/parallel.ts'

/**
 * The assets that fulfil a query, in order of collection, name and tag (by code unit): the same on every client, whether
 * or not the service searches itself. Records are read only where collection, name and tag do not decide, and only when
 * their etag changed. Errors: `input-invalid` for a query that can't be read; a tag record that can't be read is told as
 * a warning and passed over.
 */
export async function* search(
  context: AssetContext,
  text: string,
  options: CallOptions = {},
): AsyncGenerator<AssetSummary, void, undefined> {
  const query = parseSearchQuery(text)
  const native = context.runtime.capabilities.search.native !== false
  if (!native && context.runtime.capabilities.assets === 'objects') requireCapability(context, 'list', 'search')
  const call = quiet(options)
  const found: AssetSummary[] = []
  const pending: FoundTag[] = []
  for await (const tag of native ? searchNatively(context, query, call) : context.store.enumerate(query, call)) {
    const answer = byNames(query, tag.summary)
    if (answer === 'yes') found.push(tag.summary)
    else if (answer === 'unknown') pending.push(tag)
  }
  const lanes = lanesOf(context.runtime, options)
  await parallel(
    pending,
    lanes,
    async (tag, signal) => {
      const summary = await completeOrWarn(tag, { ...call, signal, lanes })
      if (summary !== undefined && matchesSearch(query, summary)) found.push(summary)
    },
    options.signal,
  )
  yield* found.sort(inOrder)
}

/** Whether collection, name and tag alone decide: `unknown` when a term asks for more than they say. */
function byNames(query: SearchQuery, { collection, name, tag }: AssetSummary): 'yes' | 'no' | 'unknown' {
  let answer: 'yes' | 'unknown' = 'yes'
  for (const term of query.terms) {
    const inNames = (term.kind === 'field' && term.field !== 'type') || term.kind === 'word'
    if (inNames && matchesSearch({ text: '', terms: [term] }, { collection, name, tag })) continue
    if (term.kind === 'field' && term.field !== 'type') return 'no'
    answer = 'unknown'
  }
  return answer
}

async function completeOrWarn(tag: FoundTag, call: CallOptions): Promise<AssetSummary | undefined> {
  try {
    return await tag.complete(call)
  } catch (cause) {
    if (!FairleadError.is(cause, 'integrity') && !FairleadError.is(cause, 'unsupported')) throw cause
    call.onEvent?.({ type: 'warning', message: cause.message })
    return undefined
  }
}

/** The service narrows, the host decides: what it sends is filtered again by the same rules. */
async function* searchNatively(
  { runtime, store }: AssetContext,
  query: SearchQuery,
  call: CallOptions,
): AsyncGenerator<FoundTag, void, undefined> {
  const doSearch = runtime.connection.doSearch?.bind(runtime.connection)
  if (doSearch === undefined)
    throw new FairleadError('plugin-invalid', `The client ${runtime.manifest.name} declares a native search and has no doSearch.`, {
      hint: 'Define doSearch, or declare search: { native: false }.',
    })
  const pageOf: PageOf<AssetSummary> = (cursor, context) => doSearch(query, cursor, context)
  for await (const page of pages(runtime, { name: 'search' }, pageOf, call)) {
    for (const summary of page) {
      yield {
        summary,
        complete: async call => {
          if (summary.labels !== undefined && summary.type !== undefined && summary.time !== undefined) return summary
          const { collection, name, tag } = summary
          const found = await store.tagged({ collection, name }, tag, call)
          return found === undefined ? undefined : summaryOf(summary, found.record)
        },
      }
    }
  }
}

function inOrder(a: AssetSummary, b: AssetSummary): number {
  for (const key of ['collection', 'name', 'tag'] as const) {
    if (a[key] !== b[key]) return a[key] < b[key] ? -1 : 1
  }
  return 0
}
