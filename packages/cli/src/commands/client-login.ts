import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { FairleadError, type Access } from '@fairlead/core'
import { readClientFile, type Fairlead, type LoginOptions, type OAuthClient } from '@fairlead/core/host'
import { ConnectionCommand } from '../connection-command.ts'
import { usageError } from '../exit.ts'
import { connectionFlags } from '../flags.ts'
import { accessText } from '../login/access-text.ts'
import { terminalTalk } from '../login/terminal-talk.ts'
import { hasDisplay } from '../open-in-browser.ts'
import { savedSetting } from '../results.ts'
import { list, object, oneOf, optional, text, type Infer } from '../schema.ts'
import { savedText, settingFlags } from '../setting-input.ts'

const result = object({
  connection: text(),
  client: text(),
  account: optional(text('Whose account it is, as the service says.')),
  access: optional(oneOf(['app', 'read', 'full'], 'What the service granted; absent if it is none of these.')),
  scopes: list(text()),
  saved: list(savedSetting),
  shadowedBy: optional(text('An environment variable that overrides this login.')),
})

/** `fairlead client login`. */
export default class ClientLogin extends ConnectionCommand<Infer<typeof result>> {
  static override readonly summary = 'Log in to a service in the browser and store the login'
  static override readonly description =
    'Opens the login page of the service and waits for you to finish in the browser. --device shows a code to enter on any device; --no-browser lets you log in with a browser elsewhere and paste the result. You need your own OAuth client for the service; if you have none, the command shows how to create one. See docs/logging-in.md.'
  static override readonly examples = [
    '<%= config.bin %> client login drive --client-file client_secret.json',
    '<%= config.bin %> client login drive --access full',
    '<%= config.bin %> client login dropbox --no-browser',
  ]
  static override readonly result = result
  static override readonly args = { CONNECTION: Args.string({ required: true, description: 'The connection' }) }
  static override readonly flags = {
    access: Flags.string({
      options: Object.keys(accessText),
      summary: 'The access to request. Default: the least that is enough for most operations.',
    }),
    device: Flags.boolean({ summary: 'Log in with a code that you enter on any device.', exclusive: ['browser'] }),
    browser: Flags.boolean({
      allowNo: true,
      summary: 'Use a browser on this machine, or, with --no-browser, one elsewhere. Default: depends on whether there is a display.',
    }),
    'client-file': Flags.string({ summary: "The OAuth client file, downloaded from the service's console.", helpValue: 'FILE' }),
    set: connectionFlags.set,
    input: settingFlags.input,
  }

  async run(): Promise<Infer<typeof result>> {
    const { args, flags } = await this.parse(ClientLogin)
    const { CONNECTION: name } = args
    await using session = this.session({ set: flags.set })
    const { fairlead } = session
    const status = await fairlead.loginStatus(name)
    const title = fairlead.clients().find(({ name: client }) => client === status.client)?.title ?? status.client
    const way = wayOf(flags, name)
    const access = accessOf(flags.access)
    const oauthClient = await this.oauthClient(fairlead, name, flags)
    using talk = terminalTalk(fairlead.terminal, title)
    const login = await fairlead.login(name, {
      way,
      talk,
      signal: this.signal,
      ...(access !== undefined && { access }),
      ...(oauthClient !== undefined && { oauthClient }),
    })
    const account = await this.whose(fairlead, name)
    const granted = login.access === undefined ? '' : `: ${accessText[login.access]} (access ${login.access})`
    this.say([`logged in to ${name}${account === undefined ? '' : ` as ${account}`}${granted}`, ...login.saved.map(savedText)].join('\n'))
    if (access !== undefined && login.access !== access)
      this.note(`The service did not grant everything that access "${access}" requires. Log in again and leave every box checked.`)
    const more = status.accesses.filter(one => one !== login.access)
    if (access === undefined && login.access === 'app' && more.length > 0)
      this.note(`For more access: fairlead client login ${name} --access ${more.join('|')}`)
    if (login.shadowedBy !== undefined) this.note(`The environment overrides this login. To use it, unset ${login.shadowedBy}.`)
    this.next('client', 'check', name)
    return {
      connection: name,
      client: status.client,
      ...(account !== undefined && { account }),
      ...(login.access !== undefined && { access: login.access }),
      scopes: login.scopes,
      saved: login.saved,
      ...(login.shadowedBy !== undefined && { shadowedBy: login.shadowedBy }),
    }
  }

  /** The OAuth client of --client-file, or of a person who is led to one; undefined where the settings have one. */
  private async oauthClient(
    fairlead: Fairlead,
    name: string,
    flags: { readonly 'client-file': string | undefined; readonly input: boolean },
  ): Promise<OAuthClient | undefined> {
    if (flags['client-file'] !== undefined) return readClientFile(flags['client-file'])
    const status = await fairlead.loginStatus(name)
    if (!status.hasLogin || status.oauthClient !== undefined || !process.stdin.isTTY || !flags.input) return undefined
    const title = fairlead.clients().find(({ name: client }) => client === status.client)?.title ?? status.client
    const { askForClient } = await import('../login/oauth-client.ts')
    return askForClient(status, title, fairlead.terminal)
  }

  /** Whose account it is. The login holds whether or not the connection can be used yet. */
  private async whose(fairlead: Fairlead, name: string): Promise<string | undefined> {
    try {
      await using client = await fairlead.connect(name)
      return await client.account({ signal: this.signal })
    } catch (error) {
      if (!FairleadError.is(error)) throw error
      this.note(`The connection can't be used yet: ${error.message}.${error.hint === undefined ? '' : `\n${error.hint}`}`)
      return undefined
    }
  }
}

function wayOf(flags: { readonly device: boolean; readonly browser: boolean | undefined }, name: string): NonNullable<LoginOptions['way']> {
  if (flags.device) return 'device'
  if (flags.browser === false) return 'paste'
  if (flags.browser === true || hasDisplay()) return 'browser'
  if (process.stdin.isTTY) return 'paste'
  throw usageError(
    'There is no display for a browser, and no terminal.',
    `Log in with \`fairlead client login ${name} --device\`, or use --no-browser and pipe the result from the browser to standard input.`,
  )
}

function accessOf(word: string | undefined): Access | undefined {
  return word === 'app' || word === 'read' || word === 'full' ? word : undefined
}
