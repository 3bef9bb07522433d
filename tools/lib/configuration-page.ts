import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { code, generated, table } from './markdown.ts'

interface Schema {
  readonly description?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly $ref?: string
}

function typeOf(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map(value => code(String(value))).join(', ')
  if (schema.const !== undefined) return code(JSON.stringify(schema.const))
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(' or ')
  if (schema.type === 'array') return schema.items === undefined ? 'list' : `list of ${typeOf(schema.items)}`
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1) ?? ''
  return schema.type ?? ''
}

/** Keys with those below them, as paths: `exporters[].prefix`. */
function rows(properties: Readonly<Record<string, Schema>>, before = ''): string[][] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const path = `${before}${key}`
    const inner = schema.properties ?? schema.items?.properties
    const row = [
      code(path),
      typeOf(schema),
      schema.default === undefined ? '' : code(JSON.stringify(schema.default)),
      schema.description ?? '',
    ]
    return [row, ...(inner === undefined ? [] : rows(inner, `${path}${schema.properties === undefined ? '[]' : ''}.`))]
  })
}

/** The page on the keys of fairlead.yaml, made of its schema. */
export function configurationPage(root: string): string {
  const schema = JSON.parse(readFileSync(join(root, 'packages', 'catalog', 'schema', 'fairlead.json'), 'utf8')) as Schema // tests of the catalog hold it to the code
  return `${generated}

# Keys of fairlead.yaml

${schema.description ?? ''} See [configuration](../configuration.md) for how to use them. The JSON Schema is part of the package:
\`@fairlead/catalog/schema/fairlead.json\`, and \`fairlead config schema\` prints it.

${table(['Key', 'Type', 'Default', ''], rows(schema.properties ?? {}))}
`
}
