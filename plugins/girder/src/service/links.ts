import { randomUUID } from 'node:crypto'
import { FairleadError, type Host, type Page, type Share, type ShareRequest } from '@fairlead/core'
import { isRefusal } from '../errors.ts'
import { timeOf } from '../mapping.ts'
import { Access, type Right } from './access.ts'
import type { Items } from './items.ts'
import { isRecord, needText, recordsOf, textOf } from './json.ts'
import { nothing } from './objects.ts'
import type { Tree } from './tree.ts'
import type { Wire } from './wire.ts'

/** API keys of links have names that begin so; what follows is JSON. */
const keyPrefix = 'fairlead link '
/** Folders that are shared are noted in the metadata of the root, one key each. */
const notePrefix = 'fairlead-share-'
const day = 86_400_000

/** What is written down of a share. */
interface Note {
  readonly kind: ShareRequest['kind']
  readonly path: string
  readonly root: string
  readonly url: string
  readonly created: string
  readonly expires?: string
  /** The folder of a public link or a grant, and who was let in. */
  readonly folder?: string
  readonly rights?: readonly Right[]
}

/**
 * Links of Girder: a download with a token of an API key that was made for this one link and can only read; a folder that
 * is public; a folder that users or groups may read.
 */
export class Links {
  readonly #wire: Wire
  readonly #tree: Tree
  readonly #items: Items
  readonly #access: Access
  readonly #host: Host

  constructor(wire: Wire, tree: Tree, items: Items, host: Host) {
    this.#wire = wire
    this.#tree = tree
    this.#items = items
    this.#access = new Access(wire)
    this.#host = host
  }

  async create(request: ShareRequest, signal: AbortSignal): Promise<Share> {
    return request.kind === 'signed-url' ? await this.#withToken(request, signal) : await this.#ofFolder(request, signal)
  }

