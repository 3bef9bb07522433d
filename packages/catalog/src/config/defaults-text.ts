import { stringify } from 'yaml'
import { projectSchema } from './project-schema.ts'
import type { Schema } from './schema.ts'

const width = 116

function comment(text: string, indent: string): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > width - indent.length) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map(one => `${indent}# ${one}\n`).join('')
}

function written(key: string, value: unknown): string {
  return stringify({ [key]: value }, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: true })
    .trim()
    .replace(/^\{ ([\s\S]*) \}$/, '$1')
}

function inner(schema: Schema): readonly (readonly [string, Schema])[] {
  if (schema.kind === 'list') return inner(schema.of)
  if (schema.kind === 'record') return inner(schema.of)
  if (schema.kind === 'text-or-map') return inner(schema.map)
  return schema.kind === 'map' ? Object.entries(schema.keys) : []
}

function choices(schema: Schema): string {
  if (schema.kind === 'list') return choices(schema.of)
  return schema.kind === 'one-of' ? ` One of: ${schema.values.join(', ')}.` : ''
}

function about(schema: Schema): string {
  return `${schema.description ?? ''}${choices(schema)}`
}

/** The keys of the entries of a key, as comments. */
function innerText(schema: Schema): string {
  return inner(schema)
    .map(([name, one]) => {
      const value = one.default ?? one.example
      const given = value === undefined ? '' : ` ${one.default === undefined ? 'For example' : 'Default:'} ${JSON.stringify(value)}.`
      return comment(`${name}: ${about(one)}${given}`, '#  ').replaceAll(/^#  # /gm, '#   ')
    })
    .join('')
}

/** A project file of all keys with their defaults, each explained. It is valid, and says what is the default anyway. */
export function defaultsText(): string {
  const keys = Object.entries<Schema>(projectSchema.keys).map(([key, schema]) => {
    const line = schema.default === undefined ? `# ${written(key, schema.example ?? {})}` : written(key, schema.default)
    return `\n${comment(about(schema), '')}${innerText(schema)}${line}\n`
  })
  return `# Every key of fairlead.yaml with its default. All keys are optional. Each is also an environment variable, FAIRLEAD_<KEY>.\n${keys.join('')}`
}
