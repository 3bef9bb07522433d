import { relative } from 'node:path'
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { columnTypes } from '@fairlead/assets'
import { FairleadError } from '@fairlead/core'
import { nearest } from '@fairlead/core/host'
import { printableLines } from '../printable-lines.ts'
import { ProjectCommand, projectFlags } from '../project-command.ts'
import { count, flag, list, object, oneOf, optional, text, type Infer } from '../schema.ts'
import { exampleName, namePattern, rootText, ruleTexts } from '../specification/describe.ts'
import { jsonSchema, markdown, plainText, sql, typescript } from '../specification/formats.ts'

const result = object({
  name: text(),
  type: oneOf(['file', 'sequence', 'complex']),
  source: text('The file that defines it.'),
  line: optional(count('Where it starts, from 1; absent for a module.')),
  root: optional(text('Where the directory of a complex asset is, in words.')),
  filenamePattern: text('Fields in braces.'),
  assetNamePattern: text('Fields in braces.'),
  example: text('The name of a file.'),
  columns: list(
    object({
      name: text(),
      type: oneOf(columnTypes),
      from: oneOf(['name', 'trait']),
      unit: optional(text()),
      description: text(),
      required: flag('Every valid file has it.'),
    }),
  ),
  rules: list(
    object({
      subject: text('The field or trait.'),
      rule: text(),
      scope: oneOf(['file', 'asset'], 'asset: checked on all files of an asset together.'),
      words: text('What the rule requires.'),
    }),
  ),
  text: text('In the format of --format.'),
})

/** `fairlead spec show`. */
export default class SpecShow extends ProjectCommand<Infer<typeof result>> {
  static override readonly summary = 'Show the names, traits and rules of a specification'
  static override readonly description = `Prints text for people or, with --format, the JSON Schema of what is known about a file, the columns of its SQL view, a documentation page, or a TypeScript type.
Exit code 1: the specification does not exist. 2: the specifications can't be read.`
  static override readonly examples = [
    '<%= config.bin %> spec show spec001',
    '<%= config.bin %> spec show spec001 --format markdown > docs/spec001.md',
  ]
  static override readonly result = result
  static override readonly args = { NAME: Args.string({ required: true, description: 'The specification, such as spec001' }) }
  static override readonly flags = {
    format: Flags.option({
      options: ['text', 'json-schema', 'sql', 'markdown', 'typescript'] as const,
      default: 'text',
      summary: 'The output format.',
    })(),
    ...projectFlags,
  }

  async run(): Promise<Infer<typeof result>> {
    const { args, flags } = await this.parse(SpecShow)
    const { catalog, project } = await this.open(flags.project)
    const all = await catalog.loadSpecificationSources(project)
    const found = all.find(({ specification }) => specification.name === args.NAME)
    const names = all.map(({ specification }) => specification.name)
    if (found === undefined) {
      const meant = nearest(args.NAME, names)
      throw new FairleadError('not-found', `there is no specification ${args.NAME}`, {
        hint: meant === undefined ? `There are: ${names.join(', ') || 'none'}.` : `Did you mean ${meant}?`,
      })
    }
    const { specification, source, line } = found
    const { name, type, columns, filenameFields, assetNameFields, required } = specification
    const root = rootText(specification)
    const shownSource = `${relative(process.cwd(), source)}${line === undefined ? '' : `:${line}`}`
    const shown = {
      text: () => plainText(specification, shownSource),
      'json-schema': () => jsonSchema(specification),
      sql: () => sql(specification, catalog.viewColumns(specification)),
      markdown: () => markdown(specification),
      typescript: () => typescript(specification),
    }[flags.format]()
    this.tell(flags.format === 'text' ? printableLines(shown) : shown)
    return {
      name,
      type,
      source,
      ...(line !== undefined && { line }),
      ...(root !== undefined && { root }),
      filenamePattern: namePattern(specification, filenameFields),
      assetNamePattern: namePattern(specification, assetNameFields),
      example: exampleName(specification),
      columns: columns.map(column => ({ ...column, required: column.from === 'name' || required.includes(column.name) })),
      rules: ruleTexts(specification),
      text: shown,
    }
  }
}
