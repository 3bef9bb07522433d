import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { ConnectionCommand } from '../connection-command.ts'
import { flag, list, object, optional, text, type Infer } from '../schema.ts'

const result = object({
  connection: text(),
  revoked: flag('The service no longer accepts the login.'),
  reason: optional(text('Why the login was not revoked at the service.')),
  removed: list(text(), 'Settings that were deleted.'),
  left: list(text(), 'Secrets that may still be in a keychain that did not respond.'),
  remains: optional(text('What still logs in: a source of settings that Fairlead does not change.')),
})

/** `fairlead client logout`. */
export default class ClientLogout extends ConnectionCommand<Infer<typeof result>> {
  static override readonly summary = 'Revoke a login at the service and delete it here'
  static override readonly description =
    'Keeps the OAuth client for the next login. With some services, this revokes every login of the account with the same OAuth client, on other machines too; --local only deletes the login here. Exit code 1: the login should have been revoked at the service, but was not.'
  static override readonly result = result
  static override readonly args = { CONNECTION: Args.string({ required: true, description: 'The connection' }) }
  static override readonly flags = { local: Flags.boolean({ summary: 'Delete the login here without revoking it at the service.' }) }

  async run(): Promise<Infer<typeof result>> {
    const { args, flags } = await this.parse(ClientLogout)
    const { CONNECTION: name } = args
    await using session = this.session()
    const { fairlead } = session
    const { credentials } = await fairlead.loginStatus(name)
    const outcome = await fairlead.logout(name, { revoke: !flags.local, signal: this.signal })
    const { revoked, reason, removed, left, remains } = outcome
    if (credentials === 'login' && !revoked && !flags.local) {
      this.code = 1
      this.complain(
        `The login was not revoked at the service: ${reason ?? 'no reason given'}. Revoke it on the service's page of connected apps.`,
      )
    }
    if (removed.length === 0 && !revoked) this.say(`was not logged in to ${name}`)
    else this.say(revoked ? `logged out of ${name}` : `deleted the login of ${name}`)
    if (left.length > 0) this.note(`The keychain did not respond. It may still contain ${left.join(', ')}.`)
    if (remains !== undefined) this.note(`${name} still logs in with ${remains}.`)
    return outcome
  }
}
