import { createHash } from 'node:crypto'
import { closeSync, openSync, readdirSync, readSync, writeSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'

/** What is before and behind every path that is hashed, in `swift.conf`. */
export const hashAffix = 'fairlead'
/** Two to this power is the number of partitions. */
export const partitionPower = 4

/** Where a path lies: its hash, and the partition of it. https://docs.openstack.org/swift/latest/overview_ring.html */
function placeOf(path: string): { readonly hash: string; readonly partition: number } {
  const digest = createHash('md5').update(`${hashAffix}${path}${hashAffix}`).digest()
  return { hash: digest.toString('hex'), partition: digest.readUInt32BE(0) >>> (32 - partitionPower) }
}

/** Changes the first byte of an object's body on the disk; all that the cluster knows of the object stays. */
export function corruptObject(device: string, path: string): void {
  const { hash, partition } = placeOf(path)
  const folder = join(device, 'objects', String(partition), hash.slice(-3), hash)
  const name = readdirSync(folder).find(file => file.endsWith('.data'))
  if (name === undefined) throw new Error(`there is no object at ${path}`)
  const descriptor = openSync(join(folder, name), 'r+')
  try {
    const byte = new Uint8Array(1)
    readSync(descriptor, byte, 0, 1, 0)
    writeSync(descriptor, Uint8Array.of((byte[0] ?? 0) ^ 1), 0, 1, 0)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Puts rows into the listing of a container, by one request to its container server, where the objects themselves would take
 * thousands. Nothing can be read by these names: they are for what lists only.
 */
export async function listRows(
  port: number,
  container: string,
  rows: Iterable<{ readonly name: string; readonly bytes: number; readonly etag: string }>,
): Promise<void> {
  const timestamp = (Date.now() / 1000).toFixed(5)
  const records = [...rows].map(({ name, bytes, etag }) => ({
    name,
    created_at: timestamp,
    size: bytes,
    content_type: 'application/octet-stream',
    etag,
    deleted: 0,
    storage_policy_index: 0,
  }))
  const headers = { 'x-timestamp': timestamp, 'content-type': 'application/json', 'x-backend-storage-policy-index': '0' }
  const body = JSON.stringify(records)
  const status = await new Promise<number>((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method: 'UPDATE', path: `/d1/${placeOf(container).partition}${container}`, headers }
    request({ ...options, agent: false }, response => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
      .on('error', reject)
      .end(body)
  })
  if (status >= 300) throw new Error(`the container server answered ${status}`)
}
