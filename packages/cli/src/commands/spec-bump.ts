import { relative } from 'node:path'
import * as Args from '@oclif/core/args'
import { printable } from '@fairlead/core'
import { dryRunFlag } from '../flags.ts'
import { ProjectCommand, projectFlags } from '../project-command.ts'
import { count, flag, list, object, text, type Infer } from '../schema.ts'

const result = object({
  from: text(),
  to: text(),
  file: text('The file that holds the copy.'),
  created: flag('The file did not exist before.'),
  listed: flag('The project reads the file as it is configured.'),
  line: count('Where the copy begins, from 1.'),
  mentions: list(object({ line: count('From 1.'), text: text() }), 'Lines of the copy that still say the old name.'),
  dryRun: flag(),
})

/** `fairlead spec bump`. */
export default class SpecBump extends ProjectCommand<Infer<typeof result>> {
  static override readonly summary = 'Copy a specification under the next number'
  static override readonly description = `spec001 is copied as spec002 in its YAML file, comments and all, and nothing else there changes; where the file is that one specification, a file beside it is made. Assets of the old number stay what they are. A definition in a module is not rewritten.
Exit code 1: there is no such specification, or the next number exists. 2: there is no next number, or the copy must be made by hand.`
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
      this.say(`The project does not read that file yet: add it to specification_files in ${relative(process.cwd(), project.file)}.`)
    this.say(`Change there what is new in ${bump.to}. Names claim it by s-${bump.to}; assets of ${bump.from} stay as they are.`)
    if (dryRun) this.next('spec', 'bump', bump.from, ...this.here(flags.project))
    else this.next('spec', 'check', ...this.here(flags.project))
    return { ...bump, dryRun }
  }
}
