import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { startSpinner } from '@fairlead/core/host'
import { commandLine } from '../command-line.ts'
import { dryRunFlag } from '../flags.ts'
import { installPlugin } from '../plugins/install-plugin.ts'
import { PluginCommand } from '../plugins/plugin-command.ts'
import { broughtPackage, broughtReport, clientNames } from '../plugins/plugin-results.ts'
import { flag, list, object, type Infer } from '../schema.ts'

const result = object({ dryRun: flag(), installed: list(broughtPackage) })

/** Packages may run programs of their own while they are installed: an answer for each command. */
export const scriptsFlag = {
  scripts: Flags.boolean({ summary: 'Let the packages run their install scripts, which most do not need.' }),
}

/** `fairlead plugins install`. */
export default class PluginsInstall extends PluginCommand<Infer<typeof result>> {
  static override readonly summary = 'Install clients from npm packages'
  static override readonly description = `PACKAGE is a name, a name with a version (NAME@1.2.0), a tarball from \`npm pack\`, or an address that npm accepts. npm installs it with the registry and logins from your .npmrc, into its own folder in Fairlead's data folder. The package is checked first: if it is not a client, does not load, or claims the name of another client, nothing changes.`
  static override readonly examples = [
    '<%= config.bin %> plugins install @fairlead/client-s3',
    '<%= config.bin %> plugins install @fairlead/all',
    '<%= config.bin %> plugins install @fairlead/client-azure --with @azure/identity',
    '<%= config.bin %> plugins install ./fairlead-client-shelf-1.0.0.tgz',
  ]
  static override readonly strict = false
  static override readonly result = result
  static override readonly args = { PACKAGE: Args.string({ required: true, description: 'One package or several' }) }
  static override readonly flags = {
    ...dryRunFlag,
    ...scriptsFlag,
    with: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      summary: 'An optional package that the client can use, such as the library for one kind of login.',
      helpValue: 'PACKAGE',
    }),
  }

  async run(): Promise<Infer<typeof result>> {
    const { argv, flags } = await this.parse(PluginsInstall)
    const dryRun = flags['dry-run'] ?? false
    await using session = this.session()
    return await this.changing(session, async () => {
      const installed: Infer<typeof broughtPackage>[] = []
      const install = async (word: string): Promise<Infer<typeof broughtPackage>> => {
        using _spinner = this.quiet ? undefined : startSpinner(session.fairlead.terminal, `installing ${word}`)
        return broughtReport(await installPlugin(word, this.npmOptions(session, flags.scripts), { others: flags.with ?? [], dryRun }))
      }
      for (const word of argv.map(String)) {
        const one = await install(word)
        installed.push(one)
        // At once: it stays installed if the next one fails.
        this.say(`${dryRun ? 'would install' : 'installed'} ${one.package} ${one.version}: ${clientNames(one)}`)
      }
      if (dryRun) return { dryRun, installed }
      const [first, ...others] = installed.flatMap(({ clients }) => clients)
      if (first !== undefined && others.length === 0) this.next('client', 'add', 'NAME', first.name)
      else this.say(`Add connections with \`${commandLine(['fairlead', 'client', 'add', 'NAME', 'CLIENT'])}\`.`)
      return { dryRun, installed }
    })
  }
}
