import { FairleadError } from '../../contract/errors.ts'
import { printable } from '../../contract/reference.ts'
import { redactText } from '../../http/redact.ts'

/** The command that logs a connection in. */
export function loginCommand(connection: string): string {
  return `fairlead client login ${connection}`
}

/** The `unauthenticated` of a connection that nobody is logged in to. */
export function notLoggedIn(connection: string): FairleadError {
  return new FairleadError('unauthenticated', `connection "${connection}" is not logged in`, {
    connection,
    hint: `Log in with \`${loginCommand(connection)}\`.`,
  })
}

/** What a service refused (RFC 6749 §5.2, RFC 8628 §3.5), in its own words. */
export interface Refusal {
  readonly error: string
  readonly description?: string
}

/** The refusal in an error of the library; undefined where the service did not answer in the protocol's terms. */
export function refusalOf(cause: unknown): Refusal | undefined {
  if (!(cause instanceof Error) || !('error' in cause) || typeof cause.error !== 'string') return undefined
  const description = 'error_description' in cause && typeof cause.error_description === 'string' ? cause.error_description : undefined
  return { error: cause.error, ...(description !== undefined && { description }) }
}

/**
 * Maps what a token request threw. A grant that is no good any more is `unauthenticated` and names the command that logs in;
 * an OAuth client that the service doesn't know is `config-invalid`. Messages hold the service's words, never a token.
 */
export function loginError(
  cause: unknown,
  connection: string,
  doing: 'the login' | 'the renewal of the login' | 'revoking the login',
): FairleadError {
  if (FairleadError.is(cause)) return cause.with({ connection })
  const login = loginCommand(connection)
  const refusal = refusalOf(cause)
  const place = {
    connection,
    ...(cause instanceof Error && 'status' in cause && typeof cause.status === 'number' && { status: cause.status }),
  }
  if (refusal === undefined) {
    if (statusOf(cause) === 401)
      return new FairleadError('unauthenticated', `${doing} of connection "${connection}" was refused`, {
        connection,
        status: 401,
        hint: `Log in again with \`${login}\`.`,
      })
    return new FairleadError('unexpected', `${doing} of connection "${connection}" got a response that is not OAuth 2`, {
      ...place,
      hint: `Check the endpoint with \`fairlead client show ${connection}\`, then log in again with \`${login}\`.`,
      ...(cause instanceof Error && { cause: new Error(redactText(cause.message)) }),
    })
  }
  const said = `the service says ${wordsOf(refusal)}`
  switch (refusal.error) {
    case 'invalid_grant':
      return new FairleadError(
        'unauthenticated',
        doing === 'the login'
          ? `the service did not accept the login code of connection "${connection}": ${said}`
          : `the login of connection "${connection}" has ended or was revoked: ${said}`,
        { ...place, hint: `Log in again with \`${login}\`.` },
      )
    case 'invalid_client':
    case 'unauthorized_client':
    case 'unsupported_grant_type':
      return new FairleadError('config-invalid', `the OAuth client of connection "${connection}" was refused: ${said}`, {
        ...place,
        hint: `Give the right one with \`${login} --client-file FILE\`. \`fairlead client show ${connection}\` shows where this one comes from.`,
      })
    case 'access_denied':
      return new FairleadError('permission-denied', `the login of connection "${connection}" was denied: ${said}`, {
        ...place,
        hint: `Run \`${login}\` again and allow access, or request less with --access.`,
      })
    case 'invalid_scope':
      return new FairleadError('permission-denied', `connection "${connection}" is not allowed to request that access: ${said}`, {
        ...place,
        hint: `Request other access with \`${login} --access\`, or add these scopes to the OAuth client in the service's console.`,
      })
    case 'temporarily_unavailable':
    case 'server_error':
      return new FairleadError('unavailable', `${doing} of connection "${connection}" failed: ${said}`, place)
    default:
      return new FairleadError('unauthenticated', `${doing} of connection "${connection}" was refused: ${said}`, {
        ...place,
        hint: `Log in again with \`${login}\`.`,
      })
  }
}

/** The status of the answer that an error of the library is about, where it carries the answer. */
function statusOf(cause: unknown): number | undefined {
  if (!(cause instanceof Error)) return undefined
  return cause.cause instanceof Response
    ? cause.cause.status
    : 'status' in cause && typeof cause.status === 'number'
      ? cause.status
      : undefined
}

/** `invalid_grant (Token has been expired or revoked.)`, fit for a terminal. */
function wordsOf({ error, description }: Refusal): string {
  const words = printable(redactText(error), 100)
  return description === undefined ? words : `${words} (${printable(redactText(description), 300)})`
}
