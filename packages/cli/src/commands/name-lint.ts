import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { fieldNames, lintName, lintRules, type LintOptions } from '@fairlead/assets'
import { printable } from '@fairlead/core'
import { caretLines } from '../caret.ts'
import { commandLine } from '../command-line.ts'
import { readLines } from '../lines.ts'
import { ProjectCommand, projectFlags } from '../project-command.ts'
import { count, flag, list, object, oneOf, optional, text, type Infer } from '../schema.ts'
import { styled } from '../style.ts'
import { counted } from '../text.ts'

const finding = object({
  rule: oneOf(lintRules, 'The convention that is not followed.'),
  field: oneOf(fieldNames),
  position: count('0-based, in UTF-16 units.'),
  length: count('How many of them are affected.'),
  message: text(),
  suggestion: optional(text('A name that follows this convention.')),
})

const lintedName = object({
  name: text(),
  legal: flag('False: the name is not legal, so no convention was checked.'),
  path: optional(text('The first asset of this name in the project, relative to the ingress.')),
  assets: optional(count('How many assets of the project are affected: versions of one asset.')),
  findings: list(finding),
})

const result = object({
  checked: optional(count('Number of given names.')),
  warnings: count('Findings, and names that are not legal.'),
  names: list(lintedName, 'Only names with findings.'),
})

type LintedName = Infer<typeof lintedName>

/** `fairlead name lint`. */
export default class NameLint extends ProjectCommand<Infer<typeof result>> {
  static override readonly summary = 'Check legal names against the conventions'
  static override readonly description = `Warns about descriptors that contain junk words, versions, dates or what other fields already say, have odd hyphens, or are too long or empty. Without NAME, checks all names of the last update, also against each other. With "-", reads names from standard input, one per line.
Exit code 0 whatever it finds; with --strict, 1 if it finds anything.`
  static override readonly examples = [
    '<%= config.bin %> name lint',
    '<%= config.bin %> name lint p-cat001_s-spec001_d-final-cat-v2_v001',
    '$ ls | <%= config.bin %> name lint - --strict',
  ]
  static override readonly strict = false
  static override readonly result = result
  static override readonly args = { NAME: Args.string({ description: 'Names, or - for standard input' }) }
  static override readonly flags = {
    strict: Flags.boolean({ summary: 'Exit with 1 if anything is found.' }),
    allow: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      summary: 'A word that is not junk in your project.',
      helpValue: 'WORD',
    }),
    junk: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      summary: 'Another word that is junk in your project.',
      helpValue: 'WORD',
    }),
    'max-length': Flags.integer({ min: 1, summary: 'The maximum length of a descriptor in characters, default 50.', helpValue: 'COUNT' }),
    ...projectFlags,
  }

  async run(): Promise<Infer<typeof result>> {
    const { argv, flags } = await this.parse(NameLint)
    const options: LintOptions = {
      allow: flags.allow ?? [],
      junk: flags.junk ?? [],
      ...(flags['max-length'] !== undefined && { maxLength: flags['max-length'] }),
    }
    const words = argv.map(String)
    const names: LintedName[] = []
    let checked = 0
    const show = (linted: LintedName): void => {
      names.push(linted)
      if (!this.json) this.tell(linesOf(linted, bestName(linted, options)).join('\n'))
    }
    const check = (name: string): void => {
      checked++
      const findings = lintName(name, options)
      if (findings === undefined || findings.length > 0) show({ name, legal: findings !== undefined, findings: findings ?? [] })
    }
    if (words.length === 0) {
      const { catalog, project } = await this.open(flags.project)
      for (const found of catalog.lintCatalog(project, options)) show({ ...found, legal: true })
    } else if (words.length === 1 && words[0] === '-') {
      await readLines(process.stdin, lines => {
        for (const line of lines) if (line !== '') check(line)
        return ''
      })
    } else for (const word of words) check(word)
    const warnings = names.reduce((sum, { legal, findings }) => sum + (legal ? findings.length : 1), 0)
    this.say(warnings === 0 ? 'no warnings' : `${counted(warnings, 'warning')} on ${counted(names.length, 'name')}`)
    if (flags.strict && warnings > 0) this.code = 1
    return { ...(words.length > 0 && { checked }), warnings, names }
  }
}

/** The name that keeps all conventions that can be kept: one suggestion after the other. */
function bestName({ name, findings }: LintedName, options: LintOptions): string | undefined {
  let best: string | undefined
  for (let next = findings.find(one => one.suggestion !== undefined)?.suggestion; next !== undefined && next !== best && next !== name;) {
    best = next
    next = lintName(best, options)?.find(({ suggestion }) => suggestion !== undefined)?.suggestion
  }
  return best
}

function linesOf({ name, legal, path, assets, findings }: LintedName, best: string | undefined): readonly string[] {
  if (!legal) return [`${styled('red', '✗')} ${printable(name, Infinity)}`, `  is not a legal name; to see why: ${parseCommand(name)}`]
  const where = path === undefined || path.endsWith(name) ? '' : `  (${printable(path, Infinity)})`
  const more = assets === undefined || assets === 1 ? '' : `  and ${assets - 1} more like it`
  return [
    `${styled('yellow', '!')} ${printable(name, Infinity)}${where}${more}`,
    ...findings.flatMap(one => caretLines(name, one.position, one.message, '  ')),
    ...(best === undefined ? [] : [`  better: ${styled('green', printable(best, Infinity))}`]),
  ]
}

/** The command that shows the place of the first fault. */
function parseCommand(name: string): string {
  const fields = ['project', 'specification', 'descriptor', 'version', ...(name.includes('.') ? ['extension'] : [])]
  return commandLine(['fairlead', 'name', 'parse', '--fields', fields.join(','), name])
}
