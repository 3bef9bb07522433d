import { FairleadError, type Clock } from '@fairlead/core'
import { isRefusal } from '../errors.ts'
import { rootFiles } from '../manifest.ts'
import { joined, splitPath, toName } from '../mapping.ts'
import { isRecord, needText, recordsOf, textOf, type Json } from './json.ts'
import type { Wire } from './wire.ts'

/** A folder, or what can hold folders only: a collection, a user. */
export interface Folder {
  readonly id: string
  readonly type: 'collection' | 'folder' | 'user'
}

/** Where the root is: said by its path, or by id and type. */
export interface RootSetting {
  readonly root: string
  readonly type: Folder['type']
  /** Below it, without slashes at its ends. */
  readonly prefix: string
}

/** For so long a folder is believed to be where it was. */
const believedMs = 30_000

/**
 * The folders of a connection. Their names are not unique in Girder, where two are made at the same moment: the oldest
 * counts, and whoever made another one takes it away again. Paths are those of the connection.
 */
export class Tree {
  readonly #wire: Wire
  readonly #setting: RootSetting
  readonly #clock: Clock
  readonly #known = new Map<string, { readonly folder: Folder; readonly until: number }>()
  readonly #making = new Map<string, Promise<Folder>>()
  #root: Promise<Folder> | undefined

  constructor(wire: Wire, setting: RootSetting, clock: Clock) {
    this.#wire = wire
    this.#setting = setting
    this.#clock = clock
  }

  /** The folder at a path; `''` is the root. Undefined where there is none. */
  async find(path: string, signal: AbortSignal): Promise<Folder | undefined> {
    return await this.#find(joined(this.#setting.prefix, path), signal)
  }

  /** The folder at a path, made with those above it where there is none. */
  async make(path: string, signal: AbortSignal): Promise<Folder> {
    return await this.#make(joined(this.#setting.prefix, path), signal)
  }

  /** The folder whose items are the files at a path: a root that is no folder has one for them. */
  async findItems(path: string, signal: AbortSignal): Promise<Folder | undefined> {
    const folder = await this.find(path, signal)
    return folder === undefined || folder.type === 'folder' ? folder : await this.#find(rootFiles, signal)
  }

  /** As {@link Tree.findItems}, and makes it. */
  async makeItems(path: string, signal: AbortSignal): Promise<Folder> {
    const folder = await this.make(path, signal)
    return folder.type === 'folder' ? folder : await this.#make(rootFiles, signal)
  }

  /** What is known of a path and all below it is no longer believed. */
  forget(path: string): void {
    const full = joined(this.#setting.prefix, path)
    if (path === '') this.#known.clear()
    for (const known of this.#known.keys()) if (known === full || known.startsWith(`${full}/`)) this.#known.delete(known)
  }

  /** The root itself, whatever the prefix. Throws `config-invalid`: nobody is to think that only an asset is missing. */
  async root(signal: AbortSignal): Promise<Folder> {
    this.#root ??= this.#lookUp(signal).catch((cause: unknown) => {
      this.#root = undefined
      throw cause
    })
    return await this.#root
  }

