import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { Answer } from '../answer.ts'

/** Who may pass: whoever has an access token, which a refresh token buys (RFC 6749, section 6). */
export class Gate {
  readonly #tokens = new Set<string>()

  /** The settings that get a client past it: those of somebody who has logged in. */
  readonly settings = {
    'client-id': 'a-program',
    'client-secret': `secret-${randomUUID()}`,
    'refresh-token': `refresh-${randomUUID()}`,
  }

  /** `POST /oauth/token`. */
  async answer(path: string, request: IncomingMessage): Promise<object | undefined> {
    if (path !== '/oauth/token' || request.method !== 'POST') return undefined
    const form = new URLSearchParams(await text(request))
    if (form.get('refresh_token') !== this.settings['refresh-token']) throw new Answer(400, 'this login is not known', 'invalid_grant')
    const token = `token-${randomUUID()}`
    this.#tokens.add(token)
    return { access_token: token, token_type: 'Bearer', expires_in: 3600 }
  }

  /** The name of who asks; 401 for anybody else. */
  check(authorization = ''): string {
    if (!this.#tokens.has(authorization.replace('Bearer ', ''))) throw new Answer(401, 'the token is missing or has ended')
    return 'ann'
  }
}
