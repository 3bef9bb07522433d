import { createHmac } from 'node:crypto'

/** A request as it is signed. Header names are lower case; `query` has the parameters as they are, not encoded. */
export interface Signed {
  readonly method: string
  /** Of the address, encoded as it is sent. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly contentLength: number | undefined
}

const standard = ['content-type', '', 'if-modified-since', 'if-match', 'if-none-match', 'if-unmodified-since', 'range'] as const

/**
 * The Authorization of a request by the key of an account; its `x-ms-date` stands in the headers:
 * https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key
 */
export function sharedKey(account: string, key: Buffer, { method, path, query, headers, contentLength }: Signed): string {
  let text = `${method}\n${headers['content-encoding'] ?? ''}\n${headers['content-language'] ?? ''}\n${contentLength || ''}\n${headers['content-md5'] ?? ''}\n`
  // The date is always in a header of the service's own, so its place is empty.
  for (const name of standard) text += `${headers[name] ?? ''}\n`
  const own: Array<readonly [rank: string, name: string]> = []
  for (const name in headers) if (name.startsWith('x-ms-')) own.push([rankOf(name), name])
  own.sort(([a], [b]) => (a < b ? -1 : 1))
  for (const [, name] of own) text += `${name}:${headers[name] ?? ''}\n`
  text += `/${account}${path}`
  for (const name of Object.keys(query).sort()) text += `\n${name}:${query[name] ?? ''}`
  return `SharedKey ${account}:${createHmac('sha256', key).update(text).digest('base64')}`
}

/**
 * What a header is sorted by. The page says "lexicographically", and the service does it as .NET does for English: "_", which
 * names of metadata have, comes before digits and letters, and "-" does not count. The SDK has tables for the same.
 */
function rankOf(name: string): string {
  return name.replace(/[-_]/g, character => (character === '_' ? '!' : ''))
}
