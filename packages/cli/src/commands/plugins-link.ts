import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import * as Args from '@oclif/core/args'
import { printable } from '@fairlead/core'
import { usageError } from '../exit.ts'
import { examinePackage } from '../plugins/install-plugin.ts'
import { PluginCommand } from '../plugins/plugin-command.ts'
import { writeRecord } from '../plugins/plugin-records.ts'
import { broughtPackage, broughtReport, clientNames } from '../plugins/plugin-results.ts'
import type { Infer } from '../schema.ts'

/** `fairlead plugins link`. */
export default class PluginsLink extends PluginCommand<Infer<typeof broughtPackage>> {
  static override readonly summary = 'Use a client from its development folder'
  static override readonly description =
    'From the next command on, Fairlead runs what is built there. The link takes precedence over an installed client of the same package, until you remove it with `fairlead plugins uninstall`.'
  static override readonly examples = ['<%= config.bin %> plugins link', '<%= config.bin %> plugins link ../fairlead-client-shelf']
  static override readonly result = broughtPackage
  static override readonly args = { FOLDER: Args.string({ description: 'The folder with its package.json; by default the current one' }) }

  async run(): Promise<Infer<typeof broughtPackage>> {
    const { args } = await this.parse(PluginsLink)
    const given = args.FOLDER ?? '.'
    const folder = resolve(given)
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
      throw usageError(`There is no folder ${printable(given)}.`, 'Give the folder that contains the package.json.')
    await using session = this.session()
    return await this.changing(session, async plugins => {
      const brought = await examinePackage(folder, printable(given), 'linked', { env: session.fairlead.env })
      writeRecord(plugins, { package: brought.info.name, link: folder })
      const report = broughtReport(brought)
      this.say(`linked ${report.package} ${report.version}: ${clientNames(report)}`)
      const [first] = report.clients
      if (first !== undefined) this.next('client', 'add', 'NAME', first.name)
      return report
    })
  }
}
