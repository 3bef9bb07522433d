import { isFieldName, type FieldName } from '../grammar/fields.ts'
import { fieldListProblems } from '../grammar/grammar.ts'
import { follow, knownName, literalOf } from './evaluate.ts'
import type { Expression } from './expression.ts'
import type { Findings } from './findings.ts'
import { attributeOf, isListType, type Lineage } from './lineage.ts'
import type { PythonModule } from './python-module.ts'
import { applyTypeArgument, applyValidator, type Rules, type Subject } from './validators.ts'

/** A model field of a specification: its rules, and whether every file must have it. */
export interface ModelField {
  readonly at: Expression
  readonly required: boolean
  readonly rules: Rules
}

const scalarTypes = ['IntType', 'FloatType', 'StringType', 'BooleanType', 'LongType', 'DecimalType', 'NumberType']
const harmless = new Set(['required', 'validators', 'serialized_name', 'metadata', 'export_level', 'messages'])

function applyArguments(module: PythonModule, call: Expression, subject: Subject, rules: Rules, findings: Findings): void {
  if (call.kind !== 'call') return
  if (call.spread) findings.drop(call.node, 'Arguments passed with * or ** are not followed.', 'Write them out, then import again.')
  const validators = call.named.get('validators')
  const list = validators === undefined ? undefined : follow(module, validators)
  if (list?.kind === 'list') for (const validator of list.items) applyValidator(module, validator, subject, rules, findings)
  else if (list !== undefined) findings.drop(list.node, 'The list of validators is code.', 'Write the list out, then import again.')
  for (const [key, value] of call.named) if (!harmless.has(key)) applyTypeArgument(module, key, value, rules, findings)
}

function isRequired(module: PythonModule, call: Expression, findings: Findings): boolean {
  const value = call.kind === 'call' ? call.named.get('required') : undefined
  const literal = value === undefined ? false : literalOf(module, value)
  if (value !== undefined && typeof literal !== 'boolean')
    findings.drop(value.node, 'required is not a literal True or False.', 'Write "required: true" by hand if it is.')
  return literal === true
}

/** Reads `ListType(IntType(), required=True, validators=[…])`; undefined, with the reason told, for another type. */
function readModelField(module: PythonModule, name: string, at: Expression, findings: Findings): ModelField | undefined {
  const outer = follow(module, at)
  const [first] = outer.kind === 'call' ? outer.positional : []
  const inner = first === undefined ? undefined : follow(module, first)
  const innerType =
    inner?.kind === 'call' ? knownName(module, inner.callee, ['schematics']) : inner && knownName(module, inner, ['schematics'])
  const isNested = innerType === 'ListType'
  if (inner === undefined || innerType === undefined || !(isNested || scalarTypes.includes(innerType))) {
    findings.drop(
      at.node,
      `The type of ${name} is not known: fields are lists of IntType, FloatType, StringType, BooleanType or of lists of them.`,
      'Write the rules of this field by hand.',
    )
    return undefined
  }
  const rules: Rules = new Map()
  const isNumber = !['StringType', 'BooleanType'].includes(innerType)
  applyArguments(module, inner, { name, isInner: false, isNumber }, rules, findings)
  if (isNested && inner.kind === 'call' && inner.positional[0] !== undefined)
    applyArguments(module, follow(module, inner.positional[0]), { name, isInner: true, isNumber: true }, rules, findings)
  const sizes = outer.kind === 'call' ? ['min_size', 'max_size'].flatMap(key => outer.named.get(key) ?? []) : []
  for (const size of sizes)
    findings.drop(
      size.node,
      'There is no rule for the number of files.',
      'Write the specification in TypeScript with a check of your own under "all".',
    )
  if (outer.kind === 'call') {
    const named = new Map([...outer.named].filter(([key]) => key !== 'min_size' && key !== 'max_size'))
    applyArguments(module, { ...outer, named }, { name, isInner: false, isNumber }, rules, findings)
  }
  return { at, required: isRequired(module, outer, findings), rules }
}

