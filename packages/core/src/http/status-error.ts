import { type ErrorCode, type ErrorDetails, FairleadError } from '../contract/errors.ts'
import type { HttpResponse } from './http.ts'
import { redactText, redactUrl } from './redact.ts'
import { parseRetryAfter } from './retry-after.ts'

/** What is known of a response that was a failure. `message` replaces the service's own words, which are read from `body`. */
export interface StatusDetails extends Omit<ErrorDetails, 'status'> {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly method?: string
  readonly url?: URL | string
  readonly message?: string
  /** What a Retry-After date is counted from; by default the `Date` the service sent, else this machine's time. */
  readonly now?: Date
}

const codes: Readonly<Record<number, ErrorCode>> = {
  400: 'input-invalid',
  401: 'unauthenticated',
  402: 'permission-denied',
  403: 'permission-denied',
  404: 'not-found',
  405: 'unsupported',
  407: 'config-invalid',
  408: 'timeout',
  409: 'already-exists',
  410: 'not-found',
  411: 'input-invalid',
  412: 'precondition-failed',
  413: 'input-invalid',
  414: 'path-invalid',
  415: 'input-invalid',
  416: 'range-invalid',
  422: 'input-invalid',
  423: 'rate-limited',
  425: 'unavailable',
  428: 'precondition-failed',
  429: 'rate-limited',
  431: 'input-invalid',
  451: 'permission-denied',
  501: 'unsupported',
  504: 'timeout',
  505: 'unsupported',
  507: 'quota-exceeded',
}

const requestIds = [
  'x-request-id',
  'x-amz-request-id',
  'x-ms-request-id',
  'x-amzn-requestid',
  'x-goog-request-id',
  'x-guploader-uploadid',
  'x-dropbox-request-id',
  'x-openstack-request-id',
  'x-trans-id',
  'request-id',
]

/** The code a status means where a service says nothing better: 5xx is `unavailable` unless it has a code of its own; what is left is `unexpected`. */
export function codeFromStatus(status: number): ErrorCode {
  return codes[status] ?? (status >= 500 && status <= 599 ? 'unavailable' : 'unexpected')
}

/**
 * The error for a response that was a failure: code by {@link codeFromStatus}, the service's message (redacted, at most
 * 300 characters, without control characters), Retry-After and the request's id. Header values never get into it.
 */
export function errorFromStatus(status: number, details: StatusDetails = {}): FairleadError {
  const { headers = {}, body, method, url, message, now, ...rest } = details
  const code = codeFromStatus(status)
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  const said = message ?? (body === undefined ? undefined : serviceMessage(body))
  const target = url === undefined ? '' : `${method ?? 'GET'} ${redactUrl(url)}: `
  const retryAfterMs = rest.retryAfterMs ?? waitFrom(lower, now)
  const requestId = rest.requestId ?? requestIds.map(name => lower[name]).find(value => value !== undefined && value !== '')
  return new FairleadError(code, `${target}status ${status}${said === undefined ? '' : `, ${clean(said)}`}`, {
    ...(code === 'config-invalid' && { hint: 'The proxy wants a login: put user and password into HTTPS_PROXY.' }),
    ...rest,
    status,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(requestId !== undefined && { requestId: clean(requestId) }),
  })
}

/** {@link errorFromStatus} of a response as it came: method, address, headers and what its body says. Reads the body. */
export async function errorFromResponse(response: HttpResponse, details: StatusDetails = {}): Promise<FairleadError> {
  const { status, method, url, headers } = response
  // A body that is too long, or that breaks off, takes nothing from what the status says.
  const body = await response.bytes(65_536).catch(() => undefined)
  return errorFromStatus(status, { method, url, headers, ...(body !== undefined && { body }), ...details })
}

function waitFrom(headers: Readonly<Record<string, string | undefined>>, now: Date | undefined): number | undefined {
  const exact = headers['retry-after-ms'] ?? headers['x-ms-retry-after-ms']
  if (exact !== undefined && /^\d{1,10}$/.test(exact.trim())) return Number(exact)
  const sent = Date.parse(headers.date ?? '')
  return parseRetryAfter(headers['retry-after'], now ?? (Number.isNaN(sent) ? new Date() : new Date(sent)))
}

/** The sentence in an error body: the usual fields of JSON and XML answers, or a short plain text. */
function serviceMessage(body: string | Uint8Array): string | undefined {
  const text = (typeof body === 'string' ? body : new TextDecoder().decode(body.subarray(0, 65_536))).trim()
  if (text.startsWith('{')) return jsonMessage(text)
  if (text.startsWith('<')) {
    const parts = ['Code', 'Message'].map(tag => new RegExp(`<${tag}>([^<]{1,500})</${tag}>`, 'i').exec(text)?.[1])
    const found = parts.filter(part => part !== undefined)
    return found.length === 0 ? undefined : found.join(': ')
  }
  return text === '' ? undefined : text
}

function jsonMessage(text: string): string | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // Cut off or not JSON after all: the status has to do.
    return undefined
  }
  return messageIn(value, 0)
}

function messageIn(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null || depth > 3) return undefined
  const fields: Readonly<Record<string, unknown>> = { ...value }
  for (const name of ['message', 'error_description', 'error_summary', 'detail', 'error', 'errors', '0', 'code']) {
    const found = messageIn(fields[name], depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}

function clean(text: string): string {
  // oxlint-disable-next-line no-control-regex -- a service's words must not steer the terminal
  const line = redactText(text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim())
  return line.length > 300 ? `${line.slice(0, 299)}…` : line
}
