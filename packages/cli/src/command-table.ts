import { localVerbs } from './local-verbs.ts'

/** A flag as completion and documentation show it. */
interface FlagInfo {
  readonly name: string
  readonly char?: string
  readonly summary: string
  readonly takesValue: boolean
  readonly values: readonly string[]
  /** Its values are names of connections. */
  readonly connections: boolean
  readonly multiple: boolean
  readonly required: boolean
  readonly defaultValue?: string
  readonly helpValue?: string
  readonly group?: string
}

interface ArgumentInfo {
  readonly name: string
  readonly description: string
  readonly required: boolean
}

/** A command as completion and documentation show it. */
export interface CommandInfo {
  /** The words that name it. */
  readonly words: readonly string[]
  readonly summary: string
  readonly description: string
  readonly examples: readonly string[]
  readonly arguments: readonly ArgumentInfo[]
  readonly flags: readonly FlagInfo[]
  /** Takes any number of its last argument. */
  readonly variadic: boolean
}

type Json = Readonly<Record<string, unknown>>
const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const values = (value: unknown): readonly Json[] => (isRecord(value) ? Object.values(value).filter(isRecord) : [])

function flagOf(flag: Json): readonly FlagInfo[] {
  const name = text(flag.name)
  const takesValue = flag.type === 'option'
  const info: FlagInfo = {
    name,
    summary: text(flag.summary) || text(flag.description),
    takesValue,
    values: Array.isArray(flag.options) ? flag.options.map(String) : [],
    connections: name === 'client' || name === 'to',
    multiple: flag.multiple === true,
    required: flag.required === true,
    ...(typeof flag.char === 'string' && { char: flag.char }),
    ...(typeof flag.helpValue === 'string' && { helpValue: flag.helpValue }),
    ...(typeof flag.helpGroup === 'string' && { group: flag.helpGroup }),
    ...(['string', 'number'].includes(typeof flag.default) && { defaultValue: String(flag.default) }),
  }
  return flag.allowNo === true ? [info, { ...info, name: `no-${name}` }] : [info]
}

/** The commands of the manifest, without hidden ones, in the order of their names. */
export function readCommandTable(manifest: string): readonly CommandInfo[] {
  const parsed: unknown = JSON.parse(manifest)
  return values(isRecord(parsed) ? parsed.commands : undefined)
    .filter(({ hidden }) => hidden !== true)
    .map(command => ({
      words: text(command.id).split(':'),
      summary: text(command.summary),
      description: text(command.description),
      examples: (Array.isArray(command.examples) ? command.examples : [])
        .map(text)
        .map(line => line.replaceAll('<%= config.bin %>', 'fairlead')),
      arguments: values(command.args).map(({ name, description, required }) => ({
        name: text(name),
        description: text(description),
        required: required === true,
      })),
      flags: values(command.flags).flatMap(flagOf),
      variadic: command.strict === false,
    }))
    .toSorted((a, b) => (a.words.join(' ') < b.words.join(' ') ? -1 : 1))
}

/** The same with `fairlead local …` for the verbs that know it. */
export function withLocal(table: readonly CommandInfo[]): readonly CommandInfo[] {
  const own = table.filter(({ words }) => words.length === 1 && localVerbs.includes(words[0] ?? ''))
  return [
    ...table,
    ...own.map(command => ({
      ...command,
      words: ['local', ...command.words],
      flags: command.flags.filter(({ name }) => name !== 'client'),
    })),
  ]
}
