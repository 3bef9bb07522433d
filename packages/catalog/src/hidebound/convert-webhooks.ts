import { redactHeaders, redactText, redactUrl } from '@fairlead/core'
import { httpMethods } from '../config/choices.ts'
import { defaultRedactRegex } from '../config/defaults.ts'
import { createConfigRedactor } from '../config/redact.ts'
import type { WebhookEntry } from '../config/schema.ts'
import { urlProblem } from '../webhooks/url-check.ts'
import type { Notes } from './notes.ts'
import { isRecord } from './read-hidebound.ts'

const redactor = createConfigRedactor({ regex: defaultRedactRegex, hash: false })
/** Long runs of mixed letters and digits: what tokens in paths look like. */
const tokenLike = /(?=[A-Za-z0-9_-]*\d)(?=[A-Za-z0-9_-]*[A-Za-z])[A-Za-z0-9_-]{16,}/

type Scalar = string | number | boolean
const isScalar = (value: unknown): value is Scalar => ['string', 'number', 'boolean'].includes(typeof value)

const literal = (text: string): string => text.replaceAll(/\$\{|\{\{/g, found => `\\${found}`)

/** Puts variables in place of secrets and says which; values are never repeated. */
class Secrets {
  private readonly at: string
  private readonly name: string
  private readonly notes: Notes

  constructor(index: number, notes: Notes) {
    this.at = `webhooks[${index}]`
    this.name = `WEBHOOK_${index + 1}`
    this.notes = notes
  }

  variable(path: readonly string[]): string {
    const name = [this.name, ...path]
      .join('_')
      .toUpperCase()
      .replaceAll(/[^A-Z0-9]+/g, '_')
    this.notes.toDo(`${this.at}.${path.join('.')}`, `It contains a secret, which was not copied: set ${name} in the environment.`)
    return `\${${name}}`
  }

  header(name: string, value: string): string {
    const isSecret = redactHeaders({ [name]: value })[name] !== value || tokenLike.test(value)
    if (!isSecret) return literal(value)
    const scheme = /^(?:Bearer|Basic|Token) /i.exec(value)?.[0] ?? ''
    return `${scheme}${this.variable(['headers', name])}`
  }

  url(value: string): string {
    const url = URL.parse(value)
    const isSecret =
      url !== null &&
      (redactUrl(url) !== `${url.origin}${url.pathname}${url.search}` || url.username !== '' || tokenLike.test(url.pathname))
    return isSecret ? this.variable(['url']) : literal(value)
  }

  value(value: unknown, path: readonly string[], hidden = false): unknown {
    const isHidden = hidden || (path.length > 1 && redactor.hides(path.slice(1)))
    if (Array.isArray(value)) return value.map((item, index) => this.value(item, [...path, String(index)], isHidden))
    if (isRecord(value))
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.value(inner, [...path, key], isHidden)]))
    return isScalar(value) ? this.scalar(value, path, isHidden) : value
  }

  scalar(value: Scalar, path: readonly string[], hidden = redactor.hides(path.slice(1))): Scalar {
    if (typeof value === 'boolean') return value
    if (hidden || (typeof value === 'string' && (redactText(value) !== value || tokenLike.test(value)))) return this.variable(path)
    return typeof value === 'string' ? literal(value) : value
  }
}

function scalars(value: unknown, at: string, notes: Notes): Readonly<Record<string, Scalar>> | undefined {
  if (!isRecord(value)) {
    notes.leftOut(at, 'It is not a map.')
    return undefined
  }
  const kept: Record<string, Scalar> = {}
  for (const [key, one] of Object.entries(value)) {
    if (isScalar(one)) kept[key] = one
    else notes.leftOut(`${at}.${key}`, 'A parameter is a text, a number, true or false.')
  }
  return kept
}

const knownKeys = ['url', 'method', 'headers', 'data', 'json', 'params', 'timeout']

function convertWebhook(webhook: Readonly<Record<string, unknown>>, index: number, notes: Notes): WebhookEntry | undefined {
  const at = `webhooks[${index}]`
  const secrets = new Secrets(index, notes)
  const method = typeof webhook['method'] === 'string' ? webhook['method'].toLowerCase() : ''
  if (!httpMethods.some(known => known === method)) notes.leftOut(at, `Its method is none of ${httpMethods.join(', ')}.`)
  const url = webhook['url']
  const wrong = typeof url === 'string' ? urlProblem(literal(url)) : 'it is missing'
  if (wrong !== undefined) notes.leftOut(`${at}.url`, `The webhook is left out: ${wrong}.`)
  if (wrong !== undefined || typeof url !== 'string' || !httpMethods.some(known => known === method)) return undefined
  for (const key of Object.keys(webhook)) if (!knownKeys.includes(key)) notes.leftOut(`${at}.${key}`, 'Hidebound knew no such key.')
  const { headers, data, json, params, timeout } = webhook
  const body = data ?? json
  if (body !== undefined && method === 'get')
    notes.leftOut(`${at}.${data === undefined ? 'json' : 'data'}`, 'Hidebound sent no body with get.')
  if (data !== undefined && json !== undefined && method !== 'get')
    notes.leftOut(`${at}.json`, 'Hidebound sent only data if both were given.')
  if (data === undefined && json !== undefined && method !== 'post' && method !== 'get') {
    notes.changed(`${at}.json`, `Hidebound sent json with post only; it is sent with ${method} now.`)
  }
  if (data !== undefined && method === 'delete') notes.changed(`${at}.data`, 'Hidebound sent no data with delete; it is sent now.')
  if (params !== undefined && method !== 'get')
    notes.changed(`${at}.params`, `Hidebound sent params with get only; they are sent with ${method} now.`)
  if (data !== undefined && method !== 'get')
    notes.changed(`${at}.data`, 'It is sent as json, as Hidebound did, and says so in its header Content-Type.')
  if (headers !== undefined && !isRecord(headers)) notes.leftOut(`${at}.headers`, 'It is not a map.')
  const isTime = typeof timeout === 'number' && timeout > 0 && timeout <= 3600
  if (timeout !== undefined && !isTime) notes.leftOut(`${at}.timeout`, 'A timeout is a number of seconds above 0, at most 3600.')
  const sentParams = params === undefined ? undefined : scalars(params, `${at}.params`, notes)
  return {
    url: secrets.url(url),
    method,
    ...(isRecord(headers) && {
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, secrets.header(name, String(value))])),
    }),
    ...(sentParams !== undefined && {
      params: Object.fromEntries(Object.entries(sentParams).map(([name, value]) => [name, secrets.scalar(value, ['params', name])])),
    }),
    ...(body !== undefined && method !== 'get' && { json: secrets.value(body, [data === undefined ? 'json' : 'data']) }),
    ...(isTime && { timeout }),
  }
}

/** Webhooks, without their secrets. */
export function convertWebhooks(value: unknown, notes: Notes): readonly WebhookEntry[] {
  if (value !== undefined && !Array.isArray(value)) notes.leftOut('webhooks', 'It is not a list.')
  const entries: readonly unknown[] = Array.isArray(value) ? value : []
  if (entries.length > 0) {
    notes.changed(
      'webhooks',
      'Requests are tried up to four times, time out after 30 s by default, and must get a status from 200 to 299; Hidebound ignored the response.',
    )
  }
  return entries.flatMap((webhook, index) => {
    if (isRecord(webhook)) return convertWebhook(webhook, index, notes) ?? []
    notes.leftOut(`webhooks[${index}]`, 'It is not a map.')
    return []
  })
}
