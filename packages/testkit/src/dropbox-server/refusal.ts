/** A JSON value of a request or an answer. */
export type Json = unknown

/** An answer that is no success: status and body to the letter of the service. */
export class Refusal extends Error {
  readonly status: number
  readonly body: Json
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, body: Json, headers: Readonly<Record<string, string>> = {}) {
    super(typeof body === 'string' ? body : JSON.stringify(body))
    this.status = status
    this.body = body
    this.headers = headers
  }
}

/**
 * The refusal of an endpoint: a path of tags such as `path/conflict/file`, with what the last tag carries. Tags that carry a struct
 * hold its fields beside the tag, others hold what they carry under their own name.
 */
export function refused(tags: string, more: Readonly<Record<string, Json>> = {}): Refusal {
  return new Refusal(409, errorBody(tags, more))
}

/** The JSON of an error: a summary for people with dots of no meaning at its end, and the tagged union. */
export function errorBody(tags: string, more: Readonly<Record<string, Json>> = {}): Json {
  const names = tags.split('/')
  let error: Json
  for (const name of names.toReversed()) {
    const inner: Readonly<Record<string, Json>> = error === undefined ? more : { [name]: error }
    error = { '.tag': name, ...inner }
  }
  return { error_summary: `${tags}/..`, error }
}

/** What the service answers to a call that does not follow its form: a plain sentence. */
export function badRequest(route: string, what: string): Refusal {
  return new Refusal(400, `Error in call to API function "${route}": ${what}`)
}

/** The access token is worthless. */
export function unauthorized(tag: 'invalid_access_token' | 'expired_access_token'): Refusal {
  return new Refusal(401, errorBody(tag), { 'www-authenticate': 'Bearer realm="api"' })
}

/** The token was not granted what the route needs. */
export function missingScope(scope: string): Refusal {
  return new Refusal(401, {
    ...Object(errorBody('missing_scope', { required_scope: scope })),
    user_message: { locale: 'en', text: `Your app is missing the scope ${scope}.` },
  })
}

/** Too much at once. */
export function rateLimited(reason: 'too_many_requests' | 'too_many_write_operations', seconds: number): Refusal {
  const body = { error_summary: `${reason}/..`, error: { reason: { '.tag': reason }, retry_after: seconds } }
  return new Refusal(429, body, { 'retry-after': String(seconds) })
}
