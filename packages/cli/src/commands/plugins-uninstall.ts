import * as Args from '@oclif/core/args'
import { FairleadError, printable } from '@fairlead/core'
import { nearest } from '@fairlead/core/host'
import { PluginCommand } from '../plugins/plugin-command.ts'
import { removalOf, type FoundClients } from '../plugins/find-clients.ts'
import { removeRecord, type StoredRecord } from '../plugins/plugin-records.ts'
import { list, object, oneOf, text, type Infer } from '../schema.ts'

const result = object({
  uninstalled: list(
    object({ package: text(), was: oneOf(['installed', 'linked']), clients: list(text(), 'The clients removed with it.') }),
  ),
  connections: list(text(), 'Connections without their client now; they stay stored.'),
})

/** The record that a word means: the package, or the client it brings. A link comes before what is installed of the same package. */
function recordOf(word: string, records: readonly StoredRecord[], { clients }: FoundClients): StoredRecord {
  const named = records.find(({ package: name }) => name === word)
  if (named !== undefined) return named
  const client = clients.find(({ manifest, name }) => manifest.name === word || name === word)
  const own =
    client === undefined ? undefined : records.find(({ package: name, folder }) => name === client.name && folder === client.folder)
  if (own !== undefined) return own
  if (client?.broughtBy !== undefined)
    throw new FairleadError('input-invalid', `${client.name} is part of ${client.broughtBy} and can't be removed on its own`, {
      hint: `Uninstall the package instead: ${removalOf(client)}`,
    })
  if (client !== undefined)
    throw new FairleadError('input-invalid', `the client "${client.manifest.name}" was not installed with \`fairlead plugins\``, {
      hint: `To remove it: ${removalOf(client)}`,
    })
  const names = records.map(({ package: name }) => name)
  const meant = nearest(word, names)
  throw new FairleadError('not-found', `nothing called "${printable(word)}" is installed`, {
    hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}${names.length === 0 ? 'No plugins are installed.' : `Installed: ${names.join(', ')}.`}`,
  })
}

/** `fairlead plugins uninstall`. */
export default class PluginsUninstall extends PluginCommand<Infer<typeof result>> {
  static override readonly summary = 'Remove installed or linked clients'
  static override readonly description = 'Connections, their settings and their data stay, and work again once you reinstall the client.'
  static override readonly examples = ['<%= config.bin %> plugins uninstall @fairlead/client-s3']
  static override readonly strict = false
  static override readonly result = result
  static override readonly args = { NAME: Args.string({ required: true, description: 'One or more packages or clients' }) }

  async run(): Promise<Infer<typeof result>> {
    const { argv } = await this.parse(PluginsUninstall)
    await using session = this.session()
    const { fairlead, found } = session
    return await this.changing(session, async (_plugins, records) => {
      // All are known before the first goes.
      const wanted = [...new Set(argv.map(word => recordOf(String(word), records, found)))]
      const uninstalled = wanted.map(record => ({
        package: record.package,
        was: record.link === undefined ? ('installed' as const) : ('linked' as const),
        clients: found.clients
          .filter(({ name, broughtBy, origin }) => (broughtBy ?? name) === record.package && ['installed', 'linked'].includes(origin))
          .map(({ manifest }) => manifest.name),
      }))
      for (const record of wanted) removeRecord(record)
      const gone = new Set(uninstalled.flatMap(({ clients }) => clients))
      const connections = fairlead
        .connections()
        .filter(({ source, client }) => source === 'settings' && gone.has(client))
        .map(({ name }) => name)
      for (const { package: name, was } of uninstalled) this.say(was === 'linked' ? `unlinked ${name}` : `uninstalled ${name}`)
      if (connections.length > 0) this.note(`These connections need it and stay stored: ${connections.join(', ')}.`)
      return { uninstalled, connections }
    })
  }
}
