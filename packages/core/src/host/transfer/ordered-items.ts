import type { PathRules } from '../../contract/capabilities.ts'
import { FairleadError } from '../../contract/errors.ts'
import { quotePath } from '../../contract/path-rules.ts'
import { comparePaths } from '../../contract/path-order.ts'
import { createTextSorter } from '../../contract/text-sorter.ts'
import type { Item } from './place.ts'

/** The percent sign, with which a quoted character begins. */
const percent = 0x25

/**
 * Items in ascending order of their logical paths. `ordered` are the path rules of a store that lists in order of its stored paths;
 * undefined of one that lists in no order. A quoted character is stored as `%XX`, which sorts before nearly everything, so of an
 * ordered store only items with quoted paths are held back until their turn; all else is sorted as a whole, in about 150 bytes an item.
 */
export function orderedItems(items: AsyncIterable<Item>, ordered: PathRules | undefined): AsyncIterable<Item> {
  if (ordered === undefined || !quotesComeEarly(ordered)) return sortedAsWhole(items)
  return ordered.forbidden === '' && ordered.reserved.length === 0 ? items : heldBack(items, ordered)
}

function quotesComeEarly({ forbidden, reserved }: PathRules): boolean {
  return [...forbidden, ...reserved.map(name => name.charAt(0))].every(character => character.charCodeAt(0) > percent)
}

async function* heldBack(items: AsyncIterable<Item>, rules: PathRules): AsyncGenerator<Item, void, undefined> {
  let held: Item[] = []
  for await (const item of items) {
    while (held.length > 0) {
      const first = held[0]
      if (first === undefined || comparePaths(first.path, item.path) > 0) break
      yield first
      held.shift()
    }
    if (quotePath(item.path, rules) === item.path) yield item
    else held = inserted(held, item)
  }
  yield* held
}

function inserted(held: Item[], item: Item): Item[] {
  let at = held.length
  while (at > 0 && comparePaths(held[at - 1]?.path ?? '', item.path) > 0) at--
  held.splice(at, 0, item)
  return held
}

async function* sortedAsWhole(items: AsyncIterable<Item>): AsyncGenerator<Item, void, undefined> {
  const sorter = createTextSorter()
  for await (const { path, ...rest } of items) sorter.add(`${escaped(path)}\u0001${JSON.stringify(rest)}`)
  for (let text = sorter.next(); text !== undefined; text = sorter.next()) {
    const end = text.indexOf('\u0001')
    // What was written three lines above.
    const rest: unknown = JSON.parse(text.slice(end + 1))
    if (!isItemRest(rest)) throw new FairleadError('unexpected', 'a listing that was put in order lost an item.', { hint: 'Report it.' })
    yield { path: restored(text.slice(0, end)), ...rest }
  }
}

function isItemRest(value: unknown): value is Omit<Item, 'path'> {
  return typeof value === 'object' && value !== null
}

/** The separator can't stand in what is in front of it, and what stands for it keeps the order. */
function escaped(path: string): string {
  return path.replaceAll('\u0002', '\u0002\u0003').replaceAll('\u0001', '\u0002\u0002')
}

function restored(path: string): string {
  return path.replaceAll('\u0002\u0002', '\u0001').replaceAll('\u0002\u0003', '\u0002')
}
