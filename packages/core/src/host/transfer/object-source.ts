import type { Entry } from '../../contract/entry.ts'
import type { Source } from '../../contract/source.ts'
import type { CallOptions, Client } from '../client.ts'

/**
 * An object of a client as a body for another one, read as it is sent. Where the service proves that the object is still the same
 * one, parts are read by ranges of their own, and a copy that was cut off goes on in a new process; elsewhere it is read once.
 */
export function objectSource(client: Client, path: string, entry: Entry, call: CallOptions): Source {
  const { read } = client.capabilities
  const { size, etag } = entry
  const same = read !== false && read.validator && etag !== undefined ? { ...call, ifMatch: etag } : call
  const replayable = read !== false && read.range && 'ifMatch' in same
  return {
    ...(size !== undefined && { size }),
    replayable,
    ...(replayable && { fingerprint: JSON.stringify([client.identity, path, etag]) }),
    open: async range => (await client.read(path, { ...same, ...(range !== undefined && { range }) })).body,
  }
}
