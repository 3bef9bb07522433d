import { randomBytes } from 'node:crypto'
import type { Session } from './account.ts'
import type { Args } from './args.ts'
import type { Answer, Call, Routes } from './call.ts'
import { checkHash, commitFile } from './commit.ts'
import { mostBytes } from './file-routes.ts'
import { refused } from './refusal.ts'

const block = 4 * 1024 * 1024

function start(call: Call): Answer {
  const { account, args, body } = call
  const concurrent = args.tag('session_type') === 'concurrent'
  if (body.byteLength > mostBytes) throw refused('payload_too_large')
  if (concurrent && body.byteLength > 0) throw refused('concurrent_session_data_not_allowed')
  if (concurrent && args.flag('close')) throw refused('concurrent_session_close_not_allowed')
  checkHash(call)
  const id = `pid_upload_session:${randomBytes(24).toString('base64url')}`
  const pieces = new Map(body.byteLength === 0 ? [] : [[0, body] as const])
  account.sessions.set(id, { concurrent, pieces, closed: args.flag('close') })
  return { result: { session_id: id } }
}

function append(call: Call): Answer {
  const { args, body } = call
  const cursor = args.struct('cursor')
  const close = args.flag('close')
  const session = sessionOf(call, cursor, '')
  if (session.closed) throw refused('closed')
  if (body.byteLength > mostBytes) throw refused('payload_too_large')
  const offset = cursor.count('offset', 0)
  if (session.concurrent) {
    if (offset % block !== 0) throw refused('concurrent_session_invalid_offset')
    if (!close && body.byteLength % block !== 0) throw refused('concurrent_session_invalid_data_size')
  } else if (offset !== sizeOf(session)) {
    throw refused('incorrect_offset', { correct_offset: sizeOf(session) })
  }
  checkHash(call)
  if (body.byteLength > 0) session.pieces.set(offset, body)
  session.closed = close
  return { result: null }
}

function finish(call: Call): Answer {
  const { account, args, body } = call
  const cursor = args.struct('cursor')
  const session = sessionOf(call, cursor, 'lookup_failed/')
  if (body.byteLength > mostBytes) throw refused('payload_too_large')
  checkHash(call)
  if (session.concurrent) {
    if (body.byteLength > 0) throw refused('concurrent_session_data_not_allowed')
    if (!session.closed) throw refused('concurrent_session_not_closed')
    if (!isWhole(session) || cursor.count('offset', 0) !== sizeOf(session)) throw refused('concurrent_session_missing_data')
  } else {
    if (cursor.count('offset', 0) !== sizeOf(session)) throw refused('lookup_failed/incorrect_offset', { correct_offset: sizeOf(session) })
    if (body.byteLength > 0) session.pieces.set(sizeOf(session), body)
  }
  const pieces = [...session.pieces].toSorted(([a], [b]) => a - b).map(([, piece]) => piece)
  const result = commitFile(call, args.struct('commit'), Buffer.concat(pieces), 'path')
  account.sessions.delete(cursor.text('session_id'))
  return { result }
}

function sessionOf({ account }: Call, cursor: Args, prefix: string): Session {
  const session = account.sessions.get(cursor.text('session_id'))
  if (session === undefined) throw refused(`${prefix}not_found`)
  return session
}

function sizeOf({ pieces }: Session): number {
  let size = 0
  for (const [offset, piece] of pieces) size = Math.max(size, offset + piece.byteLength)
  return size
}

function isWhole(session: Session): boolean {
  let bytes = 0
  for (const piece of session.pieces.values()) bytes += piece.byteLength
  return bytes === sizeOf(session)
}

/** Uploads in several requests. */
export const sessionRoutes: Routes = {
  'files/upload_session/start': { style: 'upload', scope: 'files.content.write', run: start },
  'files/upload_session/append_v2': { style: 'upload', scope: 'files.content.write', run: append },
  'files/upload_session/finish': { style: 'upload', scope: 'files.content.write', run: finish },
}
