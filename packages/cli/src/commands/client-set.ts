import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { ConnectionCommand } from '../connection-command.ts'
import { usageError } from '../exit.ts'
import { savedSetting } from '../results.ts'
import { list, object, text, type Infer } from '../schema.ts'
import { collectSettings, savedText, settingFlags } from '../setting-input.ts'

const result = object({ name: text(), saved: list(savedSetting) })

/** `fairlead client set`. */
export default class ClientSet extends ConnectionCommand<Infer<typeof result>> {
  static override readonly summary = 'Store settings of a connection'
  static override readonly description =
    'SETTING=VALUE stores a setting. For a secret, give only its name and enter the value at the prompt, or pipe it in with --secret-stdin. With --generate, the client creates a new secret, registers it with the service and stores it; use this for keys that sign links.'
  static override readonly examples = [
    '<%= config.bin %> client set archive root=/mnt/archive',
    '<%= config.bin %> client set cloud token',
    '<%= config.bin %> client set swift temp-url-key --generate',
  ]
  static override readonly strict = false
  static override readonly result = result
  static override readonly args = {
    NAME: Args.string({ required: true, description: 'The connection' }),
    SETTING: Args.string({ description: 'SETTING=VALUE, or the name of a secret' }),
  }
  static override readonly flags = {
    'secret-stdin': settingFlags['secret-stdin'],
    input: settingFlags.input,
    generate: Flags.boolean({ summary: 'Let the client create the secret and register it with the service.' }),
  }

  async run(): Promise<Infer<typeof result>> {
    const { args, argv, flags } = await this.parse(ClientSet)
    const words = argv.map(String).slice(1)
    if (words.length === 0 && flags['secret-stdin'] === undefined)
      throw usageError('No setting was given.', `For example: fairlead client set ${args.NAME} SETTING=VALUE`)
    await using session = this.session()
    const { fairlead } = session
    if (flags.generate) {
      const [setting = '', ...more] = words
      if (setting === '' || setting.includes('=') || more.length > 0 || flags['secret-stdin'] !== undefined)
        throw usageError('--generate takes exactly one setting.', `Give only its name: fairlead client set ${args.NAME} SETTING --generate`)
      const saved = [await fairlead.generate(args.NAME, setting)]
      this.say(saved.map(savedText).join('\n'))
      return { name: args.NAME, saved }
    }
    const info = fairlead.connections().find(one => one.name === args.NAME)
    // Says itself that there is no such connection, and which one was meant.
    const settings = fairlead.settings(args.NAME)
    const manifest = fairlead.clients().find(one => one.name === info?.client)
    if (manifest === undefined) throw new Error(`the connection "${args.NAME}" has settings and no client`)
    const named = words.filter(word => !word.includes('='))
    for (const word of named) {
      const option = Object.hasOwn(manifest.options, word) ? manifest.options[word] : undefined
      if (option !== undefined && option.type !== 'secret')
        throw usageError(`"${word}" has no value.`, `Write ${word}=VALUE. It is: ${option.help}`)
      if (option === undefined) await settings.get(word)
    }
    const given = { set: words.filter(word => word.includes('=')), 'secret-stdin': flags['secret-stdin'], input: flags.input }
    const values = await collectSettings(args.NAME, { ...manifest, options: withoutRequired(manifest.options) }, given, {
      ask: named.length > 0,
      env: fairlead.env,
      asked: named,
    })
    const saved = await fairlead.set(args.NAME, values)
    this.say(saved.map(savedText).join('\n'))
    return { name: args.NAME, saved }
  }
}

/** What is required was asked for when the connection was added. */
function withoutRequired<T extends Readonly<Record<string, object>>>(options: T): T {
  return Object.assign(
    {},
    options,
    Object.fromEntries(Object.entries(options).map(([name, option]) => [name, { ...option, required: false }])),
  )
}
