import type { Bounds, Definition, Field, Specification, TypeReference } from './types.ts'

/** What is wrong with a JSON value of a type, or undefined. Fields that nobody declared are wrong, and so are fields that are missing. */
export function problemOf(specification: Specification, type: TypeReference, value: unknown, at = ''): string | undefined {
  if (value === null || value === undefined) {
    const isVoid = type.kind === 'primitive' && type.name === 'Void'
    return type.nullable || isVoid ? undefined : `${at}: a value is missing`
  }
  if (type.kind === 'primitive') return primitiveProblem(type.name, type.bounds, value, at)
  if (type.kind === 'list') return listProblem(specification, type, value, at)
  if (!specification.namespaces.has(type.namespace)) return undefined
  const alias = specification.aliases.get(`${type.namespace}.${type.name}`)
  if (alias !== undefined) return problemOf(specification, alias, value, at)
  const definition = definitionOf(specification, type)
  return definition.kind === 'struct'
    ? structProblem(specification, definition, value, at)
    : unionProblem(specification, definition, value, at)
}

function definitionOf({ definitions }: Specification, type: TypeReference): Definition {
  const definition = type.kind === 'named' ? definitions.get(`${type.namespace}.${type.name}`) : undefined
  if (definition === undefined) throw new Error(`the specification has no type ${JSON.stringify(type)}`)
  return definition
}

function listProblem(
  specification: Specification,
  type: TypeReference & { readonly kind: 'list' },
  value: unknown,
  at: string,
): string | undefined {
  if (!Array.isArray(value)) return `${at}: a list is wanted`
  const { min = 0, max = Infinity } = type.bounds
  if (value.length < min || value.length > max) return `${at}: a list has ${min} to ${max} items`
  for (const [index, item] of value.entries()) {
    const problem = problemOf(specification, type.of, item, `${at}[${index}]`)
    if (problem !== undefined) return problem
  }
  return undefined
}

function primitiveProblem(
  name: string,
  { min = -Infinity, max = Infinity, pattern, format }: Bounds,
  value: unknown,
  at: string,
): string | undefined {
  switch (name) {
    case 'String': {
      if (typeof value !== 'string') return `${at}: text is wanted`
      const length = [...value].length
      if (length < min || length > max) return `${at}: text of ${min} to ${max} characters is wanted`
      return pattern !== undefined && !pattern.test(value) ? `${at}: "${value}" does not match ${pattern.source}` : undefined
    }
    case 'Timestamp': {
      const form = (format ?? '').replace(/%[YmdHMS]/g, part => (part === '%Y' ? '\\d{4}' : '\\d{2}'))
      return typeof value === 'string' && new RegExp(`^${form}$`).test(value) ? undefined : `${at}: a time like ${format ?? ''} is wanted`
    }
    case 'Boolean':
      return typeof value === 'boolean' ? undefined : `${at}: true or false is wanted`
    case 'Void':
      return `${at}: nothing is wanted`
    case 'Bytes':
      return typeof value === 'string' ? undefined : `${at}: bytes in base64 are wanted`
    default: {
      const whole = name.includes('Int')
      const least = name.startsWith('U') ? Math.max(0, min) : min
      if (typeof value !== 'number' || (whole && !Number.isInteger(value))) return `${at}: a number is wanted`
      return value < least || value > max ? `${at}: ${value} is not within ${least} and ${max}` : undefined
    }
  }
}

function structProblem(specification: Specification, definition: Definition, value: unknown, at: string): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${at}: an object is wanted`
  const given: Readonly<Record<string, unknown>> = { ...value }
  const tag = given['.tag']
  if (definition.subtypes !== undefined) {
    const subtype = typeof tag === 'string' ? definition.subtypes.get(tag) : undefined
    if (subtype === undefined) return `${at}: "${String(tag)}" is no kind of ${definition.name}`
    const { '.tag': _tag, ...fields } = given
    return fieldsProblem(specification, fieldsOf(specification, definitionOf(specification, subtype)), fields, at)
  }
  return fieldsProblem(specification, fieldsOf(specification, definition), given, at)
}

function fieldsProblem(
  specification: Specification,
  fields: readonly Field[],
  given: Readonly<Record<string, unknown>>,
  at: string,
): string | undefined {
  const known = new Map(fields.map(field => [field.name, field]))
  for (const name of Object.keys(given)) if (!known.has(name)) return `${at}.${name}: there is no such field`
  for (const { name, type, hasDefault } of fields) {
    if (type === undefined) continue
    if (given[name] === undefined && hasDefault) continue
    const problem = problemOf(specification, type, given[name], `${at}.${name}`)
    if (problem !== undefined) return problem
  }
  return undefined
}

/** A tag as its bare word or in an object: a struct lies beside its tag, anything else under the name of the tag. */
function unionProblem(specification: Specification, definition: Definition, value: unknown, at: string): string | undefined {
  const given: Readonly<Record<string, unknown>> = typeof value === 'string' ? { '.tag': value } : { ...Object(value) }
  const { '.tag': tag, ...rest } = given
  const field = fieldsOf(specification, definition).find(({ name }) => name === tag)
  if (field === undefined) {
    const open = definition.kind === 'union' && tag === 'other'
    return open ? undefined : `${at}: "${String(tag)}" is no tag of ${definition.name}`
  }
  const { name, type } = field
  if (type === undefined) return Object.keys(rest).length === 0 ? undefined : `${at}: the tag "${name}" has no value`
  const struct = structOf(specification, type)
  if (struct !== undefined) {
    if (type.nullable && Object.keys(rest).length === 0) return undefined
    return structProblem(specification, struct, rest, `${at}.${name}`)
  }
  const extra = Object.keys(rest).find(key => key !== name)
  return extra !== undefined ? `${at}.${extra}: there is no such field` : problemOf(specification, type, rest[name], `${at}.${name}`)
}

/** The struct whose fields lie beside a tag; not one that has a tag of its own. */
function structOf(specification: Specification, type: TypeReference): Definition | undefined {
  if (type.kind !== 'named' || !specification.namespaces.has(type.namespace)) return undefined
  const alias = specification.aliases.get(`${type.namespace}.${type.name}`)
  if (alias !== undefined) return structOf(specification, alias)
  const definition = definitionOf(specification, type)
  return definition.kind === 'struct' && definition.subtypes === undefined ? definition : undefined
}

function fieldsOf(specification: Specification, definition: Definition): readonly Field[] {
  const { parent, fields } = definition
  return parent === undefined ? fields : [...fieldsOf(specification, definitionOf(specification, parent)), ...fields]
}
