import type { DeviceAuthorizationResponse, TokenEndpointResponse } from 'oauth4webapi'
import { FairleadError } from '../../contract/errors.ts'
import { isRecord } from '../settings/settings-file.ts'
import { loginCommand, loginError, refusalOf } from './login-error.ts'
import type { LoginRun } from './login-run.ts'

/** RFC 8628 §3.5: what the service means by an interval it does not tell, and what `slow_down` adds. */
const intervalMs = { first: 5000, more: 5000 }
/** The longest pause after failures on the way. */
const mostPauseMs = 60_000

/** A login by a code that is entered in a browser on any machine (RFC 8628). `timeout` when it expires before that. */
export async function loginByDevice(run: LoginRun): Promise<TokenEndpointResponse> {
  const { connection, protocol, scopes, talk, clock, signal } = run
  const { oauth, server, client, authentication } = protocol
  const began = clock.now().getTime()
  let code: DeviceAuthorizationResponse
  try {
    const form = new URLSearchParams(scopes.length > 0 ? { scope: scopes.join(' ') } : {})
    const response = await oauth.deviceAuthorizationRequest(server, client, authentication, form, protocol.options(signal))
    code = await oauth.processDeviceAuthorizationResponse(server, client, await asStandardized(response))
  } catch (cause) {
    signal?.throwIfAborted()
    throw loginError(cause, connection, 'the login')
  }
  const url = pageAddress(code.verification_uri, connection)
  const expires = new Date(began + code.expires_in * 1000)
  const complete = code.verification_uri_complete === undefined ? undefined : pageAddress(code.verification_uri_complete, connection)
  await talk.device({ url, code: code.user_code, expires, ...(complete !== undefined && { complete }) })

  let everyMs = code.interval === undefined ? intervalMs.first : code.interval * 1000
  let pauseMs = everyMs
  while (clock.now().getTime() + pauseMs < expires.getTime()) {
    await clock.sleep(pauseMs, signal)
    try {
      const response = await oauth.deviceCodeGrantRequest(server, client, authentication, code.device_code, protocol.options(signal))
      return await oauth.processDeviceCodeResponse(server, client, response)
    } catch (cause) {
      signal?.throwIfAborted()
      const refusal = refusalOf(cause)?.error
      if (refusal === 'expired_token') throw expired(connection)
      if (refusal === 'slow_down') everyMs += intervalMs.more
      const failed = loginError(cause, connection, 'the login')
      const onTheWay = FairleadError.is(cause) && failed.retry === 'later'
      if (refusal !== 'authorization_pending' && refusal !== 'slow_down' && !onTheWay) throw failed
      pauseMs = onTheWay ? Math.min(mostPauseMs, Math.max(pauseMs * 2, failed.retryAfterMs ?? 0)) : everyMs
    }
  }
  throw expired(connection)
}

/** Google says `verification_url` for what the standard calls `verification_uri`. */
async function asStandardized(response: Response): Promise<Response> {
  if (!response.ok) return response
  const text = await response.text()
  const { status, headers } = response
  const same = (): Response => new Response(text, { status, headers })
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    // The library says what is wrong with it.
    return same()
  }
  if (!isRecord(body) || body.verification_uri !== undefined || typeof body.verification_url !== 'string') return same()
  return new Response(JSON.stringify({ ...body, verification_uri: body.verification_url }), { status, headers })
}

function pageAddress(text: string, connection: string): URL {
  const url = URL.parse(text)
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url
  throw new FairleadError('unexpected', `the service of connection "${connection}" returned no web page to enter the code at`, {
    connection,
  })
}

function expired(connection: string): FairleadError {
  return new FairleadError('timeout', `the code of the login of connection "${connection}" expired before it was entered`, {
    connection,
    retry: 'never',
    hint: `Run \`${loginCommand(connection)} --device\` again for a new code.`,
  })
}
