/** The head of an HTTP/1.1 response (RFC 9112). Header names are lower case, repeated ones joined by `, `. */
export interface ResponseHead {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** How many bytes the head takes, with the empty line. */
  readonly bytes: number
  /** Bytes of the body; or that it comes in chunks, or ends with the connection. */
  readonly body: number | 'chunks' | 'all'
  /** How many milliseconds the connection is good for another request, if the server said so; 0: for none. */
  readonly keepMs: number
}

const end = '\r\n\r\n'
// No control characters but tabs: a line end of another kind would be one to the next reader.
const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\u0020-\u007e\u0080-\u00ff]*)?$/
const headerLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):([\t\u0020-\u007e\u0080-\u00ff]*)$/
const beginning = 'HTTP/1.'

/**
 * Reads a head that stands at the beginning of `bytes`, as the answer to a request of that method; undefined while it is
 * not whole. Throws for what is none.
 */
export function readHead(bytes: Buffer, method: string): ResponseHead | undefined {
  const at = bytes.indexOf(end, 0, 'latin1')
  if (at < 0) {
    checkBeginning(bytes)
    return undefined
  }
  const [first = '', ...lines] = bytes.toString('latin1', 0, at).split('\r\n')
  const [, minor, code] = statusLine.exec(first) ?? []
  if (code === undefined) throw malformed('its first line is not a status line')
  const headers: Record<string, string> = Object.create(null)
  for (const line of lines) {
    const [, name, value] = headerLine.exec(line) ?? []
    if (name === undefined || value === undefined) throw malformed('it has a line that is not a header')
    const key = name.toLowerCase()
    const before = headers[key]
    headers[key] = before === undefined ? trimmed(value) : `${before}, ${trimmed(value)}`
  }
  const status = Number(code)
  // Nobody asked for another protocol, and what follows would be in it.
  if (status === 101) throw malformed('it changes the protocol')
  const body = method === 'HEAD' ? 0 : bodyOf(status, headers)
  const lasts = minor === '1' ? !tells(headers, 'close') : tells(headers, 'keep-alive') && headers['transfer-encoding'] === undefined
  return { status, headers, bytes: at + end.length, body, keepMs: lasts && body !== 'all' ? keptMs(headers['keep-alive']) : 0 }
}

/** Throws for what can become no head, so that nobody waits for its end. */
function checkBeginning(bytes: Buffer): void {
  const first = bytes.toString('latin1', 0, beginning.length)
  if (!beginning.startsWith(first)) throw malformed('its first line is not a status line')
  const lineFeed = bytes.indexOf(0x0a)
  if (lineFeed > 0 && bytes[lineFeed - 1] !== 0x0d) throw malformed('its first line ends with a line feed only')
}

/** Without the spaces and tabs around it. A pattern would look for them from every place of the value. */
function trimmed(value: string): string {
  let start = 0
  let stop = value.length
  while (start < stop && isBlank(value, start)) start++
  while (stop > start && isBlank(value, stop - 1)) stop--
  return value.slice(start, stop)
}

function isBlank(value: string, at: number): boolean {
  const code = value.charCodeAt(at)
  return code === 0x20 || code === 0x09
}

/** Whether the connection has that option (RFC 9110 §7.6.1). */
function tells(headers: Readonly<Record<string, string>>, option: string): boolean {
  const options = headers['connection']
  if (options === undefined) return false
  return options
    .toLowerCase()
    .split(',')
    .some(each => each.trim() === option)
}

/** A second less than what the server says, so that it does not close what is just being asked on. */
function keptMs(told: string | undefined): number {
  const [, seconds] = /(?:^|[\s,])timeout=(\d{1,6})/i.exec(told ?? '') ?? []
  return seconds === undefined ? Infinity : (Number(seconds) - 1) * 1000
}

/** In the order of RFC 9112 §6.3. */
function bodyOf(status: number, headers: Readonly<Record<string, string>>): ResponseHead['body'] {
  if (status < 200 || status === 204 || status === 304) return 0
  const coding = headers['transfer-encoding']?.toLowerCase()
  const length = headers['content-length']
  if (coding !== undefined && length !== undefined) throw malformed('it has a length and a transfer coding')
  if (coding !== undefined && coding !== 'chunked') throw malformed('its transfer coding was not requested')
  if (coding !== undefined) return 'chunks'
  if (length === undefined) return 'all'
  if (!/^\d{1,15}$/.test(length)) throw malformed('its length is not a number')
  return Number(length)
}

function malformed(what: string): Error {
  return Object.assign(new Error(`the response is not HTTP/1.1: ${what}`), { code: 'HPE_INVALID' })
}
