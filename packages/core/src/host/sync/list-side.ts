import type { Item, PlaceListOptions } from '../transfer/place.ts'
import type { Side } from './side.ts'

/** The items of a side in order of their paths, in batches. */
export function listSide({ place }: Side, options: PlaceListOptions): AsyncIterable<readonly Item[]> {
  return place.list(options)
}
