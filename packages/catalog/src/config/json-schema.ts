import type { Schema } from './schema.ts'

/** A JSON Schema as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** Words in any case, as an expression: JSON Schema knows no flags. */
function anyCase(words: readonly string[]): string {
  const either = (character: string) => `[${character.toLowerCase()}${character.toUpperCase()}]`
  return `^(?:${words.map(word => [...word].map(either).join('')).join('|')})$`
}

const scalarTypes = ['string', 'number', 'boolean']

function typeOf(schema: Schema): JsonSchema {
  switch (schema.kind) {
    case 'string':
      return { type: 'string', ...(schema.pattern !== undefined && { pattern: schema.pattern }) }
    case 'integer':
      return { type: 'integer', minimum: schema.minimum, maximum: schema.maximum }
    case 'number':
      return { type: 'number', exclusiveMinimum: schema.above, maximum: schema.maximum }
    case 'boolean':
      return { type: 'boolean' }
    case 'one-of':
      return schema.anyCase === true ? { type: 'string', pattern: anyCase(schema.values) } : { enum: schema.values }
    case 'scalar':
      return { type: scalarTypes }
    case 'other':
      return schema.schema ?? {}
    case 'list':
      return { type: 'array', items: jsonSchema(schema.of) }
    case 'map': {
      const [a, b] = schema.exclusive ?? []
      return {
        type: 'object',
        properties: Object.fromEntries(Object.entries(schema.keys).map(([key, inner]) => [key, jsonSchema(inner)])),
        ...(schema.required !== undefined && { required: schema.required }),
        ...(a !== undefined && b !== undefined && { not: { required: [a, b] } }),
        additionalProperties: false,
      }
    }
    case 'record':
      return {
        type: 'object',
        ...(schema.keyPattern !== undefined && { propertyNames: { pattern: schema.keyPattern } }),
        additionalProperties: jsonSchema(schema.of),
      }
    case 'text-or-map':
      return { anyOf: [jsonSchema(schema.text), jsonSchema(schema.map)] }
  }
}

/**
 * A table as JSON Schema. It refuses nothing that the table takes; what only code can tell, such as whether an
 * expression compiles, it leaves to the check.
 */
function jsonSchema(schema: Schema): JsonSchema {
  const { description, default: value, example } = schema
  return {
    ...(description !== undefined && { description }),
    ...typeOf(schema),
    ...(value !== undefined && { default: value }),
    ...(example !== undefined && { examples: [example] }),
  }
}

/** A table as a whole document of draft 2020-12. */
export function schemaDocument(schema: Schema, title: string): JsonSchema {
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title, ...jsonSchema(schema) }
}
