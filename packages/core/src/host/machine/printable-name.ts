import { isUtf8 } from 'node:buffer'

/** A file name that may be no text: the bytes of it that belong to no character are written as `\xff`. */
export function printableName(name: Buffer): string {
  let text = ''
  for (let at = 0; at < name.length;) {
    const length = [1, 2, 3, 4].find(count => at + count <= name.length && isUtf8(name.subarray(at, at + count)))
    text += length === undefined ? `\\x${name.toString('hex', at, at + 1)}` : name.toString('utf8', at, at + length)
    at += length ?? 1
  }
  return text
}
