import { redactHeaders, redactUrl } from '@fairlead/core'
import type { Variables } from '../config/environment.ts'
import type { ConfigRedactor } from '../config/redact.ts'
import type { WebhookEntry } from '../config/schema.ts'
import { fillText, fillValue, variablesIn, type Scope } from './fill.ts'
import { addressProblem } from './url-check.ts'

/** A request that is ready to be sent. */
export interface PreparedWebhook {
  /** 1 for the first of the configuration. */
  readonly number: number
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** What messages say in place of the address. */
  readonly address: string
  /** A text without the values of its variables and secret headers. */
  readonly hide: (text: string) => string
  /** A text of somebody else without anything of the address but the server, too. */
  readonly redact: (text: string) => string
}

/** A request as it may be shown. */
export interface ShownWebhook {
  readonly webhook: number
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

const placeholder = '[redacted]'
const withoutBody = new Set(['get'])

function bodyOf({ json, data }: WebhookEntry, scope: Scope): { readonly body?: string; readonly type?: string } {
  if (json !== undefined) return { body: JSON.stringify(fillValue(json, scope)), type: 'application/json' }
  if (typeof data === 'string') return { body: fillText(data, scope), type: 'text/plain; charset=utf-8' }
  if (data === undefined) return {}
  const fields = new URLSearchParams(Object.entries(data).map(([name, value]): [string, string] => [name, fillText(String(value), scope)]))
  return { body: fields.toString(), type: 'application/x-www-form-urlencoded' }
}

/** Addresses of the same server in a message. */
function addressesOf({ protocol, host }: URL): RegExp {
  const origin = `${protocol}//${host}`.replaceAll(/[^A-Za-z0-9]/g, String.raw`\$&`)
  return new RegExp(String.raw`${origin}/[^\s"'<>]*?(?=:?(?:[\s"'<>]|$))`, 'g')
}

/** What is wrong with a webhook that only the environment tells; empty when it can be called. Values are never repeated. */
export function webhookProblems(webhook: WebhookEntry, index: number, environment: Variables): readonly string[] {
  const where = `webhooks[${index}]`
  const problems = [...new Set(variablesIn(webhook))]
    .filter(name => !environment[name])
    .map(name => `${where}: the environment variable ${name} is not set`)
  if (withoutBody.has((webhook.method ?? 'post').toLowerCase()) && (webhook.json !== undefined || webhook.data !== undefined)) {
    problems.push(`${where}: a request with the method get has no body; use params, or another method`)
  }
  if (problems.length > 0) return problems
  const scope = { values: null, environment }
  const wrong = addressProblem(fillText(webhook.url, scope))
  if (wrong !== undefined) problems.push(`${where}.url: ${wrong}`)
  for (const [name, value] of Object.entries(webhook.headers ?? {})) {
    if (/[^\t\x20-\x7e\x80-\xff]/.test(fillText(value, scope)))
      problems.push(`${where}.headers.${name}: it contains characters that are not allowed in a header`)
  }
  return problems
}

/** Fills in a webhook that has no {@link webhookProblems}. */
export function prepareWebhook(webhook: WebhookEntry, index: number, scope: Scope): PreparedWebhook {
  const url = new URL(fillText(webhook.url, scope, encodeURIComponent))
  for (const [name, value] of Object.entries(webhook.params ?? {})) url.searchParams.append(name, fillText(String(value), scope))
  const { body, type } = bodyOf(webhook, scope)
  const given = Object.fromEntries(
    Object.entries(webhook.headers ?? {}).map(([name, value]) => [name.toLowerCase(), fillText(value, scope)]),
  )
  const headers: Readonly<Record<string, string>> = { ...(type !== undefined && { 'content-type': type }), ...given }
  const secretHeaders = Object.entries(redactHeaders(headers)).flatMap(([name, shown]) =>
    shown === placeholder ? [headers[name] ?? ''] : [],
  )
  const secrets = [...variablesIn(webhook).map(name => scope.environment[name] ?? ''), ...secretHeaders, url.password, url.username]
    .flatMap(secret => [secret, encodeURIComponent(secret)])
    .filter(secret => secret.length > 2)
    .toSorted((a, b) => b.length - a.length)
  const isPlain = url.pathname === '/' && url.search === ''
  const hide = (text: string) => secrets.reduce((shown, secret) => shown.replaceAll(secret, placeholder), text)
  const address = hide(`${url.protocol}//${url.host}${isPlain ? '' : '/…'}`)
  const method = (webhook.method ?? 'post').toUpperCase()
  // Whatever stands behind the server's name, here or where it redirects to, may be a secret.
  const redact = (text: string) => hide(text.replaceAll(url.href, address).replaceAll(addressesOf(url), address))
  return { number: index + 1, method, url, headers, ...(body !== undefined && { body }), address, hide, redact }
}

/** A request for people to look at before it is sent: what it holds of secrets is replaced. */
export function showWebhook(webhook: WebhookEntry, prepared: PreparedWebhook, scope: Scope, redactor: ConfigRedactor): ShownWebhook {
  const { number, method, url, headers, hide } = prepared
  const at = ['webhooks', String(number - 1)]
  const shownHeaders = redactor.value(headers, [...at, 'headers'])
  const body =
    webhook.json !== undefined
      ? JSON.stringify(redactor.value(fillValue(webhook.json, scope), [...at, 'json']))
      : typeof webhook.data === 'object'
        ? JSON.stringify(redactor.value(fillValue(webhook.data, scope), [...at, 'data']))
        : prepared.body
  return {
    webhook: number,
    method,
    url: redactor.hides([...at, 'url']) ? prepared.address : prepared.hide(redactUrl(url)),
    headers: Object.fromEntries(Object.entries(shownHeaders ?? {}).map(([name, value]) => [name, hide(String(value))])),
    ...(body !== undefined && { body: hide(body) }),
  }
}
