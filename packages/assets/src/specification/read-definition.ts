import { isFieldName, type FieldName } from '../grammar/fields.ts'
import { compileNameGrammar, fieldListProblems } from '../grammar/grammar.ts'
import { hasReference } from '../grammar/reference-of.ts'
import { linearPatternOf } from '../pattern/linear-pattern.ts'
import { compileRules, isMapping, type CompiledRules, type Issue } from '../rules/compile-rules.ts'
import type { Rule } from '../rules/rule.ts'
import { builtinTraits, type TraitFunction, type TraitRegistry } from '../traits/traits.ts'
import { assetPathRule } from './asset-path.ts'
import type { AssetRoot, AssetType } from './definition.ts'
import type { Specification } from './specification.ts'

const keys = ['name', 'type', 'filenameFields', 'assetNameFields', 'traits', 'rules', 'root'] as const
const types = ['file', 'sequence', 'complex'] as const
const defaultFields: readonly FieldName[] = ['project', 'specification', 'descriptor', 'version', 'extension']
const defaultAssetFields: readonly FieldName[] = ['project', 'specification', 'descriptor', 'version']
const traitName = /^[A-Za-z][A-Za-z0-9_]*$/

type Report = (message: string, ...path: (string | number)[]) => void

function readType(value: unknown, report: Report): AssetType {
  const type = types.find(one => one === value)
  if (type === undefined) report(`The type must be one of ${types.join(', ')}.`, 'type')
  return type ?? 'file'
}

function readFields(value: unknown, key: string, fallback: readonly FieldName[], report: Report): readonly FieldName[] {
  if (value === undefined) return fallback
  if (!Array.isArray(value) || !value.every(one => typeof one === 'string')) {
    report(`${key} must be a list of field names.`, key)
    return fallback
  }
  const problems = fieldListProblems(value)
  for (const problem of problems) report(`${key}: ${problem}`, key)
  return problems.length > 0 ? fallback : value.filter(isFieldName)
}

function isTraitFunction(value: unknown): value is TraitFunction {
  return typeof value === 'function'
}

function readTraits(value: unknown, registry: TraitRegistry, report: Report): TraitRegistry {
  const traits: Record<string, TraitFunction> = {}
  if (value === undefined) return traits
  if (!Array.isArray(value) && !isMapping(value)) {
    report('traits must be a list of names or a mapping of names to traits.', 'traits')
    return traits
  }
  const entries: readonly (readonly [string | number, unknown, unknown])[] = Array.isArray(value)
    ? value.map((name, index) => [index, name, name] as const)
    : Object.entries(value).map(([name, trait]) => [name, name, trait] as const)
  for (const [key, name, trait] of entries) {
    const measure = isTraitFunction(trait)
      ? trait
      : typeof trait === 'string' && Object.hasOwn(registry, trait)
        ? registry[trait]
        : undefined
    if (typeof name !== 'string' || !traitName.test(name))
      report(`A trait's name must be letters, digits and _: ${JSON.stringify(name)}.`, 'traits', key)
    else if (name in Object.prototype) report(`The trait name ${name} is reserved.`, 'traits', key)
    else if (isFieldName(name)) report(`The trait ${name} has the name of a name field.`, 'traits', key)
    else if (measure === undefined)
      report(`Unknown trait ${JSON.stringify(trait)}; known are: ${Object.keys(registry).join(', ')}.`, 'traits', key)
    else traits[name] = measure
  }
  return traits
}

function isRootFunction(value: unknown): value is (path: string) => unknown {
  return typeof value === 'function'
}

function readRoot(value: unknown, type: AssetType, report: Report): AssetRoot | undefined {
  if (type !== 'complex') {
    if (value !== undefined) report(`Only a specification of type complex has a root, not ${type}.`, 'root')
    return undefined
  }
  if (isRootFunction(value)) {
    return path => {
      const root = value(path)
      return typeof root === 'string' ? root : undefined
    }
  }
  const { depth, pattern } = isMapping(value) ? value : {}
  if (typeof depth === 'number' && Number.isInteger(depth) && depth >= 1 && pattern === undefined) return { depth }
  if (pattern instanceof RegExp && depth === undefined) return { pattern }
  if (typeof pattern === 'string' && depth === undefined) {
    const problem = linearPatternOf(pattern, 'u')
    if (typeof problem !== 'string') return { pattern }
    report(`The root's pattern is no regular expression: ${problem}`, 'root', 'pattern')
    return undefined
  }
  report('A complex specification needs a root: a depth of at least 1, or a pattern.', 'root')
  return undefined
}

