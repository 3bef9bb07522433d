import * as Args from '@oclif/core/args'
import { confirm } from '../confirm.ts'
import { ConnectionCommand } from '../connection-command.ts'
import { yesFlag } from '../flags.ts'
import { flag, object, text, type Infer } from '../schema.ts'

const result = object({ name: text(), removed: flag() })

/** `fairlead client remove`. */
export default class ClientRemove extends ConnectionCommand<Infer<typeof result>> {
  static override readonly summary = 'Remove a connection with its settings and secrets'
  static override readonly description = 'Data in the store is not touched. Asks for confirmation first; only y or yes counts.'
  static override readonly result = result
  static override readonly args = { NAME: Args.string({ required: true, description: 'The connection' }) }
  static override readonly flags = { ...yesFlag }

  async run(): Promise<Infer<typeof result>> {
    const { args, flags } = await this.parse(ClientRemove)
    await using session = this.session()
    const { fairlead } = session
    const stored = fairlead.connections().some(({ name, source }) => name === args.NAME && source === 'settings')
    if (stored && !(await confirm(`Remove the connection "${args.NAME}" and its secrets?`, { yes: flags.yes, signal: this.signal }))) {
      this.say(`kept ${args.NAME}`)
      return { name: args.NAME, removed: false }
    }
    await fairlead.remove(args.NAME)
    this.say(`removed ${args.NAME}`)
    return { name: args.NAME, removed: true }
  }
}
