import { readFileSync, statSync } from 'node:fs'
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { printable } from '@fairlead/core'
import { BaseCommand } from '../base-command.ts'
import { usageError } from '../exit.ts'
import { forceFlag } from '../flags.ts'
import { anything, count, list, object, oneOf, optional, record, text, type Infer } from '../schema.ts'
import { counted } from '../text.ts'
import { writeProposal } from '../write-proposal.ts'

const place = {
  file: text('As given.'),
  line: count('From 1.'),
  column: count('From 1, in UTF-16 units.'),
  specification: optional(text('The class.')),
}

const result = object({
  specifications: list(
    object({
      name: text(),
      type: oneOf(['file', 'sequence', 'complex']),
      filenameFields: list(text()),
      assetNameFields: list(text()),
      traits: record(text(), 'Built-in traits, by their new name.'),
      rules: record(record(anything()), 'By field or trait.'),
      root: optional(anything('{"depth"} or {"pattern"}, of a complex asset.')),
    }),
  ),
  notCarried: list(
    object({ ...place, what: text('The code.'), why: text(), instead: text('What to do by hand.') }),
    'What is in the file but not in the result.',
  ),
  notes: list(object({ ...place, message: text() }), 'What was converted but behaves differently than in Hidebound.'),
  file: optional(text('The file that was written.')),
  text: optional(text('The YAML, without --output.')),
})

const maxBytes = 64 * 1024 * 1024

function read(file: string): Uint8Array {
  const stat = statSync(file, { throwIfNoEntry: false })
  if (stat === undefined) throw usageError(`There is no file ${file}.`, 'Give the Python file of the specifications.')
  if (!stat.isFile() || stat.size > maxBytes)
    throw usageError(`${file} is not a Python file.`, 'Give the Python file of the specifications.')
  return readFileSync(file)
}

/** `fairlead spec import`. */
export default class SpecImport extends BaseCommand<Infer<typeof result>> {
  static override readonly summary = 'Convert a Hidebound specification module'
  static override readonly description = `Reads the Python file, without running it, and writes what it defines with literals as YAML: fields, traits, rules. Lists what is code, with its location and what to do by hand.
Exit code 1: something was not converted. 2: the file can't be read as Python.`
  static override readonly examples = [
    '<%= config.bin %> spec import specifications.py',
    '<%= config.bin %> spec import specifications.py --output specifications.yaml',
  ]
  static override readonly result = result
  static override readonly args = { FILE: Args.string({ required: true, description: 'The Python file' }) }
  static override readonly flags = {
    output: Flags.string({ char: 'o', summary: 'The file to write the YAML to. Default: standard output.', helpValue: 'FILE.yaml' }),
    ...forceFlag('Replace the --output file if it exists.'),
  }

  async run(): Promise<Infer<typeof result>> {
    const { args, flags } = await this.parse(SpecImport)
    const { importSpecifications } = await import('@fairlead/assets/hidebound')
    const { specifications, yaml, notCarried, notes } = importSpecifications(read(args.FILE), args.FILE)
    if (flags.output === undefined) this.tell(yaml)
    else writeProposal(flags.output, yaml, flags.force)
    for (const { file, line, column, what, why, instead } of notCarried) {
      this.note(`${printable(file, Infinity)}:${line}:${column}: ${printable(what, Infinity)}\n  ${printable(why, Infinity)}\n  ${instead}`)
    }
    for (const { file, line, column, message } of notes)
      this.note(`${printable(file, Infinity)}:${line}:${column}: note: ${printable(message, Infinity)}`)
    this.note(
      `${counted(specifications.length, 'specification')}; ${notCarried.length === 0 ? 'everything was converted' : `${counted(notCarried.length, 'line')} not converted`}`,
    )
    if (notCarried.length > 0) this.code = 1
    if (flags.output !== undefined) this.next('spec', 'check', flags.output)
    return { specifications, notCarried, notes, ...(flags.output === undefined ? { text: yaml } : { file: flags.output }) }
  }
}
