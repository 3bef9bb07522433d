import { isUtf8 } from 'node:buffer'

/** A name as it is told: bytes that belong to no character are written as `\xff`. */
export function shownName(name: Buffer): string {
  if (isUtf8(name)) return name.toString()
  let text = ''
  for (let at = 0; at < name.length;) {
    const length = [4, 3, 2, 1].find(count => at + count <= name.length && isUtf8(name.subarray(at, at + count)))
    text += length === undefined ? `\\x${name.toString('hex', at, at + 1)}` : name.toString('utf8', at, at + length)
    at += length ?? 1
  }
  return text
}

/** Controls other than the line feed, and marks that change the direction of what follows. */
export function unprintable(text: string): readonly string[] {
  // oxlint-disable-next-line no-control-regex
  return [...text.matchAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g)].map(
    ([found]) => `U+${found.codePointAt(0)?.toString(16)}`,
  )
}
