import * as Args from '@oclif/core/args'
import { describeSource, formatTable } from '@fairlead/core/host'
import { capabilityLines } from '../capability-text.ts'
import { ConnectionCommand } from '../connection-command.ts'
import { anything, flag, list, object, oneOf, optional, record, scalar, text, type Infer } from '../schema.ts'
import { keyed } from '../text.ts'

/** A setting as it may be shown. */
export const settingReport = object({
  name: text(),
  type: oneOf(['string', 'secret', 'path', 'url', 'integer', 'bytes', 'seconds', 'boolean']),
  help: text(),
  required: flag(),
  value: optional(scalar('[secret] for a secret; absent if nothing is set.')),
  source: optional(text('Where it comes from.')),
  secret: optional(oneOf(['keychain', 'file'], 'Where the secret is stored.')),
  variable: text('Its name in the environment.'),
})

const result = object({
  name: text(),
  client: text(),
  title: text(),
  summary: text(),
  package: text(),
  source: oneOf(['settings', 'built-in', 'client']),
  active: flag(),
  settings: list(settingReport),
  capabilities: record(anything(), 'As the client declares them.'),
})

/** `fairlead client show`. */
export default class ClientShow extends ConnectionCommand<Infer<typeof result>> {
  static override readonly summary = 'Show a connection: its settings, and what it can do'
  static override readonly result = result
  static override readonly args = { NAME: Args.string({ description: 'The connection; by default the active one' }) }

  async run(): Promise<Infer<typeof result>> {
    const { args } = await this.parse(ClientShow)
    await using session = this.session()
    const { fairlead } = session
    const name = args.NAME ?? fairlead.active().name
    const reports = fairlead.settings(name).all()
    const info = fairlead.connections().find(one => one.name === name)
    const manifest = fairlead.clients().find(one => one.name === info?.client)
    if (info === undefined || manifest === undefined) throw new Error(`the connection "${name}" has settings and is not listed`)
    const settings = reports.map(({ source, ...report }) => ({
      ...report,
      ...(source !== undefined && { source: describeSource(source) }),
    }))
    this.tell(
      keyed({
        connection: `${name}${info.active ? ' (active)' : ''}`,
        client: `${manifest.title}: ${manifest.summary}`,
        package: manifest.package,
      }),
    )
    this.tell(
      `\n${formatTable(
        ['SETTING', 'VALUE', 'FROM'],
        settings.map(one => [one.name, one.value === undefined ? (one.required ? '(missing)' : '') : String(one.value), one.source ?? '']),
      )}`,
    )
    this.say(`\n${capabilityLines(manifest.capabilities).join('\n')}`)
    const { title, summary, package: from } = manifest
    return {
      name,
      client: manifest.name,
      title,
      summary,
      package: from,
      source: info.source,
      active: info.active,
      settings,
      capabilities: { ...manifest.capabilities },
    }
  }
}
