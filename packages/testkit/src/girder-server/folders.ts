import { bodyOf, need, Refusal, reply, type Asked } from './answer.ts'
import { tellFile } from './files.ts'
import type { Doc, GirderStore } from './store.ts'

/** A document as Girder tells of it. */
export function tell(store: GirderStore, { parentId, access: _access, ...doc }: Doc): unknown {
  const size = doc._modelType === 'item' ? store.sizeOf(doc._id) : 0
  return { ...doc, size, description: '', ...(doc._modelType === 'item' ? { folderId: parentId } : { parentId }) }
}

function page(store: GirderStore, { query }: Asked, docs: readonly Doc[]): readonly unknown[] {
  const [offset, limit] = [Number(query.get('offset') ?? 0), Number(query.get('limit') ?? 50)]
  const key = query.get('sort') === 'name' ? (doc: Doc) => doc.name : (doc: Doc) => doc.name.toLowerCase()
  const sorted = docs.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
  return sorted.slice(offset, limit === 0 ? undefined : offset + limit).map(doc => tell(store, doc))
}

/** The parent that parameters name. */
function parentOf(store: GirderStore, asked: Asked): Doc {
  const type = need(asked, 'parentType')
  if (type !== 'collection' && type !== 'folder') throw new Refusal(400, 'Invalid parentType.', 'rest')
  return store.need(type, need(asked, 'parentId'))
}

async function meta(store: GirderStore, asked: Asked, doc: Doc): Promise<unknown> {
  const said: unknown = JSON.parse((await bodyOf(asked.request)).toString())
  if (typeof said !== 'object' || said === null) throw new Refusal(400, 'Invalid JSON passed in request body.', 'rest')
  for (const [key, value] of Object.entries(said)) {
    if (key.includes('.') || key.startsWith('$'))
      throw new Refusal(400, `Invalid key ${key}: keys must not contain the "." character.`, 'validation')
    if (value === null) Reflect.deleteProperty(doc.meta, key)
    else doc.meta[key] = value
  }
  doc.updated = new Date().toISOString()
  return tell(store, doc)
}

/** What is below `/collection` and `/folder`. */
export async function answerFolder(store: GirderStore, asked: Asked, type: 'collection' | 'folder'): Promise<void> {
  const { method, parts, query, response } = asked
  const [, id, action] = parts
  if (id === undefined && method === 'GET') {
    const parent = parentOf(store, asked)
    return reply(response, 200, page(store, asked, store.children(parent._id, 'folder', query.get('name') ?? undefined)))
  }
  if (id === undefined) {
    const parent = type === 'collection' ? undefined : parentOf(store, asked)
    return reply(response, 200, tell(store, make(store, type, parent, need(asked, 'name').trim())))
  }
  const doc = store.need(type, id)
  if (method === 'GET' && action === undefined) return reply(response, 200, tell(store, doc))
  if (method === 'GET' && action === 'details')
    return reply(response, 200, { nItems: store.children(id, 'item').length, nFolders: store.children(id, 'folder').length })
  if (method === 'GET' && action === 'access') return reply(response, 200, doc.access)
  if (method === 'PUT' && action === 'metadata') return reply(response, 200, await meta(store, asked, doc))
  if (method === 'PUT' && action === 'access') {
    const access: unknown = JSON.parse(need(asked, 'access'))
    const open = query.get('public')
    setAccess(store, doc, access, open === null ? undefined : open === 'true')
    return reply(response, 200, tell(store, doc))
  }
  // Removing a folder by its own address takes a worker, which a Girder need not have.
  if (method === 'DELETE') throw new Refusal(503, 'No local worker is available to process this request.', 'rest')
  throw new Refusal(400, 'No matching route.', 'rest')
}

function make(store: GirderStore, type: 'collection' | 'folder', parent: Doc | undefined, name: string): Doc {
  if (name === '') throw new Refusal(400, 'Name must not be empty.', 'validation', 'name')
  for (const other of ['folder', 'item'] as const) {
    if (parent !== undefined && store.children(parent._id, other, name).length > 0)
      throw new Refusal(400, `A${other === 'item' ? 'n item' : ' folder'} with that name already exists here.`, 'validation', 'name')
  }
  return store.add(type, parent?._id ?? '', name)
}

function setAccess(store: GirderStore, doc: Doc, access: unknown, open: boolean | undefined): void {
  const list = (key: string): unknown[] => {
    const found: unknown = typeof access === 'object' && access !== null ? Reflect.get(access, key) : undefined
    return Array.isArray(found) ? found : []
  }
  doc.access = { users: list('users'), groups: list('groups') }
  if (open !== undefined) doc.public = open
  for (const child of store.children(doc._id, 'folder')) setAccess(store, child, access, open)
}

/** What is below `/item`. */
export async function answerItem(store: GirderStore, asked: Asked): Promise<void> {
  const { method, parts, query, response } = asked
  const [, id, action] = parts
  if (id === undefined) {
    const folder = store.need('folder', need(asked, 'folderId'))
    const name = query.get('name') ?? undefined
    if (method === 'GET') return reply(response, 200, page(store, asked, store.children(folder._id, 'item', name)))
    return reply(response, 200, tell(store, makeItem(store, folder, need(asked, 'name').trim(), query.get('reuseExisting') === 'true')))
  }
  const item = store.need('item', id)
  if (method === 'GET' && action === 'files') return reply(response, 200, store.filesOf(id).map(tellFile))
  if (method === 'GET') return reply(response, 200, tell(store, item))
  if (method === 'PUT' && action === 'metadata') return reply(response, 200, await meta(store, asked, item))
  if (method !== 'DELETE') throw new Refusal(400, 'No matching route.', 'rest')
  store.remove(item)
  reply(response, 200, { message: `Deleted item ${item.name}.` })
}

/** An item whose name is taken gets a number behind it. */
function makeItem(store: GirderStore, folder: Doc, name: string, reuse: boolean): Doc {
  const [there] = store.children(folder._id, 'item', name)
  if (there !== undefined && reuse) return there
  const taken = (candidate: string) =>
    store.children(folder._id, 'item', candidate).length > 0 || store.children(folder._id, 'folder', candidate).length > 0
  let free = name
  for (let number = 1; taken(free); number++) free = `${name} (${number})`
  return store.add('item', folder._id, free)
}
