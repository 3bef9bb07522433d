import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../base-command.ts'
import { count, list, object, oneOf, text, type Infer } from '../schema.ts'
import { counted } from '../text.ts'
import { relative } from 'node:path'

const result = object({
  file: text('The project file.'),
  created: list(text(), 'Relative to the folder.'),
  names: object({ files: count('In the ingress.'), legal: count('With a legal name.') }),
  faults: list(
    object({ fault: oneOf(['wrong-capital', 'missing-frame', 'wrong-size']), path: text() }),
    'What the example has to be mended.',
  ),
})

/** `fairlead init`. */
export default class Init extends BaseCommand<Infer<typeof result>> {
  static override readonly summary = 'Make a folder a project'
  static override readonly description =
    'Writes a commented fairlead.yaml, and says how many names of the files there are legal. Nothing is overwritten.'
  static override readonly examples = ['<%= config.bin %> init', '<%= config.bin %> init try-it --example']
  static override readonly result = result
  static override readonly args = { DIR: Args.string({ default: '.', description: 'The folder' }) }
  static override readonly flags = {
    example: Flags.boolean({ summary: 'With specifications and real images to try things on.' }),
    faulty: Flags.boolean({
      summary: 'The example with a wrong capital, a missing frame and a wrong size to find.',
      dependsOn: ['example'],
    }),
  }

  async run(): Promise<Infer<typeof result>> {
    const { args, flags } = await this.parse(Init)
    const { initProject } = await import('@fairlead/catalog')
    const made = initProject(args.DIR, flags.example ? { example: flags.faulty ? 'faulty' : 'clean' } : {})
    this.say(
      `made ${relative('.', made.file)}${made.created.length > 1 ? ` and ${counted(made.created.length - 1, 'file')} of the example` : ''}`,
    )
    const { files, legal } = made.names
    if (files > 0) this.say(`${legal} of ${counted(files, 'file')} ${files === 1 ? 'has' : 'have'} a legal name`)
    if (files > 0 && legal < files)
      this.say(
        `fairlead update says what is wrong with the others${flags.example ? '' : ', once specifications are named in fairlead.yaml'}.`,
      )
    if (args.DIR === '.') this.next('update')
    else this.next('update', '--project', args.DIR)
    return made
  }
}
