import { FairleadError } from '@fairlead/core'

/** Swift's own limits (`max_meta_value_length` and the like); our own two entries are left room for. */
const maxValueBytes = 256
const maxKeyBytes = 128
const maxEntries = 88

/** `input-invalid` for metadata that Swift has no room for, beyond what a manifest can say; before any request. */
export function checkMetadata(path: string, metadata: Readonly<Record<string, string>> | undefined): void {
  const entries = Object.entries(metadata ?? {})
  if (entries.length > maxEntries) throw tooMuch(path, `${entries.length} entries, but at most ${maxEntries} can be stored`)
  for (const [key, value] of entries) {
    const [keyBytes, valueBytes] = [Buffer.byteLength(key), Buffer.byteLength(value)]
    if (keyBytes > maxKeyBytes) throw tooMuch(path, `a key of ${keyBytes} bytes, but at most ${maxKeyBytes} can be stored`)
    if (valueBytes > maxValueBytes)
      throw tooMuch(path, `the value of "${key}" has ${valueBytes} bytes, but at most ${maxValueBytes} can be stored`)
    // oxlint-disable-next-line no-control-regex -- a header can't hold them
    if (/[\u0000-\u001f\u007f]/.test(value)) throw tooMuch(path, `the value of "${key}" has control characters`)
  }
}

function tooMuch(path: string, what: string): FairleadError {
  return new FairleadError('input-invalid', `the metadata of "${path}": ${what}.`, { path, hint: 'Shorten it, or leave it out.' })
}

/** No service gives less than this in a page, unless it is the last one or less was asked for. */
const leastPage = 100

/**
 * Whether a page ends its listing. Some services give fewer than they are asked for (Ceph at most 1,000), so only what is far from any
 * such bound does.
 */
export function isLastPage(rows: number, asked: number): boolean {
  return rows < Math.min(asked, leastPage)
}
