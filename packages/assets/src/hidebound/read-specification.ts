import type { FieldName } from '../grammar/fields.ts'
import { isFieldName } from '../grammar/fields.ts'
import type { PlainRules, PlainSpecification, RuleOperand } from '../yaml/specification-text.ts'
import { assetPathIdiom } from './asset-path-idiom.ts'
import { literalOf } from './evaluate.ts'
import type { Findings } from './findings.ts'
import { attributeOf, bases, methodOf, type Lineage } from './lineage.ts'
import type { PythonClass, PythonModule } from './python-module.ts'
import { readFieldList, readModelFields, readTraits, type ModelField } from './read-fields.ts'
import { rootPattern } from '../yaml/root-pattern.ts'

const defaultFields: readonly FieldName[] = ['project', 'specification', 'descriptor', 'version', 'extension']
const assetFields: readonly FieldName[] = ['project', 'specification', 'descriptor', 'version']
/** What Hidebound's base declares; any other trait must be declared by the class. */
const declared: ReadonlySet<string> = new Set(['project', 'specification', 'descriptor', 'version', 'extension'])
/** Methods that tell paths and patterns to other programs, and decide about no asset. */
const harmlessMethods = new Set(['to_filepaths', 'get_name_patterns', '_to_filepaths', 'get_asset_id', '__repr__', '__str__'])

type Placement = Pick<PlainSpecification, 'type'> & { readonly root?: NonNullable<PlainSpecification['root']> }

/** Where an asset lies: by its base class, `asset_type` and an override of `get_asset_path`. */
function readPlacement(
  module: PythonModule,
  one: PythonClass,
  lineage: Lineage,
  fields: readonly FieldName[],
  findings: Findings,
): Placement {
  const value = attributeOf(lineage, 'asset_type')
  const literal = value === undefined ? undefined : literalOf(module, value)
  const stated = literal === 'file' || literal === 'sequence' || literal === 'complex' ? literal : undefined
  if (value !== undefined && stated === undefined)
    findings.drop(value.node, 'asset_type is none of "file", "sequence" and "complex".', 'Write the type by hand.')
  const type = stated ?? bases[lineage.base]
  const method = methodOf(lineage, 'get_asset_path')
  const byName = { type: 'complex', root: { pattern: rootPattern(one.name.toLowerCase(), fields) } } as const
  if (method !== undefined) {
    const idiom = assetPathIdiom(module.source, method)
    if (idiom === undefined) {
      findings.drop(
        method,
        'This get_asset_path is code.',
        'Write "type", and for a complex asset "root" with a depth or a pattern; until then, the YAML uses the topmost directory with a legal asset name.',
      )
    } else if (idiom.kind === 'file' || (idiom.kind === 'above' && idiom.levels === 0)) {
      if (type !== 'file') findings.note(method, 'Every file is an asset of its own here.')
      return { type: 'file' }
    } else if (idiom.kind === 'depth') return { type: 'complex', root: { depth: idiom.depth } }
    else if (idiom.levels === 1 && type !== 'complex') return { type: 'sequence' }
    else
      findings.note(
        method,
        `The asset is the topmost directory with a legal asset name; Hidebound uses the one ${idiom.levels} ${idiom.levels === 1 ? 'level' : 'levels'} above each file.`,
      )
    return byName
  }
  if (type === 'file' || type === 'sequence') {
    if (bases[lineage.base] === type) return { type }
    findings.drop(
      one.node,
      `${lineage.base} does not say where an asset is: Hidebound fails there without get_asset_path.`,
      `Check the type; ${type} was used.`,
    )
    return { type }
  }
  findings.drop(
    one.node,
    'The class does not say where an asset is: Hidebound fails there without get_asset_path.',
    'Write "root" with a depth or a pattern; until then, the YAML uses the topmost directory with a legal asset name.',
  )
  return byName
}

function refuseCode(one: PythonClass, findings: Findings): void {
  for (const [name, method] of one.methods) {
    if (name === 'get_asset_path' || harmlessMethods.has(name)) continue
    findings.drop(method, `The method ${name} is code.`, 'Write what it checks by hand, or write the specification in TypeScript.')
  }
  for (const other of one.others) findings.drop(other, 'This is code in the body of a class.', 'Write what it does by hand.')
}

/** Fields that Hidebound would refuse on every asset, one way or the other. */
function noteImpossible(
  fields: readonly FieldName[],
  traits: Iterable<string>,
  model: ReadonlyMap<string, ModelField>,
  one: PythonClass,
  findings: Findings,
): void {
  for (const name of [...fields, ...traits]) {
    if (!declared.has(name) && !model.has(name))
      findings.note(
        one.node,
        `${name} is not a field of the class, so Hidebound rejects every asset ("Rogue field"); here it is converted.`,
      )
  }
  const extended: Readonly<Record<string, string>> = {
    descriptor: 'starts with master, final or last',
    version: 'is 0',
    extension: 'has capitals',
  }
  for (const [name, words] of Object.entries(extended)) {
    const field = model.get(name)
    if (field === undefined || !fields.some(known => known === name)) continue
    const text = findings.textOf(field.at.node)
    if (!text.includes(`is_${name}`))
      findings.note(field.at.node, `The class leaves vd.is_${name} out; here a ${name} that ${words} is still rejected.`)
  }
}

/** One specification as plain values. Everything that is not carried over is told to `findings`. */
export function readSpecification(module: PythonModule, one: PythonClass, lineage: Lineage, findings: Findings): PlainSpecification {
  for (const each of lineage.classes) refuseCode(each, findings)
  const filenameFields = readFieldList(module, lineage, 'filename_fields', defaultFields, findings)
  const assetNameFields = readFieldList(module, lineage, 'asset_name_fields', assetFields, findings)
  const model = readModelFields(module, lineage, findings)
  const { traits, dropped } = readTraits(module, lineage, findings)
  const placement = readPlacement(module, one, lineage, assetNameFields, findings)
  const rules: Record<string, PlainRules> = {}
  for (const [name, { at, required, rules: own }] of model) {
    const isField = isFieldName(name) && filenameFields.includes(name)
    if (!isField && !traits.has(name)) {
      const why = dropped.has(name)
        ? `The trait ${name} was not carried over, and neither are its rules.`
        : `No name field or trait provides a value for ${name}.`
      if (required || own.size > 0) findings.drop(at.node, why, 'Add the trait, and its rules, by hand.')
      continue
    }
    const merged: Record<string, RuleOperand> = { ...(required && !isField && { required: true }), ...Object.fromEntries(own) }
    if (Object.keys(merged).length > 0) rules[name] = merged
  }
  noteImpossible(filenameFields, traits.keys(), model, one, findings)
  return { name: one.name.toLowerCase(), ...placement, filenameFields, assetNameFields, traits: Object.fromEntries(traits), rules }
}
