import { FairleadError, type Entry } from '@fairlead/core'
import { isRefusal } from '../errors.ts'
import {
  attributesKey,
  byAge,
  entryOfFile,
  readAttributes,
  shownFile,
  splitPath,
  toFile,
  toFileName,
  toName,
  type Attributes,
  type GirderFile,
} from '../mapping.ts'
import { isRecord, needText, recordsOf, textOf, type Json } from './json.ts'
import { gone, oldestOf, type Tree } from './tree.ts'
import type { Wire } from './wire.ts'

/** An item, which is where an object has its place, and its metadata. */
export interface Item {
  readonly id: string
  readonly name: string
  readonly document: Json
}

/** An object that is there. */
export interface Found {
  readonly item: Item
  readonly file: GirderFile
  readonly entry: Entry
}

/** The items of a connection. Of two of one name the oldest counts. */
export class Items {
  readonly #wire: Wire
  readonly #tree: Tree

  constructor(wire: Wire, tree: Tree) {
    this.#wire = wire
    this.#tree = tree
  }

  /** Every item at a path, oldest first. */
  async all(path: string, signal: AbortSignal): Promise<readonly Item[]> {
    const { folder, name } = splitPath(path)
    const place = await this.#tree.findItems(folder, signal)
    return place === undefined || name === '' ? [] : await this.#named(place.id, toName(name), signal)
  }

  /** The object at a path; undefined where there is none. */
  async find(path: string, signal: AbortSignal): Promise<Found | undefined> {
    const [item] = await this.all(path, signal)
    if (item === undefined) return undefined
    const file = shownFile(item.name, await this.files(item.id, signal))
    if (file === undefined) return undefined
    if (file.link !== undefined)
      throw new FairleadError('unsupported', `"${path}" is a link to ${file.link}, and no file in Girder.`, {
        path,
        hint: 'Fetch it from there.',
      })
    return { item, file, entry: entryOfFile(path, file, readAttributes(item.document)) }
  }

  /** The item at a path, made where there is none. `made`: nothing was there. */
  async make(path: string, signal: AbortSignal): Promise<{ readonly item: Item; readonly made: boolean }> {
    const { folder, name } = splitPath(path)
    const place = await this.#tree.makeItems(folder, signal)
    const stored = toName(name)
    const [there] = await this.#named(place.id, stored, signal)
    if (there !== undefined) return { item: there, made: false }
    let made: string
    try {
      const query = { folderId: place.id, name: stored, reuseExisting: true }
      made = needText(await this.#wire.json({ method: 'POST', path: 'item', query, signal }), '_id')
    } catch (cause) {
      if (!isRefusal(cause)) throw cause
      this.#tree.forget(folder)
      throw gone(path, cause)
    }
    const [oldest] = await this.#named(place.id, stored, signal)
    if (oldest === undefined) {
      await this.removeEmpty(made, signal)
      throw new FairleadError('path-invalid', `"${path}" is a folder, so it can't also be a file.`, {
        path,
        hint: 'Rename one of the two.',
      })
    }
    if (oldest.id !== made) await this.removeEmpty(made, signal)
    return { item: oldest, made: oldest.id === made }
  }

  /** The files of an item, oldest first; none where the item is gone. */
  async files(id: string, signal: AbortSignal): Promise<readonly GirderFile[]> {
    try {
      const found = recordsOf(await this.#wire.json({ path: `item/${id}/files`, query: { limit: 0 }, signal }))
      return found.flatMap(file => toFile(file) ?? []).toSorted(byAge)
    } catch (cause) {
      if (isRefusal(cause)) return []
      throw cause
    }
  }

  /** Makes a file that has arrived the object of its item: what it replaces goes, and the item says what is known of it. */
  async settle({ id, name }: Item, file: GirderFile, attributes: Attributes, isNew: boolean, signal: AbortSignal): Promise<void> {
    const others = isNew ? [] : await this.files(id, signal)
    for (const other of others) if (other.name === toFileName(name) && byAge(other, file) < 0) await this.removeFile(other.id, signal)
    await this.keep({ id }, attributes, signal)
  }

  /** Lets an item say what is known of its object. */
  async keep({ id }: Pick<Item, 'id'>, attributes: Attributes, signal: AbortSignal): Promise<void> {
    const body = JSON.stringify({ [attributesKey]: attributes })
    const headers = { 'content-type': 'application/json' }
    await this.#wire.json({ method: 'PUT', path: `item/${id}/metadata`, headers, body, signal })
  }

  /** What an item says of its object. */
  async kept(id: string, signal: AbortSignal): Promise<Attributes | undefined> {
    try {
      const item = await this.#wire.json({ path: `item/${id}`, signal })
      return isRecord(item) ? readAttributes(item) : undefined
    } catch (cause) {
      if (isRefusal(cause)) return undefined
      throw cause
    }
  }

  /** Takes a file away; one that is gone is no error. */
  async removeFile(id: string, signal: AbortSignal): Promise<void> {
    await this.#unlessGone({ method: 'DELETE', path: `file/${id}`, signal })
  }

  /** Takes an item away, with its files. */
  async remove(id: string, signal: AbortSignal): Promise<void> {
    await this.#unlessGone({ method: 'DELETE', path: `item/${id}`, signal })
  }

  /** Takes an item away that has no file. */
  async removeEmpty(id: string, signal: AbortSignal): Promise<void> {
    if ((await this.files(id, signal)).length === 0) await this.remove(id, signal)
  }

  async #unlessGone(call: Parameters<Wire['json']>[0]): Promise<void> {
    try {
      await this.#wire.json(call)
    } catch (cause) {
      if (!isRefusal(cause)) throw cause
    }
  }

  async #named(folderId: string, name: string, signal: AbortSignal): Promise<readonly Item[]> {
    try {
      const found = recordsOf(await this.#wire.json({ path: 'item', query: { folderId, name, limit: 0 }, signal }))
      const items = found.flatMap((document): Item[] => {
        const id = textOf(document['_id'])
        return id === undefined ? [] : [{ id, name, document }]
      })
      const oldest = oldestOf(found)
      return items.toSorted((a, b) => (a.id === oldest ? -1 : b.id === oldest ? 1 : 0))
    } catch (cause) {
      if (!isRefusal(cause)) throw cause
      this.#tree.forget('')
      return []
    }
  }
}
