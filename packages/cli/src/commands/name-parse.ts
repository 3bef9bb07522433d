import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {
  baseRules,
  compileNameGrammar,
  fieldNames,
  isFieldName,
  suggestName,
  type FieldName,
  type NameError,
  type NameGrammar,
} from '@fairlead/assets'
import { FairleadError, printable } from '@fairlead/core'
import { jsonText } from '../json-text.ts'
import { BaseCommand } from '../base-command.ts'
import { usageError } from '../exit.ts'
import { caretLines } from '../caret.ts'
import { readLines } from '../lines.ts'
import { anything, count, either, list, object, oneOf, record, text } from '../schema.ts'

const result = either(
  object({
    name: text(),
    ok: record(anything(), 'The value of each field.'),
    rules: list(text(), 'The rules of every specification that it breaks: version-above-zero, extension-lower-case, descriptor-start.'),
  }),
  object({
    name: text(),
    error: object({
      field: either(
        oneOf(fieldNames),
        { json: { type: 'null' } },
        'The leftmost field that fails; null if a separator or the end of the name was expected.',
      ),
      kind: oneOf(['indicator', 'token', 'separator-or-end']),
      position: count('0-based, in UTF-16 units.'),
      message: text(),
    }),
  }),
)

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `fairlead name parse`. */
export default class NameParse extends BaseCommand<void> {
  static override readonly summary = 'Parse names of assets and files'
  static override readonly description = `With "-", reads standard input: one name, or one JSON object {"name", "fields": […]}, per line; prints one JSON object per line.
Exit code 1: a name given as an argument is not legal. 2: the fields or a line of input can't be read.`
  static override readonly examples = [
    '<%= config.bin %> name parse p-cat001_s-spec001_d-hero_v001.png --fields project,specification,descriptor,version,extension',
    '$ ls | <%= config.bin %> name parse - --fields project,specification,descriptor,version,extension',
  ]
  static override readonly strict = false
  static override readonly jsonLines = true
  static override readonly result = result
  static override readonly args = { NAME: Args.string({ required: true, description: 'Names, or - for standard input' }) }
  static override readonly flags = {
    fields: Flags.string({ summary: `The fields of the names, in order: ${fieldNames.join(', ')}.`, helpValue: 'FIELD,FIELD,…' }),
  }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(NameParse)
    const names = argv.map(String)
    const grammar = flags.fields === undefined ? undefined : grammarOf(flags.fields.split(',').map(field => field.trim()))
    if (names.length === 1 && names[0] === '-') return this.stream(grammar)
    if (grammar === undefined)
      throw usageError('The fields of the names are missing.', `Give them in order, for example: --fields ${fieldNames.join(',')}`)
    for (const name of names) this.show(name, grammar)
  }

  private show(name: string, grammar: NameGrammar): void {
    const parsed = grammar.parse(name)
    if (!parsed.ok) this.code = 1
    if (this.json) {
      process.stdout.write(`${answer(name, grammar)}\n`)
    } else if (parsed.ok) {
      const broken = baseRules(parsed.values).map(({ message }) => `  but: ${message}`)
      const values = Object.entries(parsed.values).map(
        ([field, value]) => `  ${`${field}:`.padEnd(15)}${Array.isArray(value) ? value.join(', ') : String(value)}`,
      )
      this.tell([printable(name, Infinity), ...values, ...broken].join('\n'))
    } else this.tell(explain(name, parsed.error, suggestName(name, grammar)))
  }

  private async stream(fixed: NameGrammar | undefined): Promise<void> {
    let number = 0
    await readLines(process.stdin, lines => {
      let out = ''
      for (const line of lines) {
        number++
        if (line === '') continue
        out += `${this.answerLine(line, fixed, number)}\n`
      }
      return out
    })
  }

  /** A name never begins with "{": that is an object. */
  private answerLine(line: string, fixed: NameGrammar | undefined, number: number): string {
    try {
      if (!line.startsWith('{')) {
        if (fixed === undefined)
          throw usageError('The fields of the names are missing.', 'Give --fields, or an object with "fields" per line.')
        return answer(line, fixed)
      }
      const { name, fields } = objectOf(line)
      if (typeof name !== 'string') throw usageError('"name" is not text.')
      if (fields === undefined && fixed !== undefined) return answer(name, fixed)
      if (!Array.isArray(fields)) throw usageError('"fields" is not a list.')
      return answer(name, grammarOf(fields.map(String)))
    } catch (error) {
      if (!FairleadError.is(error)) throw error
      this.code = 2
      return jsonText({ error: { ...error.toJSON(), message: `line ${number}: ${error.message}` } })
    }
  }
}

function objectOf(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line)
    if (isRecord(value)) return value
  } catch (cause) {
    throw usageError(`This is not JSON: ${cause instanceof Error ? cause.message : "it can't be read"}.`)
  }
  throw usageError('This is not a JSON object.')
}

function grammarOf(fields: readonly string[]): NameGrammar {
  const unknown = fields.find(field => !isFieldName(field))
  // Compiling tells everything that is wrong with a list, unknown fields among it.
  return compileNameGrammar(unknown === undefined ? fields.filter(isFieldName) : (fields as readonly FieldName[]))
}

/** One line of JSON. */
function answer(name: string, grammar: NameGrammar): string {
  const parsed = grammar.parse(name)
  if (!parsed.ok) {
    const { field, kind, position, message } = parsed.error
    return jsonText({ name, error: { field, kind, position, message } })
  }
  return jsonText({ name, ok: parsed.values, rules: baseRules(parsed.values).map(({ rule }) => rule) })
}

function explain(name: string, { field, message, position }: NameError, legal: string | undefined): string {
  return [
    ...caretLines(name, position, field === null ? message : `${field}: ${message}`),
    ...(legal === undefined ? [] : [`legal name: ${legal}`]),
  ].join('\n')
}
