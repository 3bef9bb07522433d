const redacted = '[redacted]'
const secretParameter = /sig|token|key|secret|passw|pwd|cred|auth|session|jwt|assertion|^code$|^x-(amz|goog|ms)-/i
const secretHeader = /auth|cookie|token|key|secret|passw|signature|credential|session/i
/** Long runs of the base64 or hex alphabet, and JSON web tokens: what keys and signatures look like under any name. */
const secretValue = /^(?:[A-Za-z0-9+/_=-]|%2B|%2F|%3D){40,}$|^eyJ[A-Za-z0-9_-]+\./i
const address = /\bhttps?:\/\/[^\s"'<>`]+/gi
const credential = /\b(Bearer|Basic|AWS4-HMAC-SHA256|SharedKey|Token)\s+[^\s"',;<>]{6,}/gi
const assignment =
  /\b([\w-]*(?:token|secret|passw(?:or)?d|signature|api[_-]?key|access[_-]?key)[\w-]*)(["']?\s*[=:]\s*["']?)[^\s"'&,;<>]+/gi

/** True for a header whose value lets someone in: it is never shown, and never follows a redirect to another origin. */
export function isSecretHeader(name: string): boolean {
  return secretHeader.test(name)
}

/**
 * The address as it may be shown: without user and password, without fragment, and with the values of parameters that
 * are or look like signatures, tokens and keys replaced. What is no absolute address gives `[invalid address]`.
 */
export function redactUrl(url: URL | string): string {
  const parsed = typeof url === 'string' ? URL.parse(url) : url
  if (parsed === null) return '[invalid address]'
  return `${parsed.protocol}//${parsed.host}${parsed.pathname}${redactQuery(parsed.search)}`
}

function redactQuery(search: string): string {
  if (search.length < 2) return ''
  const parameters = search
    .slice(1)
    .split('&')
    .map(parameter => {
      const split = parameter.indexOf('=')
      const [name, value] = split < 0 ? ['', parameter] : [parameter.slice(0, split), parameter.slice(split + 1)]
      if (!secretParameter.test(decode(name)) && !secretValue.test(value)) return parameter
      return split < 0 ? redacted : `${name}=${redacted}`
    })
  return `?${parameters.join('&')}`
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A malformed escape: the name is judged as it stands.
    return text
  }
}

/** The headers as they may be shown: values of authorisation, cookies, tokens, keys and signatures replaced; addresses redacted. */
export function redactHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, isSecretHeader(name) ? redacted : redactText(value)]))
}

/** Free text, such as a service's own message, with the addresses, credentials and `token=…` pairs in it redacted. */
export function redactText(text: string): string {
  return text
    .replace(address, found => redactUrl(found))
    .replace(credential, (_found, scheme: string) => `${scheme} ${redacted}`)
    .replace(assignment, (_found, name: string, separator: string) => `${name}${separator}${redacted}`)
}
