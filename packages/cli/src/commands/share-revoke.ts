import * as Args from '@oclif/core/args'
import { ConnectionCommand } from '../connection-command.ts'
import { connectionFlags } from '../flags.ts'
import { object, text, type Infer } from '../schema.ts'

const result = object({ id: text(), connection: text() })

/** `fairlead share revoke`. */
export default class ShareRevoke extends ConnectionCommand<Infer<typeof result>> {
  static override readonly summary = 'Revoke a link'
  static override readonly result = result
  static override readonly args = { ID: Args.string({ required: true, description: 'The ID, from fairlead share list' }) }
  static override readonly flags = { ...connectionFlags }

  async run(): Promise<Infer<typeof result>> {
    const { args, flags } = await this.parse(ShareRevoke)
    await using session = this.session(flags)
    await using client = await session.clientOf('')
    await client.shares.revoke(args.ID, { signal: this.signal })
    this.say(`revoked ${args.ID}`)
    return { id: args.ID, connection: client.name }
  }
}
