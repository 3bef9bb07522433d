import { columnSchemas, type ColumnType, type Specification } from '@fairlead/assets'
import type { ViewColumn } from '@fairlead/catalog'
import { exampleName, namePattern, rootText, ruleTexts } from './describe.ts'

/** The keywords of JSON Schema that say what a rule does, where there are some. */
function keywordsOf(rule: string, operand: unknown): Readonly<Record<string, unknown>> {
  switch (rule) {
    case 'eq':
      return { const: operand }
    case 'in':
      return { enum: operand }
    case 'lt':
      return { exclusiveMaximum: operand }
    case 'lte':
      return { maximum: operand }
    case 'gt':
      return { exclusiveMinimum: operand }
    case 'gte':
      return { minimum: operand }
    case 'matches':
      return { pattern: operand instanceof RegExp ? operand.source : operand }
    case 'attributeOf':
      return { enum: typeof operand === 'object' && operand !== null ? Object.keys(operand) : [] }
    default:
      return {}
  }
}

const withUnit = (description: string, unit: string | undefined): string =>
  unit === undefined ? description : `${description.replace(/\.$/, '')} (${unit}).`

/** The JSON Schema of what is known of one valid file. */
export function jsonSchema(specification: Specification): string {
  const { name, columns, fileRules, required } = specification
  const properties = columns.map(({ name: column, type, unit, description }) => {
    const keywords = fileRules.filter(({ subject }) => subject === column).map(({ rule, operand }) => keywordsOf(rule, operand))
    return [column, { description: withUnit(description, unit), ...columnSchemas[type], ...Object.assign({}, ...keywords) }]
  })
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `A file of ${name}`,
    type: 'object',
    properties: Object.fromEntries(properties),
    required: columns.filter(({ name: column, from }) => from === 'name' || required.includes(column)).map(({ name: column }) => column),
    additionalProperties: false,
  }
  return JSON.stringify(schema, undefined, 2)
}

const sqlName = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`)
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ')

/** The columns of the specification's view, as a table would be declared. */
export function sql({ name }: Specification, columns: readonly ViewColumn[]): string {
  const lines = columns.map(({ name: column, type, unit, description }, index) => {
    const comma = index === columns.length - 1 ? '' : ','
    return `  ${sqlName(column)} ${type}${comma} -- ${oneLine(withUnit(description, unit))}`
  })
  return `-- The columns of the view ${name} from the specification, in addition to those of every file (filepath, asset_path, asset_valid, …).\nCREATE TABLE ${sqlName(name)} (\n${lines.join('\n')}\n);`
}

const types: Readonly<Record<ColumnType, string>> = {
  text: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  texts: 'readonly string[]',
  integers: 'readonly number[]',
  numbers: 'readonly number[]',
  json: 'string | number | boolean | readonly (string | number | boolean)[]',
}

/** The TypeScript type of what is known of one valid file. */
export function typescript({ name, columns, required }: Specification): string {
  const title = `${name.charAt(0).toUpperCase()}${name.slice(1)}`
  const lines = columns.map(({ name: column, type, from, unit, description }) => {
    const comment = oneLine(withUnit(description, unit)).replaceAll('*/', '*\\/')
    return `  /** ${comment} */\n  readonly ${column}${from === 'name' || required.includes(column) ? '' : '?'}: ${types[type]}`
  })
  return `/** A file of the specification ${name}. */\nexport interface ${title}File {\n${lines.join('\n')}\n}`
}

const cell = (text: string): string => oneLine(text).replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('<', '&lt;')
const code = (text: string): string => `\`${cell(text)}\``

function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** A page of documentation. */
export function markdown(specification: Specification): string {
  const { name, type, columns, filenameFields, assetNameFields } = specification
  const root = rootText(specification)
  const rows = (from: 'name' | 'trait') =>
    columns
      .filter(column => column.from === from)
      .map(column => [code(column.name), column.type, column.unit ?? '', cell(column.description)])
  const traits = rows('trait')
  const rules = ruleTexts(specification).map(({ subject, rule, scope, words }) => [
    code(subject),
    code(rule),
    scope === 'file' ? 'every file' : 'all files of an asset',
    cell(words),
  ])
  const head = ['Name', 'Type', 'Unit', 'Meaning']
  return [
    `# ${name}`,
    `An asset is ${{ file: 'one file', sequence: 'the files of one directory', complex: `all files under ${cell(root ?? 'a directory')}` }[type]}.`,
    `- File names: ${code(namePattern(specification, filenameFields))}, such as ${code(exampleName(specification))}\n- Asset names: ${code(namePattern(specification, assetNameFields))}`,
    `## Fields\n\n${table(head, rows('name'))}`,
    ...(traits.length === 0 ? [] : [`## Traits\n\n${table(head, traits)}`]),
    ...(rules.length === 0 ? [] : [`## Rules\n\n${table(['Of', 'Rule', 'Asked of', 'It'], rules)}`]),
  ].join('\n\n')
}

/** For people at a terminal. */
export function plainText(specification: Specification, source: string): string {
  const { name, type, columns, filenameFields, assetNameFields } = specification
  const root = rootText(specification)
  const traits = columns.filter(({ from }) => from === 'trait')
  const width = Math.max(0, ...traits.map(column => column.name.length))
  const rules = ruleTexts(specification)
  return [
    `${name} (${type}), from ${source}`,
    ...(root === undefined ? [] : [`  root:    ${root}`]),
    `  files:   ${namePattern(specification, filenameFields)}`,
    `  example: ${exampleName(specification)}`,
    `  asset:   ${namePattern(specification, assetNameFields)}`,
    ...(traits.length === 0 ? [] : ['traits:']),
    ...traits.map(
      column =>
        `  ${column.name.padEnd(width)}  ${column.type}${column.unit === undefined ? '' : `, ${column.unit}`}: ${column.description}`,
    ),
    ...(rules.length === 0 ? ['rules: only those for every name'] : ['rules:']),
    ...rules.map(({ subject, scope, words }) => `  ${subject} ${words}${scope === 'asset' ? ' (all files of an asset)' : ''}`),
  ].join('\n')
}
