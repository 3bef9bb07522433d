import { createHash } from 'node:crypto'

/** The namespace of URLs: RFC 9562, section 6.6. */
const urlNamespace = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex')

/** The UUID (version 5, RFC 9562) of a path relative to the ingress: the same in every run and on every machine. */
export function idOf(path: string): string {
  const bytes = createHash('sha1').update(urlNamespace).update(path).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
