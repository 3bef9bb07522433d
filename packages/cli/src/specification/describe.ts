import { indicators, type FieldName, type NameValues, type Specification } from '@fairlead/assets'

/** A rule of a specification in words. */
export interface RuleText {
  readonly subject: string
  readonly rule: string
  /** `file`: every file by itself. `asset`: all files of an asset together. */
  readonly scope: 'file' | 'asset'
  /** What it demands, without its subject. */
  readonly words: string
}

/** Every rule, by subject in the order of the columns. */
export function ruleTexts({ columns, required, fileRules, assetRules }: Specification): readonly RuleText[] {
  return columns.flatMap(({ name }) => [
    ...(required.includes(name) ? [{ subject: name, rule: 'required', scope: 'file' as const, words: 'must be there' }] : []),
    ...[...fileRules, ...assetRules]
      .filter(({ subject }) => subject === name)
      .map(({ subject, rule, scope, words }) => ({ subject, rule, scope, words })),
  ])
}

/** The names of a list of fields as a pattern: `p-{project}_s-spec001_v{version}.{extension}`. */
export function namePattern({ name }: Specification, fields: readonly FieldName[]): string {
  let pattern = ''
  for (const field of fields) {
    const separator = pattern === '' || field === 'extension' ? '' : '_'
    pattern += `${separator}${indicators[field]}${field === 'specification' ? name : `{${field}}`}`
  }
  return pattern
}

const usual = { project: 'cat001', descriptor: 'running-cat', version: 1, coordinate: [0, 0], frame: 1, extension: 'png' } as const

/** Values that the rules of a field name, the likeliest first, then the usual one. */
function candidates({ fileRules, assetRules }: Specification, field: FieldName): readonly unknown[] {
  const named: unknown[] = []
  for (const { subject, rule, operand } of [...fileRules, ...assetRules]) {
    if (subject !== field) continue
    if (rule === 'eq' || rule === 'gte' || rule === 'lte' || rule === 'coordinatesBeginAt') named.push(operand)
    else if (rule === 'gt' && typeof operand === 'number') named.push(Math.floor(operand) + 1)
    else if (rule === 'in' && Array.isArray(operand)) named.push(...operand)
    else if (rule === 'attributeOf' && typeof operand === 'object' && operand !== null) named.push(...Object.keys(operand))
  }
  return [...named, ...(field === 'specification' ? [] : [usual[field]])]
}

/** A file name that keeps the rules of names, and those of the specification as far as they name values. */
export function exampleName(specification: Specification): string {
  const { filenameGrammar, filenameFields, fileRules, name } = specification
  let values: NameValues = { ...usual, specification: name }
  for (const field of filenameFields) {
    const rules = fileRules.filter(({ subject, operand }) => subject === field && operand !== undefined)
    const fitting = candidates(specification, field).filter(
      (value): value is string | number | readonly number[] =>
        (typeof value === 'string' || typeof value === 'number' || Array.isArray(value)) &&
        rules.every(({ check }) => check(value) === undefined),
    )
    const legal = fitting.find(value => isLegal(specification, { ...values, [field]: value }))
    if (legal !== undefined) values = { ...values, [field]: legal }
  }
  return filenameGrammar.format(values)
}

function isLegal({ filenameGrammar }: Specification, values: NameValues): boolean {
  try {
    return filenameGrammar.parse(filenameGrammar.format(values)).ok
  } catch {
    return false // no legal name can hold the value
  }
}

/** Where the directory of a complex asset is, in words. */
export function rootText({ root }: Specification): string | undefined {
  if (root === undefined) return undefined
  if (typeof root === 'function') return 'what a function in the specification decides'
  return 'depth' in root
    ? `the directory ${root.depth} ${root.depth === 1 ? 'level' : 'levels'} below the ingress`
    : `the topmost directory whose name matches ${typeof root.pattern === 'string' ? root.pattern : root.pattern.source}`
}
