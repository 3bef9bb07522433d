import * as Args from '@oclif/core/args'
import { ConnectionCommand } from '../connection-command.ts'
import { printableLines } from '../printable-lines.ts'
import { noProject, projectFile } from '../project-source.ts'
import { count, flag, list, object, optional, text, type Infer } from '../schema.ts'
import { styled } from '../style.ts'
import { counted } from '../text.ts'

const result = object({
  file: text('The project file.'),
  valid: flag(),
  problems: list(
    object({
      source: text('A file or a variable.'),
      line: optional(count('From 1.')),
      column: optional(count('From 1.')),
      message: text(),
    }),
  ),
  specifications: count(),
  exporters: count(),
  webhooks: count(),
  ignored: list(text(), 'Variables that are ignored because FAIRLEAD_CONFIG is set.'),
})

/** `fairlead config check`. */
export default class ConfigCheck extends ConnectionCommand<Infer<typeof result>> {
  static override readonly summary = 'Check the configuration of a project and everything it refers to'
  static override readonly description = `Checks keys and values, folders, specification files, the connections of exporters, and webhooks with their
templates and variables, and lists every problem. Does not connect to anything or send anything. Exit code 2: there are problems.`
  static override readonly examples = ['<%= config.bin %> config check', '<%= config.bin %> config check other/fairlead.yaml --json']
  static override readonly result = result
  static override readonly args = {
    FILE: Args.string({ description: 'The project file or folder; by default the nearest one in this folder or above' }),
  }

  async run(): Promise<Infer<typeof result>> {
    const { args } = await this.parse(ConfigCheck)
    const catalog = await import('@fairlead/catalog')
    await using session = this.session()
    const connections = session.fairlead.connections().map(({ name }) => name)
    const file = projectFile(catalog, args.FILE)
    const checked = await catalog.checkProject(file, { connections }).catch((error: unknown) => {
      throw noProject(error)
    })
    const { problems, specifications, exporters, webhooks, ignored } = checked
    for (const problem of problems) this.tell(printableLines(catalog.problemLine(problem)))
    if (ignored.length > 0) this.note(`ignored because FAIRLEAD_CONFIG is set: ${ignored.join(', ')}`)
    const valid = problems.length === 0
    if (!valid) this.code = 2
    const parts = [counted(specifications, 'specification'), counted(exporters, 'exporter'), counted(webhooks, 'webhook')].join(', ')
    this.say(valid ? `${styled('green', '✓')} ${file}: ${parts}` : `${styled('red', '✗')} ${file}: ${counted(problems.length, 'problem')}`)
    if (valid) this.next('update', ...(args.FILE === undefined ? [] : ['--project', args.FILE]))
    return { file, valid, problems, specifications, exporters, webhooks, ignored }
  }
}
