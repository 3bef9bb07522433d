import * as Args from '@oclif/core/args'
import { FairleadError, printable } from '@fairlead/core'
import { startSpinner } from '@fairlead/core/host'
import type { FoundClients } from '../plugins/find-clients.ts'
import { dryRunFlag } from '../flags.ts'
import { installPlugin } from '../plugins/install-plugin.ts'
import { PluginCommand } from '../plugins/plugin-command.ts'
import type { StoredRecord } from '../plugins/plugin-records.ts'
import { readPackage } from '../plugins/read-package.ts'
import { flag, list, object, oneOf, optional, text, type Infer } from '../schema.ts'
import { scriptsFlag } from './plugins-install.ts'

const update = object({
  package: text(),
  outcome: oneOf(['updated', 'unchanged', 'skipped', 'failed'], 'skipped: there is nothing newer to install.'),
  from: optional(text('The version that was installed.')),
  to: optional(text('The version that is installed now.')),
  reason: optional(text('Why it was skipped or failed; the installed version stays.')),
  hint: optional(text()),
})
const result = object({ dryRun: flag(), plugins: list(update) })

/** What npm is asked for anew; undefined where that can only be the same again. */
function requestOf({ package: name, requested = '', link }: StoredRecord): string | undefined {
  if (link !== undefined || requested.startsWith('file:')) return undefined
  return /[/:]/.test(requested) ? requested : `${name}@${requested || 'latest'}`
}

/** `fairlead plugins update`. */
export default class PluginsUpdate extends PluginCommand<Infer<typeof result>> {
  static override readonly summary = 'Update installed clients'
  static override readonly description =
    'Updates each client to the newest version of what you asked for when you installed it: the latest, a range or a tag. If the new version fails its check, the old one stays. Exit code 1: a client could not be updated.'
  static override readonly examples = ['<%= config.bin %> plugins update', '<%= config.bin %> plugins update @fairlead/client-s3']
  static override readonly strict = false
  static override readonly result = result
  static override readonly args = { PACKAGE: Args.string({ description: 'Packages or clients; by default all installed ones' }) }
  static override readonly flags = { ...dryRunFlag, ...scriptsFlag }

  async run(): Promise<Infer<typeof result>> {
    const { argv, flags } = await this.parse(PluginsUpdate)
    const dryRun = flags['dry-run'] ?? false
    await using session = this.session()
    const { clients } = session.found
    return await this.changing(session, async (_plugins, records) => {
      const wanted = argv.length === 0 ? records : argv.map(word => this.#recordOf(String(word), records, clients))
      const plugins: Infer<typeof update>[] = []
      for (const record of wanted) {
        using _spinner = this.quiet ? undefined : startSpinner(session.fairlead.terminal, `updating ${record.package}`)
        plugins.push(await this.#update(record, this.npmOptions(session, flags.scripts), dryRun))
      }
      for (const one of plugins) this.#tellOf(one, dryRun)
      if (plugins.length === 0) this.say('No plugins are installed.')
      if (plugins.some(({ outcome }) => outcome === 'failed')) this.code = 1
      return { dryRun, plugins }
    })
  }

  #recordOf(word: string, records: readonly StoredRecord[], clients: FoundClients['clients']): StoredRecord {
    const client = clients.find(({ manifest }) => manifest.name === word)
    const names = [word, ...(client === undefined ? [] : [client.name, ...(client.broughtBy === undefined ? [] : [client.broughtBy])])]
    const record =
      records.find(({ package: name, link }) => link === undefined && names.includes(name)) ??
      records.find(({ package: name }) => names.includes(name))
    if (record !== undefined) return record
    throw new FairleadError('not-found', `nothing called "${printable(word)}" is installed with \`fairlead plugins\``, {
      hint: 'See `fairlead plugins list`.',
    })
  }

  async #update(record: StoredRecord, options: Parameters<typeof installPlugin>[1], dryRun: boolean): Promise<Infer<typeof update>> {
    const { package: name } = record
    const from = readPackage(record.folder)?.info.version ?? ''
    const request = requestOf(record)
    if (request === undefined) {
      const reason = record.link === undefined ? 'it was installed from a tarball' : 'it is linked'
      const hint = record.link === undefined ? `fairlead plugins install ${name}@latest, or the new tarball` : `build it in ${record.link}`
      return { package: name, outcome: 'skipped', from, reason, hint }
    }
    try {
      const { info } = await installPlugin(request, options, { asked: record.requested, others: record.with ?? [], dryRun })
      return { package: name, outcome: info.version === from ? 'unchanged' : 'updated', from, to: info.version }
    } catch (error) {
      if (!FairleadError.is(error)) throw error
      return { package: name, outcome: 'failed', from, reason: error.message, ...(error.hint !== undefined && { hint: error.hint }) }
    }
  }

  #tellOf({ package: name, outcome, from = '', to = '', reason = '', hint }: Infer<typeof update>, dryRun: boolean): void {
    const next = hint === undefined ? '' : `\nhint: ${hint}`
    if (outcome === 'failed') this.complain(`${name} ${from} stays: ${reason}${next}`)
    else if (outcome === 'updated') this.say(`${dryRun ? 'would update' : 'updated'} ${name}: ${from} → ${to}`)
    else this.say(outcome === 'unchanged' ? `${name} ${from} is up to date` : `skipped ${name} ${from}: ${reason} (${hint ?? ''})`)
  }
}
