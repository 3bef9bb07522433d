import type { PathRules } from '../../contract/capabilities.ts'
import type { Entry } from '../../contract/entry.ts'
import { foldPath } from '../../contract/path-rules.ts'
import { printable } from '../../contract/reference.ts'
import type { ListOptions } from '../client.ts'
import type { Gate } from './refuse.ts'
import type { ClientRuntime } from '../runtime.ts'

/** One folder that is being listed: the rest of its page, and where the next page begins. */
interface Level {
  readonly prefix: string
  items: readonly Entry[]
  index: number
  cursor: string | undefined
  started: boolean
  /** An earlier cursor, moved on after 1, 2, 4, 8 … pages (Brent's algorithm): one that comes again closes a circle. */
  landmark: string | undefined
  pages: number
  /** Folders of an ordered store whose content comes after names that sort before `folder/`. */
  readonly waiting: string[]
}

/**
 * Lists a folder, page by page: one page is in memory per folder level, a page that failed is repeated alone, and
 * nothing is asked for beyond where the caller stops. Recursive listings give objects only; where the service lists
 * one level at a time, the levels are walked here, in the service's order.
 */
export async function* listEntries(
  runtime: ClientRuntime,
  gate: Gate,
  prefix: string,
  options: ListOptions = {},
): AsyncGenerator<Entry, void, undefined> {
  options.signal?.throwIfAborted()
  const { logical, stored } = gate.folder(prefix)
  const list = runtime.capabilities.list
  if (list === false) throw gate.unsupported('list', logical, "can't list")
  const doList = gate.method(runtime.connection.doList?.bind(runtime.connection), 'list', logical)
  const recursive = options.recursive === true
  const walk = recursive && !list.recursive
  const levels: Level[] = [openLevel(stored)]

  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const item = level.items[level.index]
    if (item === undefined) {
      if (level.started && level.cursor === undefined) {
        const next = level.waiting.shift()
        if (next === undefined) levels.pop()
        else levels.push(openLevel(next))
        continue
      }
      const { prefix: below, cursor } = level
      const page = await runtime.attempts.run(
        { name: 'list', path: logical },
        context => doList({ prefix: below, recursive: recursive && !walk }, cursor, context),
        options,
      )
      if (page.cursor !== undefined && (page.cursor === cursor || page.cursor === level.landmark)) {
        throw gate.error(
          'plugin-invalid',
          'list',
          logical,
          `listing "${logical}" does not come forward: two pages end at the same place.`,
          `Report it to the authors of ${runtime.manifest.package}.`,
        )
      }
      level.pages++
      if (Number.isInteger(Math.log2(level.pages))) level.landmark = page.cursor
      level.items = page.items
      level.index = 0
      level.cursor = page.cursor
      level.started = true
      continue
    }
    if (!liesIn(item.path, level.prefix, runtime.capabilities.paths)) {
      throw gate.error(
        'plugin-invalid',
        'list',
        logical,
        `listing "${printable(level.prefix)}" gave "${printable(item.path)}", which does not lie in it.`,
        `Report it to the authors of ${runtime.manifest.package}.`,
      )
    }
    const due = level.waiting[0]
    if (due !== undefined && comparePaths(`${due}/`, item.path) < 0) {
      level.waiting.shift()
      levels.push(openLevel(due))
      continue
    }
    level.index++
    if (item.kind === 'object' || !recursive) {
      options.signal?.throwIfAborted()
      yield gate.entry(item)
    } else if (walk) {
      if (list.ordered) insertOrdered(level.waiting, item.path)
      else levels.push(openLevel(item.path))
    }
  }
}

/** Whether a service may give this path for that folder: where it can't tell case or Unicode form, in the spelling it keeps. */
function liesIn(path: string, folder: string, rules: PathRules): boolean {
  return folder === '' || path.startsWith(`${folder}/`) || foldPath(path, rules).startsWith(`${foldPath(folder, rules)}/`)
}

function openLevel(prefix: string): Level {
  return { prefix, items: [], index: 0, cursor: undefined, started: false, landmark: undefined, pages: 0, waiting: [] }
}

function insertOrdered(waiting: string[], path: string): void {
  let at = waiting.length
  while (at > 0 && comparePaths(`${path}/`, `${waiting[at - 1] ?? ''}/`) < 0) at--
  waiting.splice(at, 0, path)
}

/** Ascending by UTF-8 bytes, which differs from JavaScript's order above U+FFFF only. */
function comparePaths(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index)
    const right = b.charCodeAt(index)
    if (left !== right) return surrogatesLast(left) - surrogatesLast(right)
  }
  return a.length - b.length
}

function surrogatesLast(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}
