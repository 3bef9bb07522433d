import { formatTable } from '@fairlead/core/host'
import { ConnectionCommand } from '../connection-command.ts'
import { flag, list, object, oneOf, text, type Infer } from '../schema.ts'
import { counted } from '../text.ts'

const result = object({
  active: text('The connection used when none is named.'),
  activeSource: oneOf(['argument', 'environment', 'settings', 'default']),
  connections: list(
    object({
      name: text(),
      client: text(),
      source: oneOf(
        ['settings', 'built-in', 'client'],
        'settings: stored; built-in: always there; client: the default connection of a client.',
      ),
      active: flag(),
      installed: flag('Whether its client is installed.'),
    }),
  ),
  clients: list(object({ name: text(), title: text(), summary: text(), package: text() }), 'What is installed.'),
})

/** `fairlead client list`. */
export default class ClientList extends ConnectionCommand<Infer<typeof result>> {
  static override readonly summary = 'List connections and installed clients'
  static override readonly result = result

  async run(): Promise<Infer<typeof result>> {
    await this.parse(ClientList)
    await using session = this.session()
    const { fairlead } = session
    const { name: active, source: activeSource } = fairlead.active()
    const connections = fairlead.connections()
    const clients = fairlead.clients().map(({ name, title, summary, package: from }) => ({ name, title, summary, package: from }))
    const note = { settings: 'stored', 'built-in': 'built in', client: 'default of its client' }
    if (this.quiet) for (const { name } of connections) this.tell(name)
    else {
      const rows = connections.map(one => [
        one.active ? '*' : '',
        one.name,
        one.client,
        one.installed ? note[one.source] : `client not installed: fairlead plugins install @fairlead/client-${one.client}`,
      ])
      this.tell(formatTable(['', 'CONNECTION', 'CLIENT', ''], rows))
      if (!connections.some(one => one.active)) this.note(`The active connection "${active}" does not exist.`)
    }
    const broken = session.found.problems.length
    if (broken > 0) this.note(`${counted(broken, 'package')} can't be used as clients: see \`fairlead plugins list\`.`)
    return { active, activeSource, connections, clients }
  }
}
