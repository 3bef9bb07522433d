import { createHmac, randomBytes } from 'node:crypto'
import { compileLinearPattern } from '@fairlead/assets'
import { redactHeaders, redactText, redactUrl } from '@fairlead/core'

/** Hides what lets someone in. */
export interface ConfigRedactor {
  /** The value with every secret in it replaced; `path` are the keys that lead to it. */
  value(value: unknown, path?: readonly string[]): unknown
  /** What stands in place of one secret. */
  hidden(secret: unknown): string
  /** Whether everything below these keys is hidden. */
  hides(path: readonly string[]): boolean
}

/** Keyed anew in every process: without the key no small value can be found by trying all of them. */
const key = randomBytes(32)
const placeholder = '[redacted]'
/** A text that holds no secret itself, only the name of the variable with it. */
const onlyVariable = /^(?:(?:Bearer|Basic|Token|ApiKey) )?\$\{[A-Za-z_][A-Za-z0-9_]*\}$/i
const address = /^[a-z][a-z0-9+.-]*:\/\//i

function isSecretHeader(name: string): boolean {
  return redactHeaders({ [name]: '' })[name] === placeholder
}

/**
 * Hides the values of keys whose path (`webhooks/0/headers/X-Key`) `regex` is found in, in any case, with everything
 * below them; and, whatever `regex` says, headers that let someone in, and users, passwords and tokens in addresses.
 */
export function createConfigRedactor({ regex, hash }: { readonly regex: string; readonly hash: boolean }): ConfigRedactor {
  const pattern = regex === '' ? undefined : compileLinearPattern(regex, 'i')
  const hidden = (secret: unknown): string =>
    hash
      ? `hash-${createHmac('sha256', key)
          .update(JSON.stringify(secret) ?? '')
          .digest('hex')
          .slice(0, 12)}`
      : placeholder
  const hides = (path: readonly string[]): boolean => {
    const name = path.at(-1) ?? ''
    const isHeader = path.at(-2)?.toLowerCase() === 'headers' && isSecretHeader(name)
    return isHeader || (path.length > 0 && pattern?.test(path.join('/')) === true)
  }
  const leaf = (value: unknown, secret: boolean): unknown => {
    if (value === null || (typeof value === 'string' && onlyVariable.test(value))) return value
    if (secret) return hidden(value)
    if (typeof value !== 'string') return value
    return redactText(value.replace(/[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]+/gi, found => (address.test(found) ? withoutUser(found) : found)))
  }
  const walk = (value: unknown, path: readonly string[], secret: boolean): unknown => {
    const isSecret = secret || hides(path)
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, String(index)], isSecret))
    if (typeof value !== 'object' || value === null) return leaf(value, isSecret)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner, [...path, name], isSecret)]))
  }
  return {
    value: (value, path = []) =>
      walk(
        value,
        path,
        path.some((_name, index) => hides(path.slice(0, index))),
      ),
    hidden,
    hides,
  }
}

/** Any address without user and password; those of http are redacted as everywhere. */
function withoutUser(text: string): string {
  return /^https?:/i.test(text) && URL.canParse(text)
    ? redactUrl(text)
    : text.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, `$1${placeholder}@`)
}
