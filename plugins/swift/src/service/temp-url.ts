import { createHmac } from 'node:crypto'
import { encodeName } from '../mapping.ts'

/** How a TempURL may be signed. */
export type TempUrlDigest = 'sha1' | 'sha256' | 'sha512'

/** What a signature covers. */
export interface TempUrl {
  readonly method: 'GET' | 'HEAD' | 'PUT'
  /** Seconds since 1970. */
  readonly expires: number
  /** `/v1/account/container/name`, not encoded; for a prefix up to and with it. */
  readonly path: string
  /** What all names that may be read begin with, in the container; the last part of `path`. */
  readonly prefix?: string
  /** One address, or a range as CIDR. */
  readonly ip?: string
}

/**
 * The signature of a temporary URL: https://docs.openstack.org/swift/latest/api/temporary_url_middleware.html. SHA-512 is
 * written with its name and in base64, the others as hex.
 */
export function signTempUrl({ method, expires, path, prefix, ip }: TempUrl, key: string, digest: TempUrlDigest): string {
  const lines = [...(ip === undefined ? [] : [`ip=${ip}`]), method, String(expires), prefix === undefined ? path : `prefix:${path}`]
  const hmac = createHmac(digest, key).update(lines.join('\n'), 'utf8')
  if (digest !== 'sha512') return hmac.digest('hex')
  return `sha512:${hmac.digest('base64').replaceAll('+', '-').replaceAll('/', '_')}`
}

/** How what a link gives is saved or shown; no part of the signature. */
export interface TempUrlDisposition {
  readonly filename?: string
  readonly inline?: boolean
}

/** The address that anybody may follow until it ends. */
export function tempUrlAddress(
  origin: string,
  url: TempUrl,
  signature: string,
  { filename, inline = false }: TempUrlDisposition = {},
): URL {
  const query = new URLSearchParams({ temp_url_sig: signature, temp_url_expires: String(url.expires) })
  if (url.prefix !== undefined) query.set('temp_url_prefix', url.prefix)
  if (url.ip !== undefined) query.set('temp_url_ip_range', url.ip)
  if (filename !== undefined) query.set('filename', filename)
  // URLSearchParams writes `inline=`, which Swift takes like `inline`.
  if (inline) query.set('inline', '')
  return new URL(`${origin}${encodeName(url.path)}?${query.toString()}`)
}
