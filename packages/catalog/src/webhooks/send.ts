import { setTimeout as wait } from 'node:timers/promises'
import { FairleadError, parseRetryAfter, type Http } from '@fairlead/core'
import type { PreparedWebhook } from './prepare.ts'

/** How a webhook is sent. */
export interface SendOptions {
  readonly http: Pick<Http, 'request'>
  /** Milliseconds that one attempt may take. */
  readonly timeoutMs: number
  /** Further attempts. */
  readonly retries: number
  /** Statuses that are a success; 200 to 299 when left out. */
  readonly expect?: readonly number[]
  readonly signal?: AbortSignal
  /** Before the first repetition; doubled before each further one. Milliseconds, default 500. */
  readonly backoffMs?: number
  /** Told before each repetition, without secrets. */
  readonly onRetry?: (message: string) => void
}

/** How a webhook went. */
export interface Sent {
  readonly ok: boolean
  /** Of the last answer. */
  readonly status?: number
  readonly attempts: number
  readonly error?: FairleadError
}

const maxDelayMs = 20_000
const maxRetryAfterMs = 120_000
const maxRedirects = 5
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

interface Attempt {
  readonly status?: number
  readonly error?: FairleadError
}

function failure(
  code: 'network' | 'timeout' | 'unavailable' | 'rate-limited' | 'unexpected',
  webhook: PreparedWebhook,
  what: string,
  more: {
    readonly status?: number
    readonly retry?: 'never' | 'later'
    readonly retryAfterMs?: number
    readonly hint?: string
  } = {},
): FairleadError {
  return new FairleadError(code, `webhook ${webhook.number}, ${webhook.method} ${webhook.address}: ${what}`, more)
}

/** Follows redirects within the origin only: another server must not be told what was meant for this one. */
async function attempt(webhook: PreparedWebhook, options: SendOptions, signal: AbortSignal): Promise<Attempt> {
  let { url, method, body } = webhook
  for (let count = 0; ; count++) {
    const headers = Object.fromEntries(
      Object.entries(webhook.headers).filter(([name]) => body !== undefined || !name.startsWith('content-')),
    )
    const answer = await options.http.request({ method, url, headers, signal, ...(body !== undefined && { body }) })
    const { status } = answer
    const location = answer.headers['location']
    const retryAfterMs = parseRetryAfter(answer.headers['retry-after'], new Date())
    await answer.body.cancel()
    const isExpected = options.expect === undefined ? status >= 200 && status < 300 : options.expect.includes(status)
    if (isExpected) return { status }
    if (redirects.has(status) && location !== undefined) {
      const next = URL.parse(location, url.href)
      if (next === null || next.origin !== url.origin) {
        const where = next === null ? 'to no address' : `to another server, ${next.origin}, and is not followed`
        const hint = 'If you trust that server, use its address as the url of the webhook.'
        return { status, error: failure('unexpected', webhook, `status ${status} leads ${where}`, { status, hint }) }
      }
      if (count === maxRedirects)
        return { status, error: failure('unexpected', webhook, `more than ${maxRedirects} redirects`, { status }) }
      if (status === 303 || (status <= 302 && method === 'POST')) [method, body] = ['GET', undefined]
      url = next
      continue
    }
    const isPassing = status === 429 || status === 408 || status >= 500
    const code = status === 429 ? 'rate-limited' : isPassing ? 'unavailable' : 'unexpected'
    const details = { status, ...(isPassing && { retry: 'later' as const }), ...(retryAfterMs !== undefined && { retryAfterMs }) }
    return { status, error: failure(code, webhook, `status ${status}`, details) }
  }
}

async function attemptInTime(webhook: PreparedWebhook, options: SendOptions): Promise<Attempt> {
  const limit = AbortSignal.timeout(options.timeoutMs)
  const signal = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit])
  try {
    return await attempt(webhook, options, signal)
  } catch (thrown) {
    options.signal?.throwIfAborted()
    if (limit.aborted) return { error: failure('timeout', webhook, `no response within ${options.timeoutMs / 1000} s`) }
    if (!FairleadError.is(thrown)) throw thrown
    const { code, retry, hint } = thrown
    // The original names the whole address: what it says is kept, and only that.
    return {
      error: new FairleadError(code, `webhook ${webhook.number}: ${webhook.redact(thrown.message)}`, {
        retry,
        ...(hint !== undefined && { hint }),
      }),
    }
  }
}

/**
 * Sends a request until it succeeds, fails for good, or has no attempts left. Statuses 408, 429 and 5xx, a broken
 * connection and a timeout are tried again, after Retry-After where the server asks for it (at most two minutes). Nothing
 * is thrown but the signal's reason. A server that took a request and broke off before its answer may get it twice.
 */
export async function sendWebhook(webhook: PreparedWebhook, options: SendOptions): Promise<Sent> {
  const { signal, retries, backoffMs = 500 } = options
  for (let attempts = 1; ; attempts++) {
    signal?.throwIfAborted()
    const { status, error } = await attemptInTime(webhook, options)
    const answered = { attempts, ...(status !== undefined && { status }) }
    if (error === undefined) return { ok: true, ...answered }
    const delay = error.retryAfterMs ?? Math.round(Math.min(maxDelayMs, backoffMs * 2 ** (attempts - 1)) * (0.5 + Math.random() / 2))
    if (error.retry !== 'later' || attempts > retries || delay > maxRetryAfterMs) {
      const tried = attempts === 1 ? {} : { retry: 'exhausted' as const, hint: `It was tried ${attempts} times.` }
      return { ok: false, ...answered, error: error.with(tried) }
    }
    options.onRetry?.(`${error.message}; again in ${(delay / 1000).toFixed(1)} s`)
    await wait(delay, undefined, signal === undefined ? {} : { signal }).catch(cause => {
      signal?.throwIfAborted()
      throw cause
    })
  }
}
