import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type * as Catalog from '@fairlead/catalog'
import { describeSource, formatTable } from '@fairlead/core/host'
import { ConnectionCommand } from '../connection-command.ts'
import { usageError } from '../exit.ts'
import { connectionFlags } from '../flags.ts'
import { printableLines } from '../printable-lines.ts'
import { projectFlags } from '../project-command.ts'
import { noProject, projectFile, sourceText } from '../project-source.ts'
import { anything, list, object, oneOf, optional, text, type Infer } from '../schema.ts'
import type { Session } from '../session.ts'
import { settingReport } from './client-show.ts'

const project = object({
  file: text('The project file.'),
  values: list(
    object({
      key: text(),
      value: optional(anything('Secrets are hidden; absent if there is neither a value nor a default.')),
      source: text('file:line, a variable, or default.'),
      variable: text('Its name in the environment.'),
    }),
  ),
  ignored: list(text(), 'Variables that are ignored because FAIRLEAD_CONFIG is set.'),
  problems: list(text()),
})

const result = object({
  active: optional(object({ name: text(), source: oneOf(['argument', 'environment', 'settings', 'default']) })),
  settingsPath: optional(text()),
  connections: optional(list(object({ name: text(), client: text(), settings: list(settingReport) }))),
  project: optional(project),
  defaults: optional(text('With --defaults: a project file of all keys with their defaults.')),
})
type Result = Infer<typeof result>

/** `fairlead config show`. */
export default class ConfigShow extends ConnectionCommand<Result> {
  static override readonly summary = 'Show every setting and where it comes from, with secrets hidden'
  static override readonly description = `Shows the keys of the project, if there is one, then the connections.
With --defaults, prints every key of fairlead.yaml with its default and purpose, as a valid project file.
Exit code 2: the project's configuration has errors; its valid parts are still shown.`
  static override readonly examples = ['<%= config.bin %> config show', '<%= config.bin %> config show --defaults > fairlead.yaml']
  static override readonly result = result
  static override readonly args = { CONNECTION: Args.string({ description: 'Show only this connection' }) }
  static override readonly flags = {
    defaults: Flags.boolean({ summary: 'Print every key of fairlead.yaml with its default and a comment instead.' }),
    ...projectFlags,
    ...connectionFlags,
  }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(ConfigShow)
    if (flags.defaults) {
      if (args.CONNECTION !== undefined)
        throw usageError('--defaults is about fairlead.yaml, not about a connection.', 'Leave one of them out.')
      const { defaultsText } = await import('@fairlead/catalog')
      this.tell(defaultsText())
      return { defaults: defaultsText() }
    }
    await using session = this.session(flags)
    const shown = args.CONNECTION === undefined ? await this.showProject(flags.project) : undefined
    return { ...this.showConnections(session, args.CONNECTION), ...(shown !== undefined && { project: shown }) }
  }

  private async showProject(path: string | undefined): Promise<Infer<typeof project> | undefined> {
    const catalog = await import('@fairlead/catalog')
    let shown: Catalog.ShownConfig
    try {
      shown = catalog.showConfig(path === undefined ? catalog.findProjectFile(process.cwd()) : projectFile(catalog, path))
    } catch (error) {
      const none = noProject(error)
      // A folder that is no project still has connections to show, unless a project was asked for.
      if (none !== error && path === undefined) return undefined
      throw none
    }
    const rows = shown.values.map(({ key, value, source }) => [key, sourceText(source), valueText(value)])
    this.say(`project: ${shown.file} (each key is also a variable, FAIRLEAD_<KEY>)\n\n`)
    this.tell(formatTable(['KEY', 'FROM', 'VALUE'], rows))
    if (shown.ignored.length > 0) this.note(`ignored because FAIRLEAD_CONFIG is set: ${shown.ignored.join(', ')}`)
    const problems = shown.problems.map(catalog.problemLine)
    for (const problem of problems) this.complain(printableLines(problem))
    if (problems.length > 0) this.code = 2
    this.say('')
    const values = shown.values.map(({ source, ...one }) => ({ ...one, source: sourceText(source) }))
    return { file: shown.file, values, ignored: shown.ignored, problems }
  }

  private showConnections({ fairlead }: Session, only: string | undefined): Result {
    const active = fairlead.active()
    if (only !== undefined) fairlead.settings(only)
    const connections = fairlead
      .connections()
      .filter(({ name, installed }) => installed && (only === undefined || name === only))
      .map(({ name, client }) => ({
        name,
        client,
        settings: fairlead
          .settings(name)
          .all()
          .map(({ source, ...report }) => ({ ...report, ...(source !== undefined && { source: describeSource(source) }) })),
      }))
    this.say(
      `active connection: ${active.name} (from ${{ argument: '--client', environment: 'FAIRLEAD_CLIENT', settings: '`client use`', default: 'its default' }[active.source]})\n\n`,
    )
    const rows = connections.flatMap(({ name, settings }) =>
      settings.map(one => [name, one.name, one.value === undefined ? '' : String(one.value), one.source ?? '', one.variable]),
    )
    this.tell(formatTable(['CONNECTION', 'SETTING', 'VALUE', 'FROM', 'ENVIRONMENT'], rows))
    return { active, settingsPath: fairlead.settingsPath, connections }
  }
}

function valueText(value: unknown): string {
  if (value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
