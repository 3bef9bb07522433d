import { formatTable } from '@fairlead/core/host'
import { capabilityWords } from '../capability-text.ts'
import { ConnectionCommand } from '../connection-command.ts'
import type { PluginOrigin } from '../plugins/find-clients.ts'
import { commandsOf } from '../plugins/client-commands.ts'
import { list, object, oneOf, optional, text, type Infer } from '../schema.ts'

const origins = ['built-in', 'linked', 'installed', 'beside', 'project'] as const satisfies readonly PluginOrigin[]
const origin = oneOf(
  origins,
  'built-in: part of the command line; linked, installed: with fairlead plugins; beside: with a package manager, next to the command line; project: in this folder or above.',
)

const result = object({
  clients: list(
    object({
      name: text(),
      title: text(),
      summary: text(),
      package: text(),
      version: text(),
      origin,
      broughtBy: optional(text('The package that includes it.')),
      folder: text(),
      capabilities: list(text(), 'What it can do, in words.'),
      commands: list(text(), 'Commands that it adds.'),
    }),
  ),
  problems: list(
    object({
      package: text(),
      client: optional(text('The client that is missing because of it.')),
      origin,
      code: text(),
      message: text(),
      hint: optional(text()),
    }),
    'Packages that should provide a client but cannot.',
  ),
})

/** `fairlead plugins list`. */
export default class PluginsList extends ConnectionCommand<Infer<typeof result>> {
  static override readonly summary = 'List available clients with version, source and capabilities'
  static override readonly description = 'Reads only manifests: no client code is run.'
  static override readonly result = result

  async run(): Promise<Infer<typeof result>> {
    await this.parse(PluginsList)
    await using session = this.session()
    const { clients, problems } = session.found
    const listed = clients.map(({ manifest, name, version, origin: from, broughtBy, folder }) => ({
      name: manifest.name,
      title: manifest.title,
      summary: manifest.summary,
      package: name,
      version,
      origin: from,
      ...(broughtBy !== undefined && { broughtBy }),
      folder,
      capabilities: capabilityWords(manifest.capabilities),
      commands: commandsOf(manifest).map(({ name: command }) => `${manifest.name} ${command}`),
    }))
    if (this.quiet) for (const { name } of listed) this.tell(name)
    else {
      const rows = listed.map(one => [one.name, one.package, one.version, one.broughtBy ?? one.origin, one.capabilities.join(' ')])
      this.tell(formatTable(['CLIENT', 'PACKAGE', 'VERSION', 'FROM', 'CAN'], rows))
    }
    for (const { error } of problems) this.complain(`${error.message}${error.hint === undefined ? '' : `\nhint: ${error.hint}`}`)
    return {
      clients: listed,
      problems: problems.map(({ package: name, client, origin: from, error: { code, message, hint } }) => ({
        package: name,
        ...(client !== undefined && { client }),
        origin: from,
        code,
        message,
        ...(hint !== undefined && { hint }),
      })),
    }
  }
}
