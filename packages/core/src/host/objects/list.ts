import type { PathRules } from '../../contract/capabilities.ts'
import type { Entry } from '../../contract/entry.ts'
import { foldPath } from '../../contract/path-rules.ts'
import { printable } from '../../contract/reference.ts'
import type { ListOptions } from '../client.ts'
import { pages } from './pages.ts'
import type { Gate } from './refuse.ts'
import type { ClientRuntime } from '../runtime.ts'
import { comparePaths } from '../../contract/path-order.ts'

/** One folder that is being listed: what is left of its page, and the pages behind it. */
interface Level {
  readonly prefix: string
  readonly pages: AsyncIterator<readonly Entry[], void>
  items: readonly Entry[]
  index: number
  /** No page is left. */
  done: boolean
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
  const { read } = runtime.capabilities
  if (options.versions === true && (read === false || !read.versions))
    throw gate.unsupported('list', logical, 'does not keep versions', 'List without versions.')
  const openLevel = (below: string): Level => {
    const request = { prefix: below, recursive: recursive && !walk, ...(options.versions === true && { versions: true as const }) }
    const turn = pages(runtime, { name: 'list', path: logical }, (cursor, context) => doList(request, cursor, context), options)
    return { prefix: below, pages: turn, items: [], index: 0, done: false, waiting: [] }
  }
  const levels: Level[] = [openLevel(stored)]

  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const item = level.items[level.index]
    if (item === undefined) {
      if (level.done) {
        const next = level.waiting.shift()
        if (next === undefined) levels.pop()
        else levels.push(openLevel(next))
        continue
      }
      const page = await level.pages.next()
      level.items = page.value ?? []
      level.index = 0
      level.done = page.done === true
      continue
    }
    if (!liesIn(item.path, level.prefix, runtime.capabilities.paths)) {
      throw gate.error(
        'plugin-invalid',
        'list',
        logical,
        `listing "${printable(level.prefix)}" returned "${printable(item.path)}", which is not inside it.`,
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
export function liesIn(path: string, folder: string, rules: PathRules): boolean {
  return folder === '' || path.startsWith(`${folder}/`) || foldPath(path, rules).startsWith(`${foldPath(folder, rules)}/`)
}

function insertOrdered(waiting: string[], path: string): void {
  let at = waiting.length
  while (at > 0 && comparePaths(`${path}/`, `${waiting[at - 1] ?? ''}/`) < 0) at--
  waiting.splice(at, 0, path)
}
