import { randomBytes } from 'node:crypto'

/**
 * Ids of blocks. All blocks of a blob that are not committed yet lie in one heap, whoever sent them, and all their ids must be of
 * one length: so an id says which upload it is of, and which part. An upload's id begins with the time of its beginning.
 */
const form = /^fairlead-([0-9a-f]{8})([0-9a-f]{16})-(\d{6})$/

/** An id for an upload that begins now. */
export function newUploadId(now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000)
  return seconds.toString(16).padStart(8, '0') + randomBytes(8).toString('hex')
}

/** The id of a part's block, base64, as the service has it. */
export function blockId(upload: string, part: number): string {
  return Buffer.from(`fairlead-${upload}-${String(part).padStart(6, '0')}`).toString('base64')
}

/** What a block's id says; undefined for one of another program. */
export function parseBlockId(id: string): { readonly upload: string; readonly part: number; readonly started: Date } | undefined {
  const match = form.exec(Buffer.from(id, 'base64').toString('latin1'))
  if (match?.[1] === undefined || match[2] === undefined) return undefined
  return { upload: match[1] + match[2], part: Number(match[3]), started: new Date(Number.parseInt(match[1], 16) * 1000) }
}

/** The body that commits blocks in this order. "Latest" finds them also where a first answer was lost, and they are committed already. */
export function blockList(ids: readonly string[]): Buffer {
  return Buffer.from(`<?xml version="1.0" encoding="utf-8"?><BlockList>${ids.map(id => `<Latest>${id}</Latest>`).join('')}</BlockList>`)
}
