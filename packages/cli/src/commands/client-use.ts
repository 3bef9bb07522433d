import * as Args from '@oclif/core/args'
import { ConnectionCommand } from '../connection-command.ts'
import { object, text, type Infer } from '../schema.ts'

const result = object({ active: text() })

/** `fairlead client use`. */
export default class ClientUse extends ConnectionCommand<Infer<typeof result>> {
  static override readonly summary = 'Make a connection the active one'
  static override readonly result = result
  static override readonly args = { NAME: Args.string({ required: true, description: 'The connection' }) }

  async run(): Promise<Infer<typeof result>> {
    const { args } = await this.parse(ClientUse)
    await using session = this.session()
    await session.fairlead.use(args.NAME)
    const active = session.fairlead.active()
    if (active.name !== args.NAME) this.note(`FAIRLEAD_CLIENT is set: "${active.name}" stays active in this shell.`)
    this.say(`using ${args.NAME}`)
    return { active: args.NAME }
  }
}
