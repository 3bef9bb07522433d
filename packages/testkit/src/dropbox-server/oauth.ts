import { createHash, randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { DropboxAccount } from './account.ts'

/** Every scope that an app of one person may be granted. */
export const allScopes: readonly string[] = [
  'account_info.read',
  'files.metadata.read',
  'files.metadata.write',
  'files.content.read',
  'files.content.write',
  'sharing.read',
  'sharing.write',
]

/** The app that is registered. */
export const appKey = 'fairleadtestkey'

/** `/oauth2/authorize`: whoever asks is let in at once, as by somebody who presses the button. */
export function authorize(account: DropboxAccount, url: URL, response: ServerResponse): void {
  const query = url.searchParams
  if (query.get('client_id') !== appKey || query.get('response_type') !== 'code') {
    response.writeHead(400, { 'content-type': 'text/plain' }).end('Invalid client_id or response_type.')
    return
  }
  const code = randomBytes(16).toString('base64url')
  const scopes = query.get('scope')?.split(' ') ?? allScopes
  account.codes.set(code, {
    challenge: query.get('code_challenge') ?? undefined,
    scopes: new Set(scopes),
    offline: query.get('token_access_type') === 'offline',
  })
  const redirect = URL.parse(query.get('redirect_uri') ?? '')
  if (redirect === null) {
    response.writeHead(200, { 'content-type': 'text/plain' }).end(code)
    return
  }
  redirect.searchParams.set('code', code)
  const state = query.get('state')
  if (state !== null) redirect.searchParams.set('state', state)
  response.writeHead(302, { location: redirect.href, 'content-length': '0' }).end()
}

/** `/oauth2/token`: a code or a refresh token for an access token. Refresh tokens stay the same. */
export function exchangeToken(
  account: DropboxAccount,
  form: URLSearchParams,
  authorization: string | undefined,
  response: ServerResponse,
): void {
  const reply = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  const basic = /^Basic (.+)$/i.exec(authorization ?? '')?.[1]
  const client = basic === undefined ? form.get('client_id') : Buffer.from(basic, 'base64').toString('utf8').split(':')[0]
  if (client !== appKey) return reply(400, { error: 'invalid_client', error_description: 'Invalid client_id or client_secret' })
  const grant = (scopes: ReadonlySet<string>, refresh: string | undefined, isNew: boolean): void =>
    reply(200, {
      access_token: account.grant(scopes, refresh),
      token_type: 'bearer',
      expires_in: 14_400,
      scope: [...scopes].join(' '),
      account_id: account.accountId,
      uid: '10000001',
      ...(isNew && { refresh_token: refresh }),
    })
  if (form.get('grant_type') === 'refresh_token') {
    const refresh = form.get('refresh_token') ?? ''
    const scopes = account.refreshTokens.get(refresh)
    if (scopes === undefined) return reply(400, { error: 'invalid_grant', error_description: 'refresh token is invalid or revoked' })
    return grant(scopes, refresh, false)
  }
  const code = account.codes.get(form.get('code') ?? '')
  account.codes.delete(form.get('code') ?? '')
  const challenge = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url')
  if (code === undefined || (code.challenge !== undefined && code.challenge !== challenge))
    return reply(400, { error: 'invalid_grant', error_description: "code doesn't exist or has expired" })
  // Only who asks for access while nobody is there gets a refresh token.
  if (!code.offline) return grant(code.scopes, undefined, false)
  const refresh = randomBytes(24).toString('base64url')
  account.refreshTokens.set(refresh, code.scopes)
  grant(code.scopes, refresh, true)
}
