import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { SettingInput } from '@fairlead/core/host'
import { ConnectionCommand } from '../connection-command.ts'
import { savedSetting } from '../results.ts'
import { list, object, text, type Infer } from '../schema.ts'
import { collectSettings, savedText, settingFlags } from '../setting-input.ts'

const result = object({ name: text(), client: text(), saved: list(savedSetting) })

/** `fairlead client add`. */
export default class ClientAdd extends ConnectionCommand<Infer<typeof result>> {
  static override readonly summary = 'Add a connection'
  static override readonly description = `Give settings with --set; at a terminal, you are prompted for required settings that are missing. Secrets are never passed as arguments: enter them at the prompt, pipe them in with --secret-stdin, or set FAIRLEAD_<NAME>_<SETTING>_FILE to the path of a file.`
  static override readonly examples = [
    '<%= config.bin %> client add archive disk --set root=/mnt/archive',
    '<%= config.bin %> client add archive disk',
  ]
  static override readonly result = result
  static override readonly args = {
    NAME: Args.string({ required: true, description: 'The name of the new connection' }),
    CLIENT: Args.string({ required: true, description: 'The client to use, such as disk' }),
  }
  static override readonly flags = { ...settingFlags, use: Flags.boolean({ summary: 'Make it the active connection.' }) }

  async run(): Promise<Infer<typeof result>> {
    const { args, flags } = await this.parse(ClientAdd)
    const { NAME: name, CLIENT: client } = args
    await using session = this.session()
    const { fairlead } = session
    const manifest = fairlead.clients().find(one => one.name === client)
    const settings: Readonly<Record<string, SettingInput>> =
      manifest === undefined ? {} : await collectSettings(name, manifest, flags, { ask: true, env: fairlead.env })
    const saved = await fairlead.add(name, client, settings)
    if (flags.use) await fairlead.use(name)
    this.say([`added ${name} (${client})`, ...saved.map(savedText)].join('\n'))
    const credentials = (manifest?.credentials ?? []).filter(one => Object.hasOwn(settings, one))
    this.next('client', manifest?.login !== undefined && credentials.length === 0 ? 'login' : 'check', name)
    return { name, client, saved }
  }
}
