/** The head of an HTTP/1.1 response (RFC 9112). Header names are lower case, repeated ones joined by `, `. */
export interface ResponseHead {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** How many bytes the head takes, with the empty line. */
  readonly bytes: number
  /** Bytes of the body; undefined where only the body itself tells: it comes in chunks, or ends with the connection. */
  readonly length: number | undefined
  /** Whether another request can follow on the connection. */
  readonly keepAlive: boolean
}

const end = '\r\n\r\n'
const statusLine = /^HTTP\/1\.([01]) (\d{3})(?: |$)/
const headerLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/

/** Reads a head that stands at the beginning of `bytes`; undefined while it is not whole. Throws for what is none. */
export function readHead(bytes: Buffer): ResponseHead | undefined {
  const at = bytes.indexOf(end, 0, 'latin1')
  if (at < 0) return undefined
  const [first = '', ...lines] = bytes.toString('latin1', 0, at).split('\r\n')
  const [, minor, code] = statusLine.exec(first) ?? []
  if (code === undefined) throw malformed('its first line is no status line')
  const headers: Record<string, string> = Object.create(null)
  for (const line of lines) {
    const [, name, value] = headerLine.exec(line) ?? []
    if (name === undefined || value === undefined) throw malformed('it has a line that is no header')
    const key = name.toLowerCase()
    const before = headers[key]
    headers[key] = before === undefined ? value : `${before}, ${value}`
  }
  const status = Number(code)
  const connection = headers['connection']?.toLowerCase()
  return {
    status,
    headers,
    bytes: at + end.length,
    length: lengthOf(status, headers),
    keepAlive: minor === '1' ? connection !== 'close' : connection === 'keep-alive',
  }
}

function lengthOf(status: number, headers: Readonly<Record<string, string>>): number | undefined {
  if (status < 200 || status === 204 || status === 304) return 0
  if (headers['transfer-encoding'] !== undefined) return undefined
  const length = headers['content-length']
  if (length === undefined) return undefined
  if (!/^\d{1,15}$/.test(length)) throw malformed('its length is no number')
  return Number(length)
}

function malformed(what: string): Error {
  return Object.assign(new Error(`the answer is no HTTP/1.1: ${what}`), { code: 'HPE_INVALID' })
}
