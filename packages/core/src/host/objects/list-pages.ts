import type { Entry } from '../../contract/entry.ts'
import { printable } from '../../contract/reference.ts'
import type { EntryPage, ListPagesOptions } from '../client.ts'
import { liesIn, listEntries } from './list.ts'
import { wholePages } from './pages.ts'
import type { Gate } from './refuse.ts'
import type { ClientRuntime } from '../runtime.ts'

const walkedEntries = 1000

/**
 * A listing as its pages, without a step for each entry: what very many objects are listed with. Recursive pages hold objects only.
 * `unsupported` for `after` where the client can't begin behind a path.
 */
export async function* listPages(
  runtime: ClientRuntime,
  gate: Gate,
  prefix: string,
  { recursive = false, after, ...call }: ListPagesOptions = {},
): AsyncGenerator<EntryPage, void, undefined> {
  call.signal?.throwIfAborted()
  const { logical, stored } = gate.folder(prefix)
  const { list } = runtime.capabilities
  if (list === false) throw gate.unsupported('list', logical, "can't list")
  if (after !== undefined && (list.after !== true || !recursive))
    throw gate.unsupported('list', logical, "can't start a listing after a path", 'List it from its beginning.')
  if (recursive && !list.recursive) {
    yield* walked(runtime, gate, logical, call)
    return
  }
  const doList = gate.method(runtime.connection.doList?.bind(runtime.connection), 'list', logical)
  const request = { prefix: stored, recursive, ...(after !== undefined && { after: gate.folder(after).stored }) }
  for await (const { items, cursor } of wholePages(
    runtime,
    { name: 'list', path: logical },
    (from, context) => doList(request, from, context),
    call,
  )) {
    const entries: Entry[] = []
    for (const item of items) {
      if (!liesIn(item.path, stored, runtime.capabilities.paths))
        throw gate.error(
          'plugin-invalid',
          'list',
          logical,
          `listing "${printable(stored)}" returned "${printable(item.path)}", which is not inside it.`,
          `Report it to the authors of ${runtime.manifest.package}.`,
        )
      if (item.kind === 'object' || !recursive) entries.push(gate.entry(item))
    }
    yield { items: entries, more: cursor !== undefined }
  }
}

async function* walked(
  runtime: ClientRuntime,
  gate: Gate,
  prefix: string,
  call: Omit<ListPagesOptions, 'recursive' | 'after'>,
): AsyncGenerator<EntryPage, void, undefined> {
  let items: Entry[] = []
  for await (const entry of listEntries(runtime, gate, prefix, { ...call, recursive: true })) {
    items.push(entry)
    if (items.length < walkedEntries) continue
    yield { items, more: true }
    items = []
  }
  yield { items, more: false }
}
