import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { ConnectionCommand } from '../connection-command.ts'
import { flag, list, object, optional, text, type Infer } from '../schema.ts'

const result = object({
  connection: text(),
  revoked: flag('The service takes the login no more.'),
  reason: optional(text('Why the service was not told, or did not take it.')),
  removed: list(text(), 'Settings that were forgotten.'),
  left: list(text(), 'Secrets that a keychain which did not answer may still hold.'),
  remains: optional(text('What still logs in: a source of settings that is not ours to change.')),
})

/** `fairlead client logout`. */
export default class ClientLogout extends ConnectionCommand<Infer<typeof result>> {
  static override readonly summary = 'End a login at the service, and forget it here'
  static override readonly description =
    'The OAuth client stays for the next login. Some services end with it every login of this account by the same OAuth client, on other machines too: --local only forgets it here. Exit code 1: the service was not told, though it should have been.'
  static override readonly result = result
  static override readonly args = { CONNECTION: Args.string({ required: true, description: 'The connection' }) }
  static override readonly flags = { local: Flags.boolean({ summary: 'Forget it here, and leave the login at the service as it is.' }) }

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
      this.complain(`The service was not told: ${reason ?? 'it gave no reason'}. End the login on its page of connected apps.`)
    }
    if (removed.length === 0 && !revoked) this.say(`nobody was logged in to ${name}`)
    else this.say(revoked ? `logged out of ${name}` : `forgot the login of ${name}`)
    if (left.length > 0) this.note(`The keychain did not answer: it may still hold ${left.join(', ')}.`)
    if (remains !== undefined) this.note(`${name} still logs in by ${remains}.`)
    return outcome
  }
}
