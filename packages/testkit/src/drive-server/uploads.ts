import { randomBytes } from 'node:crypto'
import { seenFile } from './access.ts'
import type { IncomingMessage } from 'node:http'
import { bodyOf, invalid, objectIn, Refusal, type Answer, type Asked } from './answer.ts'
import { createFile, updateFile } from './changes.ts'
import { fileAnswer } from './files.ts'
import type { StoredDrive, StoredFile } from './store.ts'

const step = 256 * 1024

/** A resumable upload that is under way: https://developers.google.com/workspace/drive/api/guides/manage-uploads#resumable */
interface Session {
  readonly asked: Asked
  readonly fileId: string | undefined
  readonly metadata: Readonly<Record<string, unknown>>
  readonly type: string | undefined
  readonly chunks: Buffer[]
  size: number
  done: StoredFile | undefined
}

/** `upload/drive/v3/files`: content in one request, or in parts of a session. */
export class Uploads {
  readonly #drive: StoredDrive
  readonly #sessions = new Map<string, Session>()

  constructor(drive: StoredDrive) {
    this.#drive = drive
  }

  /** Forgets every upload that is under way, as Drive does after a week. */
  expire(): void {
    this.#sessions.clear()
  }

  /** How many uploads are under way. */
  get open(): number {
    return [...this.#sessions.values()].filter(({ done }) => done === undefined).length
  }

  /** Begins an upload, or takes one in one request. */
  answer(asked: Asked, fileId: string | undefined): Answer {
    const { headers, query, body } = asked
    if (fileId !== undefined) seenFile(this.#drive, fileId, asked.visitor, 'writer')
    if (query.get('uploadType') === 'resumable') return this.#begin(asked, fileId)
    const contentType = headers['content-type'] ?? ''
    if (query.get('uploadType') === 'media') return this.#store(asked, fileId, {}, body, contentType)
    if (query.get('uploadType') !== 'multipart') throw invalid('Invalid upload type.', 'uploadType')
    const { metadata, media, type } = multipart(body, contentType)
    return this.#store(asked, fileId, metadata, media, type)
  }

  #store(asked: Asked, fileId: string | undefined, metadata: Session['metadata'], body: Buffer, type: string | undefined): Answer {
    return fileAnswer(this.#drive, asked, keep(this.#drive, asked, fileId, metadata, body, type))
  }

  #begin(asked: Asked, fileId: string | undefined): Answer {
    const { headers, url, body } = asked
    const id = `AHmUCY${randomBytes(32).toString('base64url')}`
    const type = [headers['x-upload-content-type']].flat()[0]
    this.#sessions.set(id, { asked, fileId, metadata: objectIn(body.toString()), type, chunks: [], size: 0, done: undefined })
    const location = new URL(url)
    location.searchParams.set('upload_id', id)
    return { status: 200, headers: { location: location.href, 'x-guploader-uploadid': id } }
  }

  /** One part of a session, the question what has arrived, or the end of it. The address lets in, not the token. */
  async part(request: IncomingMessage, url: URL): Promise<Answer> {
    const id = url.searchParams.get('upload_id') ?? ''
    const session = this.#sessions.get(id)
    const uploadId = { 'x-guploader-uploadid': id }
    if (session === undefined) {
      await bodyOf(request)
      return { status: 404, headers: { ...uploadId, 'content-type': 'text/plain' }, body: Buffer.from('Upload session not found') }
    }
    if (request.method === 'DELETE') {
      this.#sessions.delete(id)
      return { status: 499, headers: uploadId }
    }
    if (session.done !== undefined) {
      await bodyOf(request)
      return fileAnswer(this.#drive, session.asked, session.done)
    }
    const range = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(request.headers['content-range'] ?? '')
    if (range === null) throw new Refusal(400, 'badContentRange', 'Failed to parse Content-Range header.')
    const total = range[3] === '*' ? undefined : Number(range[3])
    if (range[1] === undefined) await bodyOf(request)
    else if (Number(range[1]) !== session.size) {
      await bodyOf(request)
      throw new Refusal(503, 'backendError', `Invalid request. The offset ${range[1]} is not ${session.size}.`)
    } else await this.#take(session, request, Number(range[2]) + 1 - Number(range[1]), total)
    if (session.size === total) {
      const { asked, fileId, metadata, type } = session
      session.done = keep(this.#drive, asked, fileId, metadata, Buffer.concat(session.chunks), type)
      session.chunks.length = 0
      return fileAnswer(this.#drive, asked, session.done)
    }
    return { status: 308, headers: { ...uploadId, ...(session.size > 0 && { range: `bytes=0-${session.size - 1}` }) } }
  }

  /** What arrives stays, whole steps of it, also when the rest does not come. */
  async #take(session: Session, request: IncomingMessage, length: number, total: number | undefined): Promise<void> {
    const chunks: Buffer[] = []
    let size = 0
    try {
      for await (const chunk of request) {
        if (!(chunk instanceof Buffer)) continue
        chunks.push(chunk)
        size += chunk.byteLength
      }
    } finally {
      const whole = size === length && request.complete
      const kept = whole && (total === session.size + size || size % step === 0) ? size : size - (size % step)
      session.chunks.push(Buffer.concat(chunks).subarray(0, kept))
      session.size += kept
    }
    if (size !== length)
      throw new Refusal(
        400,
        'badRequest',
        `Invalid request. There were ${size} byte(s) in the request body. There should have been ${length} byte(s).`,
      )
  }
}

function keep(
  drive: StoredDrive,
  asked: Asked,
  fileId: string | undefined,
  metadata: Session['metadata'],
  body: Buffer,
  type: string | undefined,
): StoredFile {
  return fileId === undefined ? createFile(drive, asked, metadata, body, type) : updateFile(drive, asked, fileId, metadata, body, type)
}

/** The two parts of a `multipart/related` body (RFC 2387): metadata, then content. */
function multipart(
  body: Buffer,
  contentType: string,
): { readonly metadata: Session['metadata']; readonly media: Buffer; readonly type: string | undefined } {
  const boundary = /^multipart\/related;\s*boundary="?([^";]+)"?/.exec(contentType)?.[1]
  if (boundary === undefined) throw new Refusal(400, 'badRequest', 'Malformed multipart body.')
  const parts: { readonly head: string; readonly content: Buffer }[] = []
  const mark = Buffer.from(`--${boundary}`)
  let at = body.indexOf(mark)
  while (at >= 0) {
    const next = body.indexOf(Buffer.concat([Buffer.from('\r\n'), mark]), at)
    if (next < 0) break
    const start = at + mark.byteLength + 2
    const split = body.indexOf('\r\n\r\n', start)
    parts.push({ head: body.subarray(start, split).toString(), content: body.subarray(split + 4, next) })
    at = next + 2
  }
  const [first, second] = parts
  if (first === undefined || second === undefined || parts.length !== 2) throw new Refusal(400, 'badRequest', 'Malformed multipart body.')
  return {
    metadata: objectIn(first.content.toString()),
    media: second.content,
    type: /content-type:\s*([^\r\n]+)/i.exec(second.head)?.[1]?.trim(),
  }
}
