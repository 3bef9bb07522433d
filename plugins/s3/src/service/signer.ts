import { hash } from 'node:crypto'

/** What a request is signed with. */
export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  /** When the service stops taking them; absent for lasting keys. */
  readonly expiration?: Date
}

/** A request as it is signed: all that is sent but the body, which is stood for by its hash. */
export interface Signable {
  readonly method: string
  readonly host: string
  /** Percent-encoded as it is sent. */
  readonly path: string
  /** Percent-encoded, in the order of its names; without `?`. */
  readonly query: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Lower-case hex of the SHA-256, or {@link unsignedPayload}. */
  readonly payload: string
}

/** Stands for the hash of a body that TLS protects. */
export const unsignedPayload = 'UNSIGNED-PAYLOAD'
/** SHA-256 of nothing. */
export const emptyPayload = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

const algorithm = 'AWS4-HMAC-SHA256'

/**
 * AWS Signature Version 4 for S3 (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html). The
 * key of a day is derived once; for thousands of small requests it is several times cheaper than the SDK's.
 */
export class Signer {
  #second = Number.NaN
  #stamp = ''
  #day = ''
  #keyOf = ''
  #key: HmacKey = hmacKey(Buffer.alloc(0))

  /** The headers to send: those of the request, its time, its payload's hash and the authorization. */
  sign(request: Signable, keys: Keys, region: string, now: Date): Record<string, string> {
    const stamp = this.#stampOf(now)
    const headers: Record<string, string> = { ...request.headers, 'x-amz-content-sha256': request.payload, 'x-amz-date': stamp }
    if (keys.sessionToken !== undefined) headers['x-amz-security-token'] = keys.sessionToken
    const names = Object.keys(headers)
    names.push('host')
    names.sort()
    let lines = ''
    for (const name of names) lines += `${name}:${name === 'host' ? request.host : collapsed(headers[name] ?? '')}\n`
    const signed = names.join(';')
    const scope = `${this.#day}/${region}/s3/aws4_request`
    const canonical = `${request.method}\n${request.path}\n${request.query}\n${lines}\n${signed}\n${request.payload}`
    const signature = this.#signature(canonical, scope, stamp, keys, region)
    headers.authorization = `${algorithm} Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`
    return headers
  }

  /**
   * The query, signature included, that lets anybody send this request for so many seconds. Only the host is signed of the
   * headers. What the request's own query has must sort behind `X-Amz-…`, as all names in small letters do.
   */
  presign(request: Pick<Signable, 'method' | 'host' | 'path' | 'query'>, keys: Keys, region: string, now: Date, seconds: number): string {
    const stamp = this.#stampOf(now)
    const scope = `${this.#day}/${region}/s3/aws4_request`
    const fields = [
      `X-Amz-Algorithm=${algorithm}`,
      `X-Amz-Credential=${encodeQuery(`${keys.accessKeyId}/${scope}`)}`,
      `X-Amz-Date=${stamp}`,
      `X-Amz-Expires=${seconds}`,
      ...(keys.sessionToken === undefined ? [] : [`X-Amz-Security-Token=${encodeQuery(keys.sessionToken)}`]),
      'X-Amz-SignedHeaders=host',
      ...(request.query === '' ? [] : [request.query]),
    ]
    const query = fields.join('&')
    const canonical = `${request.method}\n${request.path}\n${query}\nhost:${request.host}\n\nhost\n${unsignedPayload}`
    return `${query}&X-Amz-Signature=${this.#signature(canonical, scope, stamp, keys, region)}`
  }

  #signature(canonical: string, scope: string, stamp: string, keys: Keys, region: string): string {
    const text = `${algorithm}\n${stamp}\n${scope}\n${hash('sha256', canonical, 'hex')}`
    return hmac(this.#keyFor(keys, region), text).toString('hex')
  }

  #keyFor({ secretAccessKey }: Keys, region: string): HmacKey {
    const keyOf = `${this.#day}/${region}/${secretAccessKey}`
    if (keyOf === this.#keyOf) return this.#key
    const steps = [this.#day, region, 's3', 'aws4_request']
    this.#key = hmacKey(steps.reduce<Buffer>((key, step) => hmac(hmacKey(key), step), Buffer.from(`AWS4${secretAccessKey}`)))
    this.#keyOf = keyOf
    return this.#key
  }

  #stampOf(now: Date): string {
    const second = Math.floor(now.getTime() / 1000)
    if (second === this.#second) return this.#stamp
    this.#second = second
    this.#stamp = `${now.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
    this.#day = this.#stamp.slice(0, 8)
    return this.#stamp
  }
}

/** The two blocks that a key comes down to (RFC 2104). */
interface HmacKey {
  readonly inner: Buffer
  readonly outer: Buffer
}

const blockBytes = 64

function hmacKey(key: Buffer): HmacKey {
  const short = key.byteLength > blockBytes ? hash('sha256', key, 'buffer') : key
  const inner = Buffer.alloc(blockBytes, 0x36)
  const outer = Buffer.alloc(blockBytes, 0x5c)
  short.forEach((byte, index) => {
    inner[index] = byte ^ 0x36
    outer[index] = byte ^ 0x5c
  })
  return { inner, outer }
}

/** HMAC-SHA256 of two hashes in one call each: node:crypto's own makes a key object every time, which costs ten times as much. */
function hmac({ inner, outer }: HmacKey, text: string): Buffer {
  return hash('sha256', Buffer.concat([outer, hash('sha256', Buffer.concat([inner, Buffer.from(text)]), 'buffer')]), 'buffer')
}

/** A header's value as it is signed: without spaces at its ends, and runs of them as one. */
function collapsed(value: string): string {
  return value.includes('  ') || value.startsWith(' ') || value.endsWith(' ') ? value.trim().replace(/ +/g, ' ') : value
}

const plain = /^[A-Za-z0-9._~/-]*$/
const leftOver = /[!'()*]/g
const hexOf = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`

/** Percent-encodes a query's name or value as signatures have it: all but `A-Z a-z 0-9 - . _ ~`. */
export function encodeQuery(text: string): string {
  return encodeURIComponent(text).replace(leftOver, hexOf)
}

/** The same for a key, whose slashes stay. */
export function encodeKey(key: string): string {
  return plain.test(key) ? key : encodeQuery(key).replaceAll('%2F', '/')
}
