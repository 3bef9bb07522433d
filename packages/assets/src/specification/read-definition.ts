import { fieldNames, isFieldName, type FieldName } from '../grammar/fields.ts'
import { compileNameGrammar, fieldListProblems } from '../grammar/grammar.ts'
import { hasReference } from '../grammar/reference-of.ts'
import { linearPatternOf } from '../pattern/linear-pattern.ts'
import { compileRules, isMapping, type CompiledRules, type Issue, type Subject } from '../rules/compile-rules.ts'
import { isPromise } from '../rules/own-check.ts'
import type { Rule } from '../rules/rule.ts'
import { builtinTraits } from '../traits/builtin-traits.ts'
import type { TraitRegistry } from '../traits/trait.ts'
import { assetPathRule } from './asset-path.ts'
import { assetTypes, definitionKeys, namePattern } from './definition-keys.ts'
import type { AssetRoot, AssetType } from './definition.ts'
import { columnsOf, readTraits, type Report } from './read-traits.ts'
import type { Specification } from './specification.ts'

const keys = Object.keys(definitionKeys)
const legalName = new RegExp(namePattern)
const defaultFields: readonly FieldName[] = ['project', 'specification', 'descriptor', 'version', 'extension']
const defaultAssetFields: readonly FieldName[] = ['project', 'specification', 'descriptor', 'version']

function readName(value: unknown, report: Report): string {
  const name = typeof value === 'string' ? value : ''
  if (value === undefined) report('The specification has no name: 3 or 4 lower-case letters, then 3 digits.', 'name')
  else if (!legalName.test(name)) report(`The name ${JSON.stringify(value)} must be 3 or 4 lower-case letters, then 3 digits.`, 'name')
  return name
}

function readType(value: unknown, report: Report): AssetType {
  const type = assetTypes.find(one => one === value)
  if (type === undefined) report(`The type must be one of ${assetTypes.join(', ')}.`, 'type')
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
      if (isPromise(root)) throw new TypeError('it returned a promise, but must be synchronous')
      return typeof root === 'string' ? root : undefined
    }
  }
  const { depth, pattern, ...others } = isMapping(value) ? value : {}
  const [other] = Object.keys(others)
  if (other !== undefined) {
    report(`Unknown key ${other} of the root; known are: depth, pattern.`, 'root', other)
    return undefined
  }
  if (typeof depth === 'number' && Number.isInteger(depth) && depth >= 1 && pattern === undefined) return { depth }
  if (pattern instanceof RegExp && depth === undefined) return { pattern }
  if (typeof pattern === 'string' && depth === undefined) {
    const problem = linearPatternOf(pattern, 'u')
    if (typeof problem !== 'string') return { pattern }
    report(`The root's pattern is not a regular expression: ${problem}`, 'root', 'pattern')
    return undefined
  }
  report('A complex specification needs a root: a depth of at least 1, or a pattern.', 'root')
  return undefined
}

function readRules(value: unknown, subjects: readonly Subject[], report: Report): readonly (readonly [string, CompiledRules])[] {
  if (value === undefined) return []
  if (!isMapping(value)) {
    report('rules must be a mapping of fields and traits to their rules.', 'rules')
    return []
  }
  const compiled: [string, CompiledRules][] = []
  for (const [name, rules] of Object.entries(value)) {
    if (rules === undefined) continue
    const subject = subjects.find(one => one.name === name)
    if (subject === undefined) {
      const there = `there are: ${subjects.map(one => one.name).join(', ')}.`
      const absent = fieldNames.some(field => field === name)
        ? `File names have no ${name}: it is not in filenameFields`
        : `There is no field or trait ${name} for this rule`
      report(`${absent}; ${there}`, 'rules', name)
      continue
    }
    const one = compileRules(subject, rules, ['rules', name])
    for (const issue of one.issues) report(issue.message, ...issue.path)
    compiled.push([name, one])
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
    if (!keys.includes(key)) report(`Unknown key ${key}; known are: ${keys.join(', ')}.`, key)
  }
  const name = readName(definition['name'], report)
  const type = readType(definition['type'], report)
  const filenameFields = readFields(definition['filenameFields'], 'filenameFields', defaultFields, report)
  if (!filenameFields.includes('specification'))
    report('filenameFields must contain specification: it links a file to its specification.', 'filenameFields')
  const fallback = defaultAssetFields.filter(field => filenameFields.includes(field))
  const assetNameFields = readFields(definition['assetNameFields'], 'assetNameFields', fallback, report)
  const foreign = assetNameFields.filter(field => !filenameFields.includes(field))
  if (foreign.length > 0) report(`assetNameFields contains fields that file names lack: ${foreign.join(', ')}.`, 'assetNameFields')
  if (!hasReference(assetNameFields)) {
    report(
      `The asset name fields ${assetNameFields.join(', ')} do not form a reference: they need at least two of project, specification and descriptor.`,
      'assetNameFields',
    )
  }
  const traits = readTraits(definition['traits'], registry, report)
  const columns = columnsOf(filenameFields, traits)
  const rules = readRules(definition['rules'], columns, report)
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
    columns,
    required: rules.filter(([, compiled]) => compiled.required).map(([subject]) => subject),
    fileRules: all.filter(rule => rule.scope === 'file'),
    assetRules: all.filter(rule => rule.scope === 'asset'),
    ...(root !== undefined && { root }),
    assetPathOf: assetPathRule(type, root),
  }
  return { specification, issues }
}
