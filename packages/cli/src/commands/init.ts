import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type * as Catalog from '@fairlead/catalog'
import { BaseCommand } from '../base-command.ts'
import { commandLine } from '../command-line.ts'
import { usageError } from '../exit.ts'
import { printableLines } from '../printable-lines.ts'
import { count, list, object, oneOf, optional, text, type Infer } from '../schema.ts'
import { styled } from '../style.ts'
import { counted } from '../text.ts'
import { relative } from 'node:path'

const result = object({
  file: text('The project file.'),
  created: list(text(), 'Relative to the folder.'),
  names: optional(object({ files: count('In the ingress.'), legal: count('With a legal name.') }, 'Not of a converted configuration.')),
  faults: list(object({ fault: oneOf(['wrong-capital', 'missing-frame', 'wrong-size']), path: text() }), 'What is wrong in the example.'),
  notes: list(
    object({ key: text("In Hidebound's configuration."), kind: oneOf(['changed', 'left-out', 'to-do']), message: text() }),
    'What a conversion changed, could not carry over, or leaves to you.',
  ),
  commands: list(text(), 'What makes the connections of converted exporters.'),
})
type Result = Infer<typeof result>

/** `fairlead init`. */
export default class Init extends BaseCommand<Result> {
  static override readonly summary = 'Turn a folder into a project'
  static override readonly description = `Writes a commented fairlead.yaml and reports how many files there have legal names. Never overwrites anything.
With --from-hidebound FILE, converts a Hidebound configuration (YAML or JSON). What changes, what could not be converted and why, and what you have to do yourself is printed and written to the file. Secrets are not copied.`
  static override readonly examples = [
    '<%= config.bin %> init',
    '<%= config.bin %> init try-it --example',
    '<%= config.bin %> init --from-hidebound hidebound_config.yaml --output project',
  ]
  static override readonly result = result
  static override readonly args = { DIR: Args.string({ description: 'The folder; by default the current one' }) }
  static override readonly flags = {
    example: Flags.boolean({ summary: 'Create an example with specifications and real images to try things on.' }),
    faulty: Flags.boolean({
      summary: 'Give the example a wrong capital letter, a missing frame and a wrong size to find.',
      dependsOn: ['example'],
    }),
    'from-hidebound': Flags.string({
      summary: 'Convert this Hidebound configuration.',
      helpValue: 'FILE',
    }),
    'from-hidebound-environment': Flags.boolean({
      summary: 'Convert the HIDEBOUND_… environment variables, or the file that HIDEBOUND_CONFIG_FILEPATH points to.',
      exclusive: ['from-hidebound'],
    }),
    output: Flags.string({ char: 'o', summary: 'The folder, same as DIR.', helpValue: 'DIR' }),
  }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Init)
    if (args.DIR !== undefined && flags.output !== undefined)
      throw usageError('The folder is given twice, as DIR and with --output.', 'Give it once.')
    const isConverted = flags['from-hidebound'] !== undefined || flags['from-hidebound-environment']
    if (flags.example && isConverted)
      throw usageError("--example can't be combined with a conversion.", 'Leave --example out to convert a Hidebound configuration.')
    const folder = args.DIR ?? flags.output ?? '.'
    const catalog = await import('@fairlead/catalog')
    const hidebound = flags['from-hidebound']
    if (hidebound !== undefined) return this.converted(await catalog.initFromHidebound(hidebound, { output: folder }), folder)
    if (flags['from-hidebound-environment']) {
      return this.converted(await catalog.initFromHideboundEnvironment(process.env, { output: folder }), folder)
    }
    const made = catalog.initProject(folder, flags.example ? { example: flags.faulty ? 'faulty' : 'clean' } : {})
    this.say(
      `created ${relative('.', made.file)}${made.created.length > 1 ? ` and ${counted(made.created.length - 1, 'file')} of the example` : ''}`,
    )
    const { files, legal } = made.names
    if (files > 0) this.say(`${legal} of ${counted(files, 'file')} ${files === 1 ? 'has' : 'have'} a legal name`)
    if (files > 0 && legal < files)
      this.say(`fairlead update shows what is wrong with the others${flags.example ? '' : ', once fairlead.yaml lists specifications'}.`)
    this.then(folder, 'update')
    return { ...made, notes: [], commands: [] }
  }

  private converted({ file, created, notes, commands }: Catalog.FromHideboundResult, folder: string): Result {
    this.say(`created ${relative('.', file)}`)
    const kinds = { changed: ['cyan', 'changed'], 'left-out': ['yellow', 'left out'], 'to-do': ['yellow', 'to do'] } as const
    for (const { key, kind, message } of notes) {
      const [color, word] = kinds[kind]
      this.tell(`${styled(color, word)}: ${printableLines(key)}: ${printableLines(message)}`)
    }
    const lines = commands.map(words => commandLine([...words]))
    for (const line of lines) this.tell(line)
    this.then(folder, 'config', 'check')
    return { file, created, faults: [], notes, commands: lines }
  }

  private then(folder: string, ...words: readonly string[]): void {
    if (folder === '.') this.next(...words)
    else if (words[0] === 'config') this.next(...words, folder)
    else this.next(...words, '--project', folder)
  }
}