/** Every model field that a class has of its own or by inheritance, the nearest one of each name. */
export function readModelFields(module: PythonModule, lineage: Lineage, findings: Findings): ReadonlyMap<string, ModelField> {
  const fields = new Map<string, ModelField>()
  const done = new Set(['filename_fields', 'asset_name_fields', 'file_traits', 'asset_type'])
  for (const { attributes } of lineage.classes) {
    for (const [name, value] of attributes) {
      if (done.has(name)) continue
      done.add(name)
      if (isListType(module, value)) {
        const field = readModelField(module, name, value, findings)
        if (field !== undefined) fields.set(name, field)
      } else if (name === 'name') findings.note(value.node, 'The specification is named after its class; this attribute has no effect.')
      else if (!name.startsWith('_')) {
        findings.drop(
          value.node,
          `The attribute ${name} is neither a list of values nor an attribute of Hidebound.`,
          'Leave it out, or write what it was for by hand.',
        )
      }
    }
  }
  return fields
}

/** `filename_fields` or `asset_name_fields`, with Hidebound's default. */
export function readFieldList(
  module: PythonModule,
  lineage: Lineage,
  key: string,
  fallback: readonly FieldName[],
  findings: Findings,
): readonly FieldName[] {
  const value = attributeOf(lineage, key)
  if (value === undefined) return fallback
  const literal = literalOf(module, value)
  const fields = Array.isArray(literal) ? literal : []
  const names = fields.filter(isFieldName)
  const problems = fields.length === names.length ? fieldListProblems(names) : fieldListProblems(fields.map(String))
  if (problems.length === 0 && fields.length > 0) return names
  findings.drop(
    value.node,
    fields.length === 0 ? `${key} is not a literal list of fields.` : problems.join(' '),
    `Write ${key === 'filename_fields' ? 'filenameFields' : 'assetNameFields'} by hand; the YAML has Hidebound's default.`,
  )
  return fallback
}

const traitFunctions: Readonly<Record<string, string>> = {
  get_image_width: 'width',
  get_image_height: 'height',
  get_num_image_channels: 'channels',
  get_image_channels: 'channels',
}

/** `file_traits` as pairs of names and functions; a spread of another dictionary is followed. */
function pairsOf(module: PythonModule, value: Expression, findings: Findings, depth = 0): ReadonlyArray<readonly [string, Expression]> {
  const found = follow(module, value)
  const refuse = (): readonly [] => {
    findings.drop(found.node, 'The mapping of traits is code.', 'List the traits under "traits" by hand.')
    return []
  }
  if (depth > 10) return refuse()
  if (found.kind === 'call' && found.callee.kind === 'name' && found.callee.name === 'dict' && !found.spread) {
    const [first, ...more] = found.positional
    if (more.length > 0) return refuse()
    return [...(first === undefined ? [] : pairsOf(module, first, findings, depth + 1)), ...found.named]
  }
  if (found.kind !== 'dict') return refuse()
  return found.entries.flatMap(({ key, value: entry }) => {
    if (key === undefined) return pairsOf(module, entry, findings, depth + 1)
    const name = literalOf(module, key)
    return typeof name === 'string' ? [[name, entry] as const] : refuse()
  })
}

/** The traits that files are measured by; a function that is none of Hidebound's is told to `findings`. */
export function readTraits(
  module: PythonModule,
  lineage: Lineage,
  findings: Findings,
): { traits: ReadonlyMap<string, string>; dropped: ReadonlySet<string> } {
  const traits = new Map<string, string>()
  const dropped = new Set<string>()
  const value = attributeOf(lineage, 'file_traits')
  for (const [name, measure] of value === undefined ? [] : pairsOf(module, value, findings)) {
    const known = traitFunctions[knownName(module, measure, ['hidebound']) ?? '']
    const isLegal = /^[A-Za-z][A-Za-z0-9_]*$/.test(name) && !isFieldName(name) && !(name in Object.prototype)
    traits.delete(name)
    dropped.delete(name)
    if (known !== undefined && isLegal) {
      traits.set(name, known)
      continue
    }
    dropped.add(name)
    if (known === undefined)
      findings.drop(
        measure.node,
        `The trait ${name} is measured by a function that is not Hidebound's.`,
        'Use a built-in trait (fairlead spec show lists them), or write the specification in TypeScript with defineTrait.',
      )
    else findings.drop(measure.node, `No trait can have the name ${name}.`, 'Choose another name for it.')
  }
  return { traits, dropped }
}
