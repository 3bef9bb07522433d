import { bodyOf, need, Refusal, reply, type Asked } from './answer.ts'
import type { FileDoc, GirderStore, UploadDoc } from './store.ts'

/** A file as Girder tells of it. */
export function tellFile({ body, ...file }: FileDoc): unknown {
  return { _modelType: 'file', ...file, size: body.byteLength, exts: file.name.split('.').slice(1) }
}

function tellUpload({ received, ...upload }: UploadDoc): unknown {
  return { _modelType: 'upload', ...upload, received: received.byteLength, parentType: 'item', parentId: upload.itemId }
}

const told = (made: UploadDoc | FileDoc): unknown => ('received' in made ? tellUpload(made) : tellFile(made))

/** What is below `/file`. */
export async function answerFile(store: GirderStore, asked: Asked): Promise<void> {
  const { method, parts, response } = asked
  const [, id = '', action] = parts
  if (method === 'POST' && parts.length === 1) return reply(response, 200, await begin(store, asked))
  if (method === 'POST' && id === 'chunk') return reply(response, 200, await chunk(store, asked))
  if (method === 'GET' && id === 'offset')
    return reply(response, 200, { offset: uploadOf(store, need(asked, 'uploadId')).received.byteLength })
  if (method === 'DELETE' && id === 'upload') {
    store.uploads.delete(uploadOf(store, action ?? '')._id)
    return reply(response, 200, { message: 'Upload canceled.' })
  }
  const file = store.files.get(id)
  if (file === undefined) throw new Refusal(400, `Invalid file id (${id}).`, 'rest')
  if (method === 'GET' && action === 'download') return download(file, asked)
  if (method === 'GET') return reply(response, 200, tellFile(file))
  if (method === 'PUT') {
    file.name = asked.query.get('name') ?? file.name
    return reply(response, 200, tellFile(file))
  }
  if (method === 'POST' && action === 'copy') {
    const item = store.need('item', need(asked, 'itemId'))
    return reply(response, 200, tellFile(store.addFile(item._id, file.name, file.mimeType, file.body)))
  }
  if (method !== 'DELETE') throw new Refusal(400, 'No matching route.', 'rest')
  store.removeFile(file)
  reply(response, 200, null)
}

async function begin(store: GirderStore, asked: Asked): Promise<unknown> {
  const item = store.need('item', need(asked, 'parentId'))
  const mimeType = asked.query.get('mimeType') ?? 'application/octet-stream'
  const [name, size] = [need(asked, 'name'), Number(need(asked, 'size'))]
  if (size === 0) return tellFile(store.addFile(item._id, name, mimeType, Buffer.alloc(0)))
  const upload: UploadDoc = { _id: store.newId(), itemId: item._id, name, mimeType, size, received: Buffer.alloc(0) }
  store.uploads.set(upload._id, upload)
  const body = await bodyOf(asked.request)
  return body.byteLength === 0 ? tellUpload(upload) : told(store.take(upload, 0, body))
}

/** What of a chunk has arrived stays where the rest does not come. */
async function chunk(store: GirderStore, asked: Asked): Promise<unknown> {
  const upload = uploadOf(store, need(asked, 'uploadId'))
  const body = await bodyOf(asked.request, part => (upload.received = Buffer.concat([upload.received, part])))
  return told(store.take(upload, Number(asked.query.get('offset') ?? 0), body))
}

function uploadOf(store: GirderStore, id: string): UploadDoc {
  const upload = store.uploads.get(id)
  if (upload === undefined) throw new Refusal(400, `Invalid upload id (${id}).`, 'rest')
  return upload
}

function download({ body, mimeType }: FileDoc, { query, response }: Asked): void {
  const start = Math.min(Number(query.get('offset') ?? 0), body.byteLength)
  const end = Math.min(Number(query.get('endByte') ?? body.byteLength), body.byteLength)
  const part = body.subarray(start, end)
  const isPart = part.byteLength < body.byteLength
  response.writeHead(isPart ? 206 : 200, {
    'content-type': mimeType,
    'content-length': part.byteLength,
    'accept-ranges': 'bytes',
    ...(isPart && { 'content-range': `bytes ${start}-${end - 1}/${body.byteLength}` }),
  })
  response.end(part)
}
