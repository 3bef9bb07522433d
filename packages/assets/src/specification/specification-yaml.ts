import { FairleadError } from '@fairlead/core'
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml'
import { isMapping, type Issue } from '../rules/compile-rules.ts'
import { builtinTraits } from '../traits/builtin-traits.ts'
import type { TraitRegistry } from '../traits/trait.ts'
import { readDefinition } from './read-definition.ts'
import type { Specification } from './specification.ts'
import { specificationWarnings } from './warnings.ts'

type Path = Issue['path']

/** Something to tell at a place of a file; line and column count from 1. */
export interface YamlFinding {
  readonly line: number
  readonly column: number
  readonly message: string
}

/** What a YAML text says: with faults its specifications must not be used. */
export interface YamlSpecifications {
  /** Each with the place where it begins. */
  readonly specifications: ReadonlyArray<{ readonly specification: Specification; readonly line: number; readonly column: number }>
  readonly faults: readonly YamlFinding[]
  /** What is legal and yet can't be meant: see {@link specificationWarnings}. */
  readonly warnings: readonly YamlFinding[]
}

/** One specification of a document and where it stands; its name is its key where it stands in a mapping. */
interface Entry {
  readonly definition: unknown
  readonly path: Path
  readonly key?: string
}

/** The definitions of a document: one at its top, or any number under `specifications`, by name or in a list. */
function entriesOf(top: unknown): readonly Entry[] {
  if (!isMapping(top) || !('specifications' in top)) return [{ definition: top, path: [] }]
  const several = top['specifications']
  if (Array.isArray(several)) return several.map((definition: unknown, index) => ({ definition, path: ['specifications', index] }))
  if (!isMapping(several)) return several === null ? [] : [{ definition: several, path: ['specifications'] }]
  return Object.entries(several).map(([name, definition]) => ({
    definition: isMapping(definition) ? { name, ...definition } : definition,
    path: ['specifications', name],
    key: name,
  }))
}

const maxDepth = 100
const tooDeep = `The values are nested deeper than ${maxDepth} levels.`

/** Whether values nest deeper than a definition ever does, as those that hold themselves do. */
function isTooDeep(top: unknown): boolean {
  const open = [{ value: top, depth: 0 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next
    if (depth > maxDepth) return true
    if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) open.push({ value: inner, depth: depth + 1 })
  }
  return false
}

function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return tooDeep
  return error instanceof Error ? error.message : String(error)
}

/** The document as plain values; aliases that expand without end and endless nesting are an error at its top. */
function plain(document: Document, report: (message: string) => void): unknown {
  try {
    const value: unknown = document.toJS()
    if (!isTooDeep(value)) return value
    report(tooDeep)
  } catch (error) {
    report(reasonOf(error))
  }
  return undefined
}

/** The parsed text, or why there is none; the parser follows the nesting on its own stack. */
function parse(text: string, lines: LineCounter): Document | string {
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
    // The parser says so once for each level that it leaves.
    return document.errors.some(({ code }) => code === 'RESOURCE_EXHAUSTION') ? tooDeep : document
  } catch (error) {
    return reasonOf(error)
  }
}

/** Where the value at a path begins; of the nearest value around it where the path leads to none. */
function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return document.contents?.range?.[0] ?? 0
}

/** Where the key of a specification begins. */
function keyOffset(document: Document, key: string): number {
  const several: unknown = document.get('specifications', true)
  const pair = isMap(several) ? several.items.find(one => isScalar(one.key) && one.key.value === key) : undefined
  return isScalar(pair?.key) ? (pair.key.range?.[0] ?? 0) : offsetOf(document, ['specifications', key])
}

/**
 * The specifications in a YAML text and everything that is wrong with them, each at its place: one mapping, or several
 * under the key `specifications` (by name or as a list), next to which other keys may stand. `registry` holds the traits
 * that may be named, the built-in ones when left out.
 */
export function readSpecificationYaml(text: string, registry: TraitRegistry = builtinTraits): YamlSpecifications {
  const lines = new LineCounter()
  const document = parse(text, lines)
  if (typeof document === 'string') return { specifications: [], faults: [{ line: 1, column: 1, message: document }], warnings: [] }
  const at = (offset: number, message: string): YamlFinding => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col), message }
  }
  const faults = document.errors.map(error => at(error.pos[0], error.message))
  const warnings: YamlFinding[] = []
  const specifications: YamlSpecifications['specifications'][number][] = []
  if (faults.length > 0) return { specifications, faults, warnings }
  const top = plain(document, message => faults.push(at(0, message)))
  const seen = new Set<string>()
  for (const { definition, path, key } of faults.length === 0 ? entriesOf(top) : []) {
    const tell = (message: string, ...keys: Path) => at(offsetOf(document, [...path, ...keys]), message)
    const { specification, issues } = readDefinition(definition, registry)
    const { name } = specification
    for (const issue of issues) faults.push(tell(issue.message, ...issue.path))
    if (key !== undefined && key !== name)
      faults.push(tell(`The specification ${key} contains a different name; leave the name out.`, 'name'))
    if (name !== '' && seen.has(name)) faults.push(tell(`The specification ${name} is defined twice.`))
    seen.add(name)
    const { line, column } = at(key === undefined ? offsetOf(document, path) : keyOffset(document, key), '')
    specifications.push({ specification, line, column })
    if (issues.length === 0)
      for (const warning of specificationWarnings(specification)) warnings.push(tell(warning.message, ...warning.path))
  }
  return { specifications, faults, warnings }
}

/**
 * The specifications of {@link readSpecificationYaml}; `file` is named in messages. Throws `config-invalid` with every
 * fault as `file:line:column: message`.
 */
export function parseSpecificationYaml(text: string, file: string, registry: TraitRegistry = builtinTraits): readonly Specification[] {
  const { specifications, faults } = readSpecificationYaml(text, registry)
  if (faults.length === 0) return specifications.map(({ specification }) => specification)
  const messages = faults.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`)
  throw new FairleadError('config-invalid', messages.join('\n'), { path: file, hint: `Correct ${file} at the reported location.` })
}
