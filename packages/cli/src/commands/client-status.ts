import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { ConnectionCommand } from '../connection-command.ts'
import { accessText } from '../login/access-text.ts'
import { statusOf, type AskedStatus } from '../login/status-of.ts'
import { list, object, oneOf, optional, text, type Infer } from '../schema.ts'
import { keyed } from '../text.ts'

const result = object({
  logins: list(
    object({
      connection: text(),
      client: text(),
      state: oneOf(['valid', 'missing', 'refused', 'unknown'], 'unknown: the service was not or could not be asked.'),
      account: optional(text('Whose account it is, as the service says.')),
      credentials: oneOf(
        ['login', 'token', 'other', 'none'],
        'token: an access token that is not renewed. other: credentials of another kind.',
      ),
      source: optional(text('Where they come from.')),
      access: optional(oneOf(['app', 'read', 'full'])),
      scopes: optional(list(text())),
      expires: optional(text('Of the access token, which is renewed before: ISO 8601, UTC.')),
      oauthClient: optional(object({ id: text(), source: text('Where it comes from.') })),
      message: optional(text('What is wrong.')),
      hint: optional(text('What to do next.')),
    }),
  ),
})

/** `fairlead client status`. */
export default class ClientStatus extends ConnectionCommand<Infer<typeof result>> {
  static override readonly summary = 'Show who is logged in, with what access, and whether the service still accepts it'
  static override readonly description = 'Exit code 1: a login was rejected, or the named connection is not logged in.'
  static override readonly result = result
  static override readonly args = {
    CONNECTION: Args.string({ description: 'The connection; by default all whose client supports logins' }),
  }
  static override readonly flags = { offline: Flags.boolean({ summary: 'Show what is known locally, without asking the service.' }) }

  async run(): Promise<Infer<typeof result>> {
    const { args, flags } = await this.parse(ClientStatus)
    await using session = this.session()
    const { fairlead } = session
    const withLogin = new Set(fairlead.clients().flatMap(({ name, login }) => (login === undefined ? [] : [name])))
    const names =
      args.CONNECTION === undefined
        ? fairlead
            .connections()
            .filter(({ client }) => withLogin.has(client))
            .map(({ name }) => name)
        : [args.CONNECTION]
    const { signal } = this
    const asked = await Promise.all(names.map(name => statusOf(fairlead, name, { offline: flags.offline, signal })))
    if (asked.some(({ state }) => state === 'refused' || (state === 'missing' && args.CONNECTION !== undefined))) this.code = 1
    this.tell(asked.length === 0 ? 'No connection supports logins.' : asked.map(statusText).join('\n\n'))
    return { logins: asked.map(toResult) }
  }
}

const stateText = { valid: 'logged in', missing: 'not logged in', refused: 'rejected by the service', unknown: 'not checked' }

function statusText({ state, account, message, hint, status }: AskedStatus): string {
  const { access, expires, oauthClient } = status
  return keyed({
    connection: status.connection,
    state: `${stateText[state]}${account === undefined ? '' : ` as ${account}`}`,
    problem: message,
    hint,
    access: access === undefined ? undefined : `${access}: ${accessText[access]}`,
    credentials: status.source,
    renewed: expires === undefined ? undefined : `before ${expires.toISOString()}`,
    'OAuth client': oauthClient === undefined ? undefined : `${oauthClient.id} (${oauthClient.source})`,
  })
}

function toResult({ state, account, message, hint, status }: AskedStatus): Infer<typeof result>['logins'][number] {
  const { connection, client, credentials, source, access, scopes, expires, oauthClient } = status
  return {
    connection,
    client,
    state,
    credentials,
    ...(account !== undefined && { account }),
    ...(source !== undefined && { source }),
    ...(access !== undefined && { access }),
    ...(scopes !== undefined && { scopes }),
    ...(expires !== undefined && { expires: expires.toISOString() }),
    ...(oauthClient !== undefined && { oauthClient }),
    ...(message !== undefined && { message }),
    ...(hint !== undefined && { hint }),
  }
}