function readRules(value: unknown, subjects: readonly string[], report: Report): readonly (readonly [string, CompiledRules])[] {
  if (value === undefined) return []
  if (!isMapping(value)) {
    report('rules must be a mapping of fields and traits to their rules.', 'rules')
    return []
  }
  const compiled: [string, CompiledRules][] = []
  for (const [subject, rules] of Object.entries(value)) {
    if (rules === undefined) continue
    if (!subjects.includes(subject)) {
      report(`There is no field or trait ${subject} to rule; there are: ${subjects.join(', ')}.`, 'rules', subject)
      continue
    }
    const one = compileRules(subject, rules, ['rules', subject])
    for (const issue of one.issues) report(issue.message, ...issue.path)
    compiled.push([subject, one])
  }
  return compiled
}

/** Checks a definition from anywhere: the specification, and all that is wrong with it. With issues it must not be used. */
export function readDefinition(
  value: unknown,
  registry: TraitRegistry = builtinTraits,
): { specification: Specification; issues: readonly Issue[] } {
  const issues: Issue[] = []
  const report: Report = (message, ...path) => issues.push({ path, message })
  const definition = isMapping(value) ? value : {}
  if (!isMapping(value)) report('A specification must be a mapping.')
  for (const key of Object.keys(definition)) {
    if (!keys.some(known => known === key)) report(`Unknown key ${key}; known are: ${keys.join(', ')}.`, key)
  }
  const name = typeof definition['name'] === 'string' ? definition['name'] : ''
  if (definition['name'] === undefined) report('The specification has no name: 3 or 4 lower-case letters, then 3 digits.', 'name')
  else if (!/^[a-z]{3,4}[0-9]{3}$/.test(name))
    report(`The name ${JSON.stringify(definition['name'])} must be 3 or 4 lower-case letters, then 3 digits.`, 'name')
  const type = readType(definition['type'], report)
  const filenameFields = readFields(definition['filenameFields'], 'filenameFields', defaultFields, report)
  if (!filenameFields.includes('specification'))
    report('filenameFields must hold specification: a file claims its specification by it.', 'filenameFields')
  const fallback = defaultAssetFields.filter(field => filenameFields.includes(field))
  const assetNameFields = readFields(definition['assetNameFields'], 'assetNameFields', fallback, report)
  const foreign = assetNameFields.filter(field => !filenameFields.includes(field))
  if (foreign.length > 0) report(`assetNameFields holds fields that file names lack: ${foreign.join(', ')}.`, 'assetNameFields')
  if (!hasReference(assetNameFields)) {
    report(
      `The asset name fields ${assetNameFields.join(', ')} give no reference: they need at least two of project, specification and descriptor.`,
      'assetNameFields',
    )
  }
  const traits = readTraits(definition['traits'], registry, report)
  const rules = readRules(definition['rules'], [...filenameFields, ...Object.keys(traits)], report)
  const root = readRoot(definition['root'], type, report)
  const all: readonly Rule[] = rules.flatMap(([, compiled]) => compiled.rules)
  const specification: Specification = {
    name,
    type,
    filenameFields,
    assetNameFields,
    filenameGrammar: compileNameGrammar(filenameFields),
    assetNameGrammar: compileNameGrammar(assetNameFields.length === 0 ? defaultAssetFields : assetNameFields),
    traits,
    required: rules.filter(([, compiled]) => compiled.required).map(([subject]) => subject),
    fileRules: all.filter(rule => rule.scope === 'file'),
    assetRules: all.filter(rule => rule.scope === 'asset'),
    assetPathOf: assetPathRule(type, root),
  }
  return { specification, issues }
}
