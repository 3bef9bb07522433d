import { FairleadError } from '../contract/errors.ts'
import { redactUrl } from './redact.ts'

const sentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection broke off',
  EPIPE: 'the connection broke off',
  ENOTFOUND: 'the host does not exist',
  EAI_AGAIN: 'the host name could not be resolved',
  EHOSTUNREACH: 'the host is unreachable',
  ENETUNREACH: 'the network is unreachable',
  ETIMEDOUT: 'the connection timed out',
  ERR_PROXY_TUNNEL: 'the proxy refused to connect',
}

const certificateCodes = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/

/**
 * What node:http failed with, as `network` (or `timeout`, `input-invalid` for a header that can't be sent). The cause
 * keeps the system's code only: Node's own errors hold addresses with passwords and raw response bytes.
 */
export function networkError(cause: unknown, method: string, url: URL | string): FairleadError {
  const code = codeOf(cause)
  const at = `${method} ${redactUrl(url)}`
  const details = { cause: Object.assign(new Error(code ?? 'unknown'), code === undefined ? {} : { code }) }
  if (
    code === 'ERR_INVALID_CHAR' ||
    code === 'ERR_HTTP_INVALID_HEADER_VALUE' ||
    code === 'ERR_INVALID_HTTP_TOKEN' ||
    code === 'ERR_UNESCAPED_CHARACTERS'
  ) {
    return new FairleadError('input-invalid', `${at}: a header or the path has characters that can't be sent (${code})`, details)
  }
  if (code === 'ERR_HTTP_TRANSFER_ENCODING_INVALID' || code === 'ERR_HTTP_CONTENT_LENGTH_MISMATCH') {
    return new FairleadError('input-invalid', `${at}: a header announces another body than the one that is sent (${code})`, details)
  }
  if (code !== undefined && (certificateCodes.test(code) || code === 'ERR_TLS_CERT_ALTNAME_INVALID')) {
    return new FairleadError('network', `${at}: the server's certificate is not trusted (${code})`, {
      ...details,
      retry: 'never',
      hint: 'For a private certificate authority set FAIRLEAD_CA_FILE to its PEM file.',
    })
  }
  const sentence = code === undefined ? 'the request failed' : (sentences[code] ?? 'the request failed')
  const message = `${at}: ${sentence}${code === undefined ? '' : ` (${code})`}`
  if (code === 'ENOTFOUND')
    return new FairleadError('network', message, {
      ...details,
      retry: 'never',
      hint: 'Check the address, and HTTPS_PROXY if this network needs a proxy.',
    })
  if (code === 'ERR_PROXY_TUNNEL') return new FairleadError('network', message, { ...details, hint: 'Check HTTPS_PROXY and NO_PROXY.' })
  return new FairleadError(code === 'ETIMEDOUT' ? 'timeout' : 'network', message, details)
}

/** The error for a connection on which nothing moved for too long. */
export function idleError(idleTimeoutMs: number, method: string, url: URL | string): FairleadError {
  return new FairleadError('timeout', `${method} ${redactUrl(url)}: no byte moved for ${idleTimeoutMs} ms`)
}

function codeOf(cause: unknown): string | undefined {
  if (typeof cause !== 'object' || cause === null) return undefined
  if ('code' in cause && typeof cause.code === 'string') return cause.code
  // Several addresses were tried: the first failure stands for all.
  return cause instanceof AggregateError ? codeOf(cause.errors[0]) : undefined
}
