import * as Args from '@oclif/core/args'
import { describeSource, formatTable } from '@fairlead/core/host'
import { ConnectionCommand } from '../connection-command.ts'
import { connectionFlags } from '../flags.ts'
import { list, object, oneOf, text, type Infer } from '../schema.ts'
import { settingReport } from './client-show.ts'

const result = object({
  active: object({ name: text(), source: oneOf(['argument', 'environment', 'settings', 'default']) }),
  settingsPath: text(),
  connections: list(object({ name: text(), client: text(), settings: list(settingReport) })),
})

/** `fairlead config show`. */
export default class ConfigShow extends ConnectionCommand<Infer<typeof result>> {
  static override readonly summary = 'Show every setting and where it comes from; secrets stay hidden'
  static override readonly result = result
  static override readonly args = { CONNECTION: Args.string({ description: 'Only this one' }) }
  static override readonly flags = { ...connectionFlags }

  async run(): Promise<Infer<typeof result>> {
    const { args, flags } = await this.parse(ConfigShow)
    await using session = this.session(flags)
    const { fairlead } = session
    const active = fairlead.active()
    if (args.CONNECTION !== undefined) fairlead.settings(args.CONNECTION)
    const connections = fairlead
      .connections()
      .filter(({ name, installed }) => installed && (args.CONNECTION === undefined || name === args.CONNECTION))
      .map(({ name, client }) => ({
        name,
        client,
        settings: fairlead
          .settings(name)
          .all()
          .map(({ source, ...report }) => ({ ...report, ...(source !== undefined && { source: describeSource(source) }) })),
      }))
    this.say(
      `active connection: ${active.name} (from ${{ argument: '--client', environment: 'FAIRLEAD_CLIENT', settings: '`client use`', default: 'its default' }[active.source]})\n\n`,
    )
    const rows = connections.flatMap(({ name, settings }) =>
      settings.map(one => [name, one.name, one.value === undefined ? '' : String(one.value), one.source ?? '', one.variable]),
    )
    this.tell(formatTable(['CONNECTION', 'SETTING', 'VALUE', 'FROM', 'ENVIRONMENT'], rows))
    return { active, settingsPath: fairlead.settingsPath, connections }
  }
}