  async #lookUp(signal: AbortSignal): Promise<Folder> {
    const { root, type } = this.#setting
    try {
      if (!root.startsWith('/'))
        return { id: needText(await this.#wire.json({ path: `${type}/${encodeURIComponent(root)}`, signal }), '_id'), type }
      const path = root.replace(/\/+$/, '')
      const found = await this.#wire.json({ path: 'resource/lookup', query: { path }, signal })
      const kind = isRecord(found) ? found['_modelType'] : undefined
      if (kind === 'collection' || kind === 'folder' || kind === 'user') return { id: needText(found, '_id'), type: kind }
      throw new FairleadError('config-invalid', `"${root}" is not a Girder collection, folder or user.`, {
        hint: 'Give root like /collection/NAME or /collection/NAME/FOLDER.',
      })
    } catch (cause) {
      if (!isRefusal(cause)) throw cause
      throw new FairleadError(
        'config-invalid',
        `There is no ${root.startsWith('/') ? '' : `${type} `}"${root}" in Girder, or this user can't see it.`,
        {
          cause,
          hint: root.startsWith('/')
            ? 'Create it in Girder, or correct the setting root.'
            : 'Correct root and root-type, or give root as a path: /collection/NAME.',
        },
      )
    }
  }

  async #find(path: string, signal: AbortSignal): Promise<Folder | undefined> {
    if (path === '') return await this.root(signal)
    const known = this.#known.get(path)
    if (known !== undefined && known.until > this.#clock.now().getTime()) return known.folder
    const { folder, name } = splitPath(path)
    const parent = await this.#find(folder, signal)
    return parent === undefined ? undefined : await this.#child(parent, path, name, signal)
  }

  async #make(path: string, signal: AbortSignal): Promise<Folder> {
    const found = path === '' ? await this.root(signal) : await this.#find(path, signal)
    if (found !== undefined) return found
    const making = this.#making.get(path) ?? this.#create(path, signal).finally(() => this.#making.delete(path))
    this.#making.set(path, making)
    return await making
  }

  async #create(path: string, signal: AbortSignal): Promise<Folder> {
    const { folder, name } = splitPath(path)
    const parent = await this.#make(folder, signal)
    const query = { parentType: parent.type, parentId: parent.id, name: toName(name) }
    let made: string | undefined
    try {
      made = needText(await this.#wire.json({ method: 'POST', path: 'folder', query, signal }), '_id')
    } catch (cause) {
      if (!isRefusal(cause)) throw cause
      this.forget('')
      if (cause.field !== 'name') throw gone(path, cause)
    }
    const oldest = await this.#child(parent, path, name, signal)
    if (oldest === undefined)
      throw new FairleadError('path-invalid', `"${path}" is a file, so it can't also be a folder.`, {
        path,
        hint: 'Rename one of the two.',
      })
    if (made !== undefined && made !== oldest.id) await this.#removeEmpty(made, signal)
    return oldest
  }

  /** Someone else made the same folder a moment before. Whoever found ours before it was seen may have put something in. */
  async #removeEmpty(id: string, signal: AbortSignal): Promise<void> {
    const details = await this.#wire.json({ path: `folder/${id}/details`, signal })
    if (!isRecord(details) || details['nItems'] !== 0 || details['nFolders'] !== 0) return
    await this.#wire.json({ method: 'DELETE', path: 'resource', query: { resources: JSON.stringify({ folder: [id] }) }, signal })
  }

  async #child(parent: Folder, path: string, name: string, signal: AbortSignal): Promise<Folder | undefined> {
    const query = { parentType: parent.type, parentId: parent.id, name: toName(name), limit: 0 }
    const found = oldestOf(await this.#children(query, signal))
    if (found === undefined) {
      this.#known.delete(path)
      return undefined
    }
    const folder: Folder = { id: found, type: 'folder' }
    this.#known.set(path, { folder, until: this.#clock.now().getTime() + believedMs })
    return folder
  }

  async #children(query: Readonly<Record<string, string | number>>, signal: AbortSignal): Promise<readonly Json[]> {
    try {
      return recordsOf(await this.#wire.json({ path: 'folder', query, signal }))
    } catch (cause) {
      if (!isRefusal(cause)) throw cause
      // The folder above is no longer there.
      this.forget('')
      return []
    }
  }
}

/** The oldest of documents: ids of MongoDB begin with the time. */
export function oldestOf(documents: readonly Json[]): string | undefined {
  return documents
    .flatMap(document => textOf(document['_id']) ?? [])
    .toSorted()
    .at(0)
}

/** A folder that was there a moment ago: what it is for is tried again, and finds or makes it anew. */
export function gone(path: string, cause: unknown): FairleadError {
  return new FairleadError('unavailable', `The folder of "${path}" was deleted or moved in Girder in the meantime.`, {
    path,
    cause,
    retry: 'later',
  })
}
