import { FairleadError } from '../contract/errors.ts'
import { redactUrl } from './redact.ts'

/** Where a request goes, as node:http takes it. */
export interface Address {
  readonly secure: boolean
  /** With its port, for the Host header. */
  readonly host: string
  readonly hostname: string
  readonly port: string
  /** With the query. */
  readonly path: string
  /** `user:password` of the address, decoded. */
  readonly login: string | undefined
  readonly url: URL | string
}

type Origin = Pick<Address, 'secure' | 'host' | 'hostname' | 'port'>

/** An address that the parser of the platform would leave as it is: no dot segments, nothing to encode, no login. */
const plain = /^(https?:\/\/[a-z0-9.-]+(?::\d{1,5})?)(\/[A-Za-z0-9._~!$&()*+,;=:@%/-]*(?:\?[A-Za-z0-9._~!$&()*+,;=:@%/?-]*)?)$/
const dotSegment = /\/(?:\.|%2e){1,2}(?:[/?]|$)/i
const mostOrigins = 64

/**
 * Reads the addresses of requests. Those of many objects have few origins, so an origin is parsed once; `input-invalid`
 * for what is no http or https address.
 */
export function createAddressReader(): (address: URL | string) => Address {
  const origins = new Map<string, Origin>()
  return address => {
    if (typeof address !== 'string') return fromUrl(address)
    const [, origin, path] = plain.exec(address) ?? []
    if (origin === undefined || path === undefined || dotSegment.test(path)) return parse(address)
    let known = origins.get(origin)
    if (known === undefined) {
      const { secure, host, hostname, port } = parse(origin)
      known = { secure, host, hostname, port }
      if (origins.size === mostOrigins) origins.clear()
      origins.set(origin, known)
    }
    return { secure: known.secure, host: known.host, hostname: known.hostname, port: known.port, path, login: undefined, url: address }
  }
}

function parse(address: string): Address {
  const url = URL.parse(address)
  if (url === null) throw new FairleadError('input-invalid', 'the address of a request is not a URL')
  return fromUrl(url)
}

function fromUrl(url: URL): Address {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new FairleadError('input-invalid', `${redactUrl(url)}: only http and https addresses can be requested`)
  }
  const { hostname, username, password } = url
  return {
    secure: url.protocol === 'https:',
    host: url.host,
    hostname: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    port: url.port,
    path: url.pathname + url.search,
    login: username === '' && password === '' ? undefined : `${decoded(username)}:${decoded(password)}`,
    url,
  }
}

/** A part of the login in an address. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new FairleadError('input-invalid', 'the login in the address of a request has a % that does not encode a character')
  }
}
