import { errorFromStatus, FairleadError, type ErrorCode, type Operation } from '@fairlead/core'

/** An answer of the service that is no success. */
export class Refusal extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly url: URL
  readonly method: string

  constructor(answer: Pick<Refusal, 'status' | 'headers' | 'body' | 'url' | 'method'>) {
    super(`status ${answer.status}`)
    this.status = answer.status
    this.headers = answer.headers
    this.body = answer.body
    this.url = answer.url
    this.method = answer.method
  }
}

/** Where the service says more by a word of its own than by its status: `{"reason": "…", "message": "…"}`. */
const reasons: Readonly<Record<string, { readonly code: ErrorCode; readonly hint: string }>> = {
  full: { code: 'quota-exceeded', hint: 'Remove what you no longer need, or ask the owner of the store for more space.' },
}

/** One error for one failure. Failures of the network and an abort are FairleadErrors already and never get here. */
export function toShelfError(cause: unknown, { name, path = '' }: Operation): FairleadError {
  if (!(cause instanceof Refusal))
    return new FairleadError('unexpected', `${name} "${path}" failed: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
      hint: 'Run it again with FAIRLEAD_LOG_LEVEL=debug to see each request.',
    })
  const { status, headers, body, url, method } = cause
  const error = errorFromStatus(status, { headers, body, url, method, cause })
  const word = /"reason"\s*:\s*"([a-z-]+)"/.exec(body)?.[1] ?? ''
  const reason = Object.hasOwn(reasons, word) ? reasons[word] : undefined
  if (reason === undefined) return error
  // What else the answer told, such as how long to wait, stays.
  return new FairleadError(reason.code, error.message, { cause, hint: reason.hint }).with(error)
}
