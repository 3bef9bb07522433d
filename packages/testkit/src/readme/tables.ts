import type { Capabilities, Manifest, OptionSpec } from '@fairlead/core'

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
const code = (text: string): string => `\`${text}\``

function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** The settings of a client as a table of Markdown: name, type, whether it is required or what it is by default, what it is for. */
export function settingsTable({ options }: Pick<Manifest, 'options'>): string {
  const rows = Object.entries(options).map(([name, option]) => [code(name), typeOf(option), presence(option), about(option)])
  return table(['Setting', 'Type', 'Default', ''], rows)
}

function typeOf(option: OptionSpec): string {
  return 'choices' in option && option.choices !== undefined ? option.choices.map(code).join(', ') : option.type
}

function presence(option: OptionSpec): string {
  if ('required' in option && option.required === true) return 'required'
  return 'default' in option && option.default !== undefined && option.default !== '' ? code(String(option.default)) : ''
}

function about({ help, env = [], perCommand }: OptionSpec): string {
  const also = env.length === 0 ? '' : ` Also ${env.map(code).join(', ')}.`
  return `${help}${also}${perCommand === true ? ' Set per command, never stored.' : ''}`
}

/** What a client can do as a table of Markdown, a row for each kind of operation. */
export function capabilitiesTable({ capabilities }: Pick<Manifest, 'capabilities'>): string {
  return table(
    ['Operation', '', 'Limits'],
    rows(capabilities).map(([name, declared, limits]) => [name, declared ? 'yes' : 'no', limits.filter(text => text !== '').join('; ')]),
  )
}

type Row = readonly [name: string, declared: boolean, limits: readonly string[]]

function rows({ list, read, write, copy, remove, search, share, assets }: Capabilities): readonly Row[] {
  return [
    ['list', list !== false, list === false ? [] : [list.ordered ? 'in order' : '', list.recursive ? '' : 'one level at a time']],
    [
      'read',
      read !== false,
      read === false
        ? []
        : [read.range ? 'ranges' : 'whole only', read.versions ? 'versions' : '', read.validator ? 'resumes interrupted reads' : ''],
    ],
    ['write', write !== false, write === false ? [] : writeLimits(write)],
    ['copy within the service', copy !== false, []],
    ['remove', remove !== false, remove === false ? [] : [remove.recursive ? 'whole folders at once' : '']],
    [
      'search',
      search.native !== false || list !== false,
      [search.native !== false ? 'by the service' : list === false ? '' : 'by listing'],
    ],
    ['share', share !== false, share === false ? [] : shareLimits(share)],
    ['assets', list !== false && read !== false && write !== false, [assets === 'native' ? "in the service's own layout" : 'as objects']],
  ]
}

function writeLimits(write: Exclude<Capabilities['write'], false>): readonly string[] {
  return [
    write.resumable === false ? 'one request' : 'parts, resumable',
    write.maxBytes === undefined ? '' : `at most ${write.maxBytes.toLocaleString('en')} bytes`,
    write.empty ? '' : 'no empty objects',
    write.unknownSize ? '' : 'size must be known',
    write.conditions.length === 0 ? '' : `only if ${write.conditions.join(' or ')}`,
  ]
}

function shareLimits(share: Exclude<Capabilities['share'], false>): readonly string[] {
  return [
    share.kinds.join(', '),
    share.methods.join(', '),
    share.maxExpirySeconds === undefined ? '' : `at most ${(share.maxExpirySeconds / 3600).toLocaleString('en')} hours`,
    share.password ? 'passwords' : '',
    share.revoke ? 'revocable' : '',
  ]
}
