import type { Capabilities } from '../../contract/capabilities.ts'
import type { Entry } from '../../contract/entry.ts'
import type { Source } from '../../contract/source.ts'
import type { ReadBody, ReadOptions } from '../client.ts'

/** Bodies up to this are held in memory on their way through this machine. */
export const inMemoryBytes = 4 * 1024 * 1024

/** An object that is the body of another one. */
export interface ReadObject {
  /** Of the connection, see `ClientRuntime.identity`. */
  readonly identity: string
  /** Logical. */
  readonly path: string
  readonly entry: Entry
  /** What its client can read. */
  readonly reads: Capabilities['read']
  read(options: Pick<ReadOptions, 'range' | 'ifMatch'>): Promise<ReadBody>
}

/**
 * An object as a body for another one, read as it is sent. Where the service proves that the object is still the same one, parts are
 * read by ranges of their own, and a copy that was cut off goes on in a new process; elsewhere it is read once.
 */
export function objectSource({ identity, path, entry: { size, etag }, reads, read }: ReadObject): Source {
  const same = reads !== false && reads.validator && etag !== undefined ? { ifMatch: etag } : {}
  const replayable = reads !== false && reads.range && 'ifMatch' in same
  return {
    ...(size !== undefined && { size }),
    replayable,
    ...(replayable && { fingerprint: JSON.stringify([identity, path, etag]) }),
    open: async range => (await read({ ...same, ...(range !== undefined && { range }) })).body,
  }
}
