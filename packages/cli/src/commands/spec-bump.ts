import { relative } from 'node:path'
import * as Args from '@oclif/core/args'
import { printable } from '@fairlead/core'
import { dryRunFlag } from '../flags.ts'
import { ProjectCommand, projectFlags } from '../project-command.ts'
import { count, flag, list, object, text, type Infer } from '../schema.ts'

const result = object({
  from: text(),
  to: text(),
  file: text('The file that contains the copy.'),
  created: flag('The file is new.'),
  listed: flag('Whether the configuration of the project includes the file.'),
  line: count('Where the copy starts, from 1.'),
  mentions: list(object({ line: count('From 1.'), text: text() }), 'Lines of the copy that still say the old name.'),
  dryRun: flag(),
})

/** `fairlead spec bump`. */
export default class SpecBump extends ProjectCommand<Infer<typeof result>> {
  static override readonly summary = 'Copy a specification to the next number'
  static override readonly description = `Copies spec001 to spec002 in its YAML file, including comments, and changes nothing else there. If the file contains only that specification, creates a new file next to it. Assets of the old number are not affected. Modules are not rewritten.
Exit code 1: the specification does not exist, or the next number already does. 2: there is no next number, or you have to make the copy by hand.`
  static override readonly examples = ['<%= config.bin %> spec bump spec001 --dry-run', '<%= config.bin %> spec bump spec001']
  static override readonly result = result
  static override readonly args = { NAME: Args.string({ required: true, description: 'The specification, such as spec001' }) }
  static override readonly flags = { ...dryRunFlag, ...projectFlags }

  async run(): Promise<Infer<typeof result>> {
    const { args, flags } = await this.parse(SpecBump)
    const { catalog, project } = await this.open(flags.project)
    const dryRun = flags['dry-run']
    const bump = await catalog.bumpSpecification(project, args.NAME, { dryRun })
    const file = printable(relative(process.cwd(), bump.file), Infinity)
    this.tell(`${dryRun ? 'would copy' : 'copied'} ${bump.from} as ${bump.to}: ${file}:${bump.line}${bump.created ? ' (a new file)' : ''}`)
    for (const { line, text: words } of bump.mentions) this.say(`  ${file}:${line} still says ${bump.from}: ${printable(words, 200)}`)
    if (!bump.listed)
      this.say(`The project does not include that file yet: add it to specification_files in ${relative(process.cwd(), project.file)}.`)
    this.say(`Edit ${bump.to} there. Names refer to it as s-${bump.to}; assets of ${bump.from} are not affected.`)
    if (dryRun) this.next('spec', 'bump', bump.from, ...this.here(flags.project))
    else this.next('spec', 'check', ...this.here(flags.project))
    return { ...bump, dryRun }
  }
}
