import { FairleadError, inParallel, type Entry, type ListRequest, type Page } from '@fairlead/core'
import { isRefusal } from '../errors.ts'
import { rootFiles } from '../manifest.ts'
import { entryOf, entryOfFile, joined, readAttributes, shownFile, timeOf, toSegment } from '../mapping.ts'
import type { Items } from './items.ts'
import { countOf, recordsOf, textOf, type Json } from './json.ts'
import type { Folder, Tree } from './tree.ts'
import type { Wire } from './wire.ts'

const pageSize = 1000
const most = 8

/** How far a listing is: folders come first. */
interface Cursor {
  readonly of: 'folder' | 'item'
  readonly offset: number
  /** The last name, since a second document of that name is no entry. */
  readonly last: string
}

/** The folders and files right in a folder, page by page. */
export class Listings {
  readonly #wire: Wire
  readonly #tree: Tree
  readonly #items: Items

  constructor(wire: Wire, tree: Tree, items: Items) {
    this.#wire = wire
    this.#tree = tree
    this.#items = items
  }

  /** Where nobody asks for less, the folders and the files are asked for at the same time: most folders fill no page. */
  async page({ prefix, limit }: ListRequest, text: string | undefined, signal: AbortSignal): Promise<Page<Entry>> {
    if (text !== undefined) return await this.#part(prefix, parseCursor(text), limit, signal)
    if (limit !== undefined) return await this.#part(prefix, atBeginning('folder'), limit, signal)
    // Neither may go on when the other has failed.
    const asked = (['folder', 'item'] as const).map(async of => await this.#part(prefix, atBeginning(of), limit, signal))
    await Promise.allSettled(asked)
    const [first = { items: [] }, files = { items: [] }] = await Promise.all(asked)
    if (first.cursor === undefined || parseCursor(first.cursor).of === 'folder') return first
    return { ...files, items: [...first.items, ...files.items] }
  }

  async #part(prefix: string, cursor: Cursor, limit: number | undefined, signal: AbortSignal): Promise<Page<Entry>> {
    const count = Math.max(1, Math.min(limit ?? pageSize, pageSize))
    const folder = cursor.of === 'folder' ? await this.#tree.find(prefix, signal) : await this.#tree.findItems(prefix, signal)
    // A root without files of its own has no folder for them.
    if (folder === undefined) return { items: [] }
    const documents = await this.#documents(cursor, folder, count, signal)
    const fresh = withoutTwins(documents, cursor.last)
    const last = textOf(documents.at(-1)?.['name']) ?? cursor.last
    const entries = cursor.of === 'folder' ? this.#folders(prefix, folder, fresh) : await this.#files(prefix, fresh, signal)
    if (documents.length === count)
      return { items: entries, cursor: JSON.stringify({ of: cursor.of, offset: cursor.offset + count, last }) }
    return { items: entries, ...(cursor.of === 'folder' && { cursor: JSON.stringify(atBeginning('item')) }) }
  }

  async #documents({ of, offset }: Cursor, { id, type }: Folder, limit: number, signal: AbortSignal): Promise<readonly Json[]> {
    const parent = of === 'folder' ? { parentType: type, parentId: id } : { folderId: id }
    try {
      return recordsOf(await this.#wire.json({ path: of, query: { ...parent, limit, offset, sort: 'name' }, signal }))
    } catch (cause) {
      if (!isRefusal(cause)) throw cause
      this.#tree.forget('')
      return []
    }
  }

  #folders(prefix: string, parent: Folder, documents: readonly Json[]): readonly Entry[] {
    return documents.flatMap((document): Entry[] => {
      const [id, name] = [textOf(document['_id']), textOf(document['name'])]
      if (id === undefined || name === undefined || (parent.type !== 'folder' && name === rootFiles)) return []
      return [{ path: joined(prefix, toSegment(name)), kind: 'prefix', id }]
    })
  }

  /**
   * The size of an item is that of all its files. Where it is what was kept of its one object, that is the object; an empty
   * one, and one that does not fit, is asked for its files.
   */
  async #files(prefix: string, documents: readonly Json[], signal: AbortSignal): Promise<readonly Entry[]> {
    const entries = new Map<number, Entry>()
    const asked: Array<readonly [number, Json]> = []
    for (const [index, item] of documents.entries()) {
      const path = joined(prefix, toSegment(textOf(item['name']) ?? ''))
      const [size, attributes] = [countOf(item['size']) ?? 0, readAttributes(item)]
      if (size === 0 || attributes?.pending === true || (attributes !== undefined && attributes.size !== size)) asked.push([index, item])
      else if (attributes !== undefined) entries.set(index, entryOf(path, attributes))
      else {
        const modified = timeOf(item['updated'])
        entries.set(index, { path, kind: 'object', size, ...(modified !== undefined && { modified: new Date(modified) }) })
      }
    }
    await inParallel(asked, most, async ([index, item]) => {
      const [id, name] = [textOf(item['_id']), textOf(item['name'])]
      if (id === undefined || name === undefined) return
      const file = shownFile(name, await this.#items.files(id, signal))
      if (file !== undefined) entries.set(index, entryOfFile(joined(prefix, toSegment(name)), file, readAttributes(item)))
    })
    return [...entries].toSorted(([a], [b]) => a - b).map(([, entry]) => entry)
  }
}

const atBeginning = (of: Cursor['of']): Cursor => ({ of, offset: 0, last: '' })

/** Documents sorted by name: of several of one name the oldest. */
function withoutTwins(documents: readonly Json[], before: string): readonly Json[] {
  const oldest = new Map<string, Json>()
  for (const document of documents) {
    const name = textOf(document['name']) ?? ''
    if (name === before && before !== '') continue
    const twin = oldest.get(name)
    if (twin === undefined || (textOf(document['_id']) ?? '') < (textOf(twin['_id']) ?? '')) oldest.set(name, document)
  }
  return [...oldest.values()]
}

function parseCursor(text: string): Cursor {
  const value: unknown = JSON.parse(text)
  const [record = {}] = recordsOf([value])
  const { of, last } = record
  const offset = countOf(record['offset'])
  if ((of !== 'folder' && of !== 'item') || offset === undefined || typeof last !== 'string')
    throw new FairleadError('input-invalid', "The listing can't continue: its cursor is not from Girder.", { hint: 'Begin it again.' })
  return { of, offset, last }
}
