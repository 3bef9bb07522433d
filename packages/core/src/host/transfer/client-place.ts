import { FairleadError } from '../../contract/errors.ts'
import type { Entry } from '../../contract/entry.ts'
import { normalizePath } from '../../contract/path-rules.ts'
import { formatObjectPath, printable } from '../../contract/reference.ts'
import type { CallOptions, Client } from '../client.ts'
import { everything } from './filters.ts'
import { orderedItems } from './ordered-items.ts'
import { comparePaths } from '../../contract/path-order.ts'
import { joinPath, type ClientPlace, type Item, type Looked, type PlaceListOptions } from './place.ts'

const batchItems = 1000

/** The objects of a client below a prefix as a place. `path-invalid` for a prefix that is no path. Nothing is asked before it is used. */
export function clientPlace(client: Client, path: string): ClientPlace {
  const prefix = normalizePath(path)
  const { capabilities } = client
  const object = (inner: string): string => joinPath(prefix, inner)
  const inner = (full: string): string => (prefix === '' ? full : full.slice(prefix.length + 1))

  async function* entries(options: PlaceListOptions): AsyncGenerator<Item, void, undefined> {
    const { filter = everything, onProblem, signal } = options
    for await (const entry of client.list(prefix, { recursive: true, ...(signal !== undefined && { signal }) })) {
      const relative = inner(entry.path)
      if (!filter.wantsPath(relative)) continue
      if (!isPlainPath(relative)) {
        onProblem?.({
          path: printable(relative),
          reason: 'path-invalid',
          message: 'The service listed a path that is none: it would lead elsewhere.',
        })
        continue
      }
      const item = itemOf(relative, entry)
      if (filter.wantsItem(item)) yield item
    }
  }
  return {
    kind: 'client',
    title: formatObjectPath({ connection: client.name, path: prefix }),
    client,
    prefix,
    rules: capabilities.paths,
    object,
    below: path => clientPlace(client, object(path)),
    async look(options): Promise<Looked> {
      const call = callOf(options)
      if (prefix === '') return { kind: 'folder' }
      if (options?.folder !== true) {
        const entry = await statOf(client, prefix, call)
        if (entry?.kind === 'prefix') return { kind: 'folder' }
        if (entry !== undefined) {
          const slash = prefix.lastIndexOf('/')
          const parent = clientPlace(client, slash < 0 ? '' : prefix.slice(0, slash))
          return { kind: 'item', item: itemOf(prefix.slice(slash + 1), entry), parent }
        }
      }
      if (capabilities.list === false) return undefined
      for await (const _ of client.list(prefix, call)) return { kind: 'folder' }
      return undefined
    },
    async *list(options: PlaceListOptions = {}) {
      const { list, paths } = capabilities
      const sorted = orderedItems(entries(options), list !== false && list.ordered ? paths : undefined)
      let batch: Item[] = []
      let before: string | undefined
      for await (const item of sorted) {
        const order = before === undefined ? -1 : comparePaths(before, item.path)
        // A listing that moves on while it is read may give an object twice.
        if (order === 0) continue
        if (order > 0) throw disordered(client, item.path, before ?? '')
        before = item.path
        if (batch.push(item) < batchItems) continue
        yield batch
        batch = []
      }
      if (batch.length > 0) yield batch
    },
    async stat(path, options) {
      const entry = await statOf(client, object(path), callOf(options))
      return entry?.kind === 'object' ? itemOf(path, entry) : undefined
    },
    remove: (paths, options) => client.delete(paths.map(object), callOf(options)),
    address: path => formatObjectPath({ connection: client.name, path: object(path) }),
  }
}

function callOf(options: { readonly signal?: AbortSignal } | undefined): CallOptions {
  return options?.signal === undefined ? {} : { signal: options.signal }
}

/** Undefined where nothing is. Asks by a listing where the client can't be asked for one object. */
async function statOf(client: Client, path: string, call: CallOptions): Promise<Entry | undefined> {
  try {
    return await client.stat(path, call)
  } catch (error) {
    if (FairleadError.is(error, 'not-found')) return undefined
    throw error
  }
}

/** What a listing or a stat says of an object. */
export function itemOf(path: string, { size, modified, etag, version, checksums }: Entry): Item {
  return {
    path,
    ...(size !== undefined && { size }),
    ...(modified !== undefined && { modifiedMs: modified.getTime() }),
    ...(etag !== undefined && { etag }),
    ...(version !== undefined && { version }),
    ...(checksums !== undefined && { checksums }),
  }
}

const odd = /(?:^|\/)\.{0,2}(?:\/|$)|\0/

/** Whether a path of a service is one that stays in its folder; what it says is not trusted. */
export function isPlainPath(path: string): boolean {
  return path !== '' && !odd.test(path) && path.isWellFormed()
}

export function disordered(client: Client, path: string, before: string): FairleadError {
  return new FairleadError(
    'plugin-invalid',
    `listing connection "${client.name}" returned "${printable(path)}" after "${printable(before)}".`,
    {
      connection: client.name,
      operation: 'list',
      path,
      hint: `Report it to the authors of ${client.manifest.package}.`,
    },
  )
}
