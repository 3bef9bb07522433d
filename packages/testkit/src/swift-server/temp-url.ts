import { createHmac, timingSafeEqual } from 'node:crypto'
import type { StoredAccount } from './store.ts'

const digests: Readonly<Record<string, string>> = { '40': 'sha1', '64': 'sha256', '128': 'sha512' }

/** Whether a request without a token is let in by a temporary URL; undefined when it is none. The path is not encoded. */
export function temporaryUrl(
  account: StoredAccount,
  {
    method,
    path,
    query,
    address,
  }: { readonly method: string; readonly path: string; readonly query: URLSearchParams; readonly address: string },
): boolean | undefined {
  const [signature, expires, prefix, range] = ['temp_url_sig', 'temp_url_expires', 'temp_url_prefix', 'temp_url_ip_range'].map(name =>
    query.get(name),
  )
  if (signature === null || signature === undefined || expires === null || expires === undefined) return undefined
  if (Number(expires) < Date.now() / 1000) return false
  if (range !== null && range !== undefined && range !== address) return false
  const [, version, owner, container = '', name = ''] = /^\/([^/]+)\/([^/]+)\/([^/]+)\/(.*)$/s.exec(path) ?? []
  if (prefix !== null && prefix !== undefined && !name.startsWith(prefix)) return false
  const signed = prefix === null || prefix === undefined ? path : `prefix:/${version}/${owner}/${container}/${prefix}`
  const keys = [
    ...['x-account-meta-temp-url-key', 'x-account-meta-temp-url-key-2'].map(key => account.metadata[key]),
    ...['x-container-meta-temp-url-key', 'x-container-meta-temp-url-key-2'].map(key => account.containers.get(container)?.metadata[key]),
  ].filter(key => key !== undefined)
  const methods = method === 'HEAD' ? ['HEAD', 'GET', 'PUT'] : [method]
  const { digest, given } = partsOf(signature)
  if (digest === undefined) return false
  return methods.some(verb =>
    keys.some(key => {
      const lines = [...(range === null || range === undefined ? [] : [`ip=${range}`]), verb, expires, signed]
      const expected = createHmac(digest, key).update(lines.join('\n')).digest()
      return expected.byteLength === given.byteLength && timingSafeEqual(expected, given)
    }),
  )
}

/** The digest by its name before the signature, or by its length. */
function partsOf(signature: string): { readonly digest: string | undefined; readonly given: Buffer } {
  const [, named, value] = /^(sha1|sha256|sha512):(.*)$/s.exec(signature) ?? []
  if (named !== undefined && value !== undefined) return { digest: named, given: Buffer.from(value, 'base64url') }
  return { digest: digests[String(signature.length)], given: Buffer.from(signature, 'hex') }
}
