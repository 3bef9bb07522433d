import { fieldNames, tokenShapes, type FieldName } from '../grammar/fields.ts'
import { columnSchemas, type JsonSchema } from '../rules/column-schema.ts'
import { fitsType, requiredRule, ruleMakers } from '../rules/rule-table.ts'
import { builtinTraits } from '../traits/builtin-traits.ts'
import { columnTypes, type ColumnType } from '../traits/column.ts'
import type { Trait } from '../traits/trait.ts'
import { assetTypeWords, definitionKeys, namePattern } from './definition-keys.ts'
import { fieldColumn, traitNamePattern } from './read-traits.ts'

const traits: readonly (readonly [string, Trait])[] = Object.entries(builtinTraits)

/** The rules of values of a type. */
function rulesSchema(type: ColumnType): JsonSchema {
  const rules = [...ruleMakers].filter(([, maker]) => fitsType(maker, type))
  return {
    type: 'object',
    additionalProperties: false,
    properties: {
      required: { description: requiredRule.about, type: 'boolean' },
      ...Object.fromEntries(rules.map(([name, { about, operand }]) => [name, { description: about, ...operand(columnSchemas[type]) }])),
    },
  }
}

const rulesOf = (type: ColumnType, description: string): JsonSchema => ({ description, $ref: `#/$defs/${type}Rules` })
const fieldRules = Object.fromEntries(
  fieldNames.map(field => [field, rulesOf(fieldColumn(field).type, `Rules of the ${field}: ${tokenShapes[field]}.`)]),
)
const describeTrait = ({ description, unit }: Trait): string =>
  unit === undefined ? description : `${description.replace(/\.$/, '')} (${unit}).`

/** One of some words, each explained. */
const choice = (words: readonly (readonly [string, string])[]): JsonSchema => ({
  anyOf: words.map(([word, description]) => ({ const: word, description })),
})

const contains = (...fields: readonly FieldName[]): JsonSchema => ({
  type: 'array',
  contains: { enum: fields },
  minContains: Math.min(2, fields.length),
})

function fieldList(description: string, ...needed: readonly (readonly FieldName[])[]): JsonSchema {
  const items = choice(fieldNames.map(field => [field, `${tokenShapes[field]}.`] as const))
  return { description, type: 'array', minItems: 1, uniqueItems: true, items, allOf: needed.map(fields => contains(...fields)) }
}

const named = ['project', 'specification', 'descriptor'] as const
const traitName: JsonSchema = {
  type: 'string',
  pattern: traitNamePattern,
  not: { enum: [...fieldNames, ...Object.getOwnPropertyNames(Object.prototype)] },
}
/** A trait: a built-in one, explained, or one of the registry that a project's modules add. */
const traitSchema: JsonSchema = {
  anyOf: [
    ...traits.map(([name, trait]) => ({ const: name, description: describeTrait(trait) })),
    { ...traitName, description: 'A trait that a TypeScript module of the project exports in traits.' },
  ],
}

const depth: JsonSchema = {
  description: 'The number of directories below the ingress.',
  type: 'integer',
  minimum: 1,
}
const pattern: JsonSchema = {
  description: 'The topmost directory above the file whose name matches this regular expression.',
  type: 'string',
}

const specification: JsonSchema = {
  description: 'What an asset must look like.',
  type: 'object',
  additionalProperties: false,
  required: ['type'],
  properties: {
    name: { description: definitionKeys.name, type: 'string', pattern: namePattern },
    type: { description: definitionKeys.type, ...choice(Object.entries(assetTypeWords)) },
    filenameFields: fieldList(definitionKeys.filenameFields, ['specification'], named),
    assetNameFields: fieldList(definitionKeys.assetNameFields, named),
    traits: {
      description: definitionKeys.traits,
      anyOf: [
        { type: 'array', uniqueItems: true, items: traitSchema },
        { type: 'object', propertyNames: traitName, additionalProperties: traitSchema },
      ],
    },
    rules: {
      description: definitionKeys.rules,
      type: 'object',
      properties: {
        ...fieldRules,
        ...Object.fromEntries(traits.map(([name, trait]) => [name, rulesOf('json', describeTrait(trait))])),
      },
      additionalProperties: rulesOf('json', 'Rules of a trait.'),
    },
    root: {
      description: definitionKeys.root,
      anyOf: [
        { type: 'object', additionalProperties: false, required: ['depth'], properties: { depth } },
        { type: 'object', additionalProperties: false, required: ['pattern'], properties: { pattern } },
      ],
    },
  },
  allOf: [
    {
      if: { type: 'object', properties: { type: { const: 'complex' } } },
      then: { type: 'object', properties: { root: true }, required: ['root'] },
      else: { type: 'object', properties: { root: false } },
    },
    {
      // Traits under their own names have their own types.
      if: { type: 'object', properties: { traits: { type: 'array' } } },
      then: {
        type: 'object',
        properties: {
          rules: {
            type: 'object',
            properties: Object.fromEntries(traits.map(([name, trait]) => [name, rulesOf(trait.type, describeTrait(trait))])),
          },
        },
      },
    },
  ],
}

const namedSpecification: JsonSchema = { $ref: '#/$defs/specification', type: 'object', properties: { name: true }, required: ['name'] }

/** What may stand under the key `specifications`; it refers to the `$defs` of {@link specificationSchema}. */
export const specificationsSchema: JsonSchema = {
  description: 'Specifications by name, or in a list.',
  anyOf: [
    {
      type: 'object',
      propertyNames: { type: 'string', pattern: namePattern },
      additionalProperties: { $ref: '#/$defs/specification' },
    },
    { type: 'array', items: namedSpecification },
    { type: 'null' },
  ],
}

/**
 * The JSON Schema (draft 2020-12) of specifications in YAML: one at the top of a file, or several under `specifications`.
 * Made from the tables that the parser reads by, for editors that complete and explain. It tells everything of the form;
 * what needs a second look at values (a trait that nobody defines, a pattern that is none) `fairlead spec check` tells.
 */
export const specificationSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Specifications of Fairlead',
  description: 'What assets must look like: one specification, or several by name under the key specifications.',
  if: { type: 'object', properties: { specifications: true }, required: ['specifications'] },
  then: {
    type: 'object',
    properties: {
      specifications: specificationsSchema,
    },
  },
  else: namedSpecification,
  $defs: { specification, ...Object.fromEntries(columnTypes.map(type => [`${type}Rules`, rulesSchema(type)])) },
}
