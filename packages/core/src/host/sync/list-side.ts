import { printable } from '../../contract/reference.ts'
import { comparePaths } from '../../contract/path-order.ts'
import { disordered, isPlainPath, itemOf } from '../transfer/client-place.ts'
import { everything } from '../transfer/filters.ts'
import type { ClientPlace, Item, PlaceListOptions } from '../transfer/place.ts'
import { listAtOnce } from './list-at-once.ts'
import type { Side } from './side.ts'

/** The items of a side in order of their paths, in batches; of a service that allows it, several parts of the listing at once. */
export function listSide({ place }: Side, options: PlaceListOptions): AsyncIterable<readonly Item[]> {
  if (place.kind === 'local') return place.list(options)
  const { list, paths } = place.client.capabilities
  const asStored = paths.forbidden === '' && paths.reserved.length === 0
  // Quoted paths come in another order than the paths themselves, and unordered ones in none: the place puts them in order.
  return list !== false && list.recursive && list.ordered && asStored ? pagesOf(place, options) : place.list(options)
}

async function* pagesOf(
  place: ClientPlace,
  { filter = everything, onProblem, signal }: PlaceListOptions,
): AsyncGenerator<readonly Item[], void, undefined> {
  const { client, prefix } = place
  const skip = prefix === '' ? 0 : prefix.length + 1
  let before = ''
  for await (const page of listAtOnce(client, prefix, signal)) {
    const items: Item[] = []
    for (const entry of page) {
      const path = entry.path.slice(skip)
      // A listing that moves on while it is read may give an object twice.
      if (path === before || !filter.wantsPath(path)) continue
      if (!isPlainPath(path)) {
        onProblem?.({
          path: printable(path),
          reason: 'path-invalid',
          message: 'The service listed a path that is none: it would lead elsewhere.',
        })
        continue
      }
      if (comparePaths(before, path) > 0) throw disordered(client, path, before)
      before = path
      const item = itemOf(path, entry)
      if (filter.wantsItem(item)) items.push(item)
    }
    if (items.length > 0) yield items
  }
}