  /** Every link of this root that is still good. */
  async list(signal: AbortSignal): Promise<Page<Share>> {
    const root = await this.#tree.root(signal)
    const now = this.#host.clock.now().getTime()
    const keys = recordsOf(await this.#wire.json({ path: 'api_key', query: { limit: 0 }, signal }))
    const links = keys.flatMap((key): Share[] => {
      const [id, name] = [textOf(key['_id']), textOf(key['name'])]
      const note = name?.startsWith(keyPrefix) === true ? parseNote(name.slice(keyPrefix.length)) : undefined
      if (id === undefined || note === undefined || note.root !== root.id) return []
      return note.expires !== undefined && Date.parse(note.expires) <= now ? [] : [toShare(`key-${id}`, note)]
    })
    return { items: [...links, ...[...(await this.#notes(signal))].map(([id, note]) => toShare(id, note))] }
  }

  async revoke(id: string, signal: AbortSignal): Promise<void> {
    if (id.startsWith('key-')) {
      try {
        await this.#wire.json({ method: 'DELETE', path: `api_key/${encodeURIComponent(id.slice('key-'.length))}`, signal })
        return
      } catch (cause) {
        if (isRefusal(cause)) throw unknown(id)
        throw cause
      }
    }
    const notes = await this.#notes(signal)
    const note = notes.get(id)
    if (note?.folder === undefined) throw unknown(id)
    const { folder } = note
    // What another link still lets in stays.
    const others = [...notes].flatMap(([other, one]) => (other !== id && one.folder === folder ? [one] : []))
    if (note.kind === 'public-link' && !others.some(({ kind }) => kind === 'public-link'))
      await this.#access.setPublic(folder, false, signal)
    const kept = new Set(others.flatMap(({ rights = [] }) => rights.map(right => right.id)))
    await this.#access.takeBack(
      folder,
      (note.rights ?? []).filter(right => !kept.has(right.id)),
      signal,
    )
    await this.#note(id, null, signal)
  }

  /** A key can be taken back, which ends its tokens too; and it says by itself what it is for. */
  async #withToken({ path, target, expires }: ShareRequest, signal: AbortSignal): Promise<Share> {
    const place = target === 'object' ? await this.#download(path, signal) : await this.#folderDownload(path, signal)
    const root = await this.#tree.root(signal)
    const now = this.#host.clock.now()
    const note: Note = {
      kind: 'signed-url',
      path,
      root: root.id,
      url: this.#wire.address(place),
      created: now.toISOString(),
      ...(expires !== undefined && { expires: expires.toISOString() }),
    }
    const days = expires === undefined ? undefined : (expires.getTime() - now.getTime()) / day
    const query = { name: keyPrefix + JSON.stringify(note), scope: '["core.data.read"]', tokenDuration: days, active: true }
    const key = await this.#wire.json({ method: 'POST', path: 'api_key', query, signal })
    const id = needText(key, '_id')
    const form = `key=${encodeURIComponent(needText(key, 'key'))}${days === undefined ? '' : `&duration=${days}`}`
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const granted = await this.#wire.json({ method: 'POST', path: 'api_key/token', headers, body: form, signal })
    const token = isRecord(granted) ? granted['authToken'] : undefined
    const end = isRecord(token) ? timeOf(token['expires']) : undefined
    const url = new URL(this.#wire.address(place, { token: needText(token, 'token') }))
    this.#host.log.warn(
      `The link to "${path}" contains a token that can read everything you can read in Girder. Give it only to people you trust with that.`,
    )
    return { ...toShare(`key-${id}`, note), url, ...(end !== undefined && { expires: new Date(end) }) }
  }

  async #download(path: string, signal: AbortSignal): Promise<string> {
    const found = await this.#items.find(path, signal)
    if (found === undefined) throw nothing(path)
    // The name at the end is for who saves the file; Girder does not look at it.
    return `file/${found.file.id}/download/${encodeURIComponent(path.slice(path.lastIndexOf('/') + 1))}`
  }

  async #folderDownload(path: string, signal: AbortSignal): Promise<string> {
    const folder = await this.#tree.find(path, signal)
    if (folder === undefined) throw nothing(path)
    return `${folder.type}/${folder.id}/download`
  }

  async #ofFolder({ path, target, kind, to = [] }: ShareRequest, signal: AbortSignal): Promise<Share> {
    const folder = await this.#tree.find(path, signal)
    if (target === 'object')
      throw new FairleadError('unsupported', `Girder grants access to folders, but "${path}" is a file.`, {
        path,
        hint: 'Share its folder, or create a link with a token: --kind signed-url.',
      })
    if (folder === undefined) throw nothing(path)
    if (folder.type !== 'folder')
      throw new FairleadError('unsupported', `The root is a ${folder.type} in Girder: access to it is managed there.`, {
        path,
        hint: 'Share a folder below it.',
      })
    const rights = kind === 'grant' ? await this.#access.find(to, signal) : []
    const already = kind === 'public-link' ? await this.#access.isPublic(folder.id, signal) : false
    if (kind === 'public-link') await this.#access.setPublic(folder.id, true, signal)
    const added = await this.#access.letIn(folder.id, rights, signal)
    const note: Note = {
      kind,
      path,
      root: (await this.#tree.root(signal)).id,
      url: kind === 'public-link' ? this.#wire.address(`folder/${folder.id}/download`) : this.#page(folder.id),
      created: this.#host.clock.now().toISOString(),
      folder: folder.id,
      ...(kind === 'grant' && { rights: added }),
    }
    const id = randomUUID()
    // What was public before is not ours to take back.
    const ours = !already || [...(await this.#notes(signal)).values()].some(one => one.kind === 'public-link' && one.folder === folder.id)
    if (ours) await this.#note(id, note, signal)
    this.#host.log.warn(`Girder does not expire such shares: "${path}" stays accessible until you run \`fairlead share revoke\`.`)
    const share = toShare(id, note)
    return ours ? share : { url: share.url, path, kind, revocable: false }
  }

  /** The folder in Girder's web pages. */
  #page(folder: string): string {
    return `${this.#wire.address('').replace(/\/api\/v\d+\/$/, '/')}#folder/${folder}`
  }

  async #notes(signal: AbortSignal): Promise<ReadonlyMap<string, Note>> {
    const { type, id } = await this.#tree.root(signal)
    const document = type === 'user' ? undefined : await this.#wire.json({ path: `${type}/${id}`, signal })
    const meta = isRecord(document) && isRecord(document['meta']) ? document['meta'] : {}
    const notes = new Map<string, Note>()
    for (const [key, value] of Object.entries(meta)) {
      const note = key.startsWith(notePrefix) ? parseNote(value) : undefined
      if (note !== undefined) notes.set(key.slice(notePrefix.length), note)
    }
    return notes
  }

  /** Notes a share, or forgets it. */
  async #note(id: string, note: Note | null, signal: AbortSignal): Promise<void> {
    const { type, id: root } = await this.#tree.root(signal)
    if (type === 'user')
      throw new FairleadError('unsupported', "A Girder user has no metadata, so shares can't be recorded.", {
        hint: 'Set root to a folder of the user: /user/LOGIN/FOLDER.',
      })
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ [`${notePrefix}${id}`]: note === null ? null : JSON.stringify(note) })
    await this.#wire.json({ method: 'PUT', path: `${type}/${root}/metadata`, query: { allowNull: false }, headers, body, signal })
  }
}

function toShare(id: string, { kind, path, url, created, expires }: Note): Share {
  return {
    id,
    url: new URL(url),
    path,
    kind,
    created: new Date(created),
    revocable: true,
    ...(expires !== undefined && { expires: new Date(expires) }),
  }
}

function parseNote(value: unknown): Note | undefined {
  if (typeof value !== 'string') return undefined
  try {
    const note: unknown = JSON.parse(value)
    if (!isRecord(note)) return undefined
    const { kind, expires, folder } = note
    const [path, root, url, created] = ['path', 'root', 'url', 'created'].map(key => textOf(note[key]))
    if (path === undefined || root === undefined || url === undefined || created === undefined || !URL.canParse(url)) return undefined
    if (kind !== 'signed-url' && kind !== 'public-link' && kind !== 'grant') return undefined
    const rights = recordsOf(note['rights']).flatMap((right): Right[] => {
      const [id, of] = [textOf(right['id']), right['of']]
      return id !== undefined && (of === 'users' || of === 'groups') ? [{ id, of }] : []
    })
    return {
      kind,
      path,
      root,
      url,
      created,
      rights,
      ...(typeof expires === 'string' && { expires }),
      ...(typeof folder === 'string' && { folder }),
    }
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined
    throw cause
  }
}

function unknown(id: string): FairleadError {
  return new FairleadError('not-found', `There is no link "${id}".`, { hint: 'See which there are with: fairlead share list' })
}
