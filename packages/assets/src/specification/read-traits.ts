import { isFieldName, tokenShapes, type FieldName } from '../grammar/fields.ts'
import { isMapping } from '../rules/compile-rules.ts'
import type { Column, ColumnType } from '../traits/column.ts'
import { isTrait, traitOf, type Trait, type TraitFunction, type TraitRegistry } from '../traits/trait.ts'

/** Tells something wrong at a path of keys from the top of a definition. */
export type Report = (message: string, ...path: (string | number)[]) => void

/** What the name of a trait may be. */
export const traitNamePattern = '^[A-Za-z][A-Za-z0-9_]*$'

const traitName = new RegExp(traitNamePattern)

const fieldTypes: Readonly<Record<FieldName, ColumnType>> = {
  project: 'text',
  specification: 'text',
  descriptor: 'text',
  version: 'integer',
  coordinate: 'integers',
  frame: 'integer',
  extension: 'text',
}

/** The column of a field of names. */
export function fieldColumn(field: FieldName): Column {
  return { name: field, type: fieldTypes[field], from: 'name', description: `The ${field} of the name: ${tokenShapes[field]}.` }
}

function traitColumn([name, { type, unit, description }]: [string, Trait]): Column {
  return { name, type, from: 'trait', ...(unit !== undefined && { unit }), description }
}

/** The columns of a specification: its fields in their order, then its traits. */
export function columnsOf(fields: readonly FieldName[], traits: TraitRegistry): readonly Column[] {
  return [...fields.map(fieldColumn), ...Object.entries(traits).map(traitColumn)]
}

function isTraitFunction(value: unknown): value is TraitFunction {
  return typeof value === 'function'
}

function traitFrom(definition: unknown, registry: TraitRegistry): Trait | undefined {
  if (typeof definition === 'string') return Object.hasOwn(registry, definition) ? registry[definition] : undefined
  if (isTraitFunction(definition)) return traitOf(definition)
  return isTrait(definition) ? definition : undefined
}

/** Why a trait can't be called so; undefined where it can. */
function nameProblem(name: unknown): string | undefined {
  if (typeof name !== 'string' || !traitName.test(name)) return `A trait's name must be letters, digits and _: ${JSON.stringify(name)}.`
  if (name in Object.prototype) return `The trait name ${name} is reserved.`
  return isFieldName(name) ? `The trait ${name} has the same name as a name field.` : undefined
}

/** The traits of a definition: names of a registry in a list, or traits and functions by the name they get. */
export function readTraits(value: unknown, registry: TraitRegistry, report: Report): TraitRegistry {
  const traits: Record<string, Trait> = {}
  if (value === undefined) return traits
  if (!Array.isArray(value) && !isMapping(value)) {
    report('traits must be a list of names or a mapping of names to traits.', 'traits')
    return traits
  }
  const entries: readonly (readonly [string | number, unknown, unknown])[] = Array.isArray(value)
    ? value.map((name: unknown, index) => [index, name, name] as const)
    : Object.entries(value).map(([name, trait]) => [name, name, trait] as const)
  for (const [key, name, definition] of entries) {
    const problem = nameProblem(name)
    const trait = traitFrom(definition, registry)
    if (problem !== undefined) report(problem, 'traits', key)
    else if (trait === undefined)
      report(`Unknown trait ${JSON.stringify(definition)}; known are: ${Object.keys(registry).join(', ')}.`, 'traits', key)
    else if (Object.hasOwn(traits, String(name))) report(`The trait ${String(name)} is listed twice.`, 'traits', key)
    else traits[String(name)] = trait
  }
  return traits
}
