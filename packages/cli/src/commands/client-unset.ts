import * as Args from '@oclif/core/args'
import { ConnectionCommand } from '../connection-command.ts'
import { usageError } from '../exit.ts'
import { list, object, text, type Infer } from '../schema.ts'

const result = object({
  name: text(),
  removed: list(text()),
  left: list(text(), 'Secrets that may still be in a keychain that did not respond.'),
})

/** `fairlead client unset`. */
export default class ClientUnset extends ConnectionCommand<Infer<typeof result>> {
  static override readonly summary = 'Remove stored settings of a connection'
  static override readonly strict = false
  static override readonly result = result
  static override readonly args = {
    NAME: Args.string({ required: true, description: 'The connection' }),
    SETTING: Args.string({ required: true, description: 'One setting or several' }),
  }

  async run(): Promise<Infer<typeof result>> {
    const { args, argv } = await this.parse(ClientUnset)
    const wanted = argv.map(String).slice(1)
    await using session = this.session()
    const { removed, left } = await session.fairlead.unset(args.NAME, wanted)
    const missing = wanted.filter(name => !removed.includes(name))
    if (missing.length > 0)
      throw usageError(
        `Nothing is stored under ${missing.map(name => `"${name}"`).join(', ')}${removed.length > 0 ? `; removed ${removed.join(', ')}` : ''}.`,
        `See \`fairlead client show ${args.NAME}\`.`,
      )
    this.say(`removed ${removed.join(', ')}`)
    if (left.length > 0) this.note(`The keychain did not respond. It may still contain ${left.join(', ')}.`)
    return { name: args.NAME, removed, left }
  }
}
