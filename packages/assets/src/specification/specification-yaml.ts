import { FairleadError } from '@fairlead/core'
import { isNode, LineCounter, parseDocument, type Document } from 'yaml'
import { isMapping, type Issue } from '../rules/compile-rules.ts'
import { builtinTraits } from '../traits/builtin-traits.ts'
import type { TraitRegistry } from '../traits/trait.ts'
import { readDefinition } from './read-definition.ts'
import type { Specification } from './specification.ts'

type Path = Issue['path']

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

/** The parsed text; the parser follows the nesting on its own stack. */
function parse(text: string, file: string, lines: LineCounter): Document {
  let document: Document
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  } catch (error) {
    throw refusal([`${file}:1:1: ${reasonOf(error)}`], file)
  }
  // The parser says so once for each level that it leaves.
  if (document.errors.some(({ code }) => code === 'RESOURCE_EXHAUSTION')) throw refusal([`${file}:1:1: ${tooDeep}`], file)
  return document
}

function refusal(messages: readonly string[], file: string): FairleadError {
  return new FairleadError('config-invalid', messages.join('\n'), { path: file, hint: `Correct ${file} where the message points.` })
}

/** Where the value at a path begins; of the nearest value around it where the path leads to none. */
function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return document.contents?.range?.[0] ?? 0
}

/**
 * The specifications in a YAML text: one mapping, or several under the key `specifications` (by name or as a list), next
 * to which other keys may stand. `file` is named in messages. `registry` holds the trait functions that may be named, the
 * built-in ones when left out. Throws `config-invalid` with every problem as `file:line:column: message`.
 */
export function parseSpecificationYaml(text: string, file: string, registry: TraitRegistry = builtinTraits): readonly Specification[] {
  const lines = new LineCounter()
  const document = parse(text, file, lines)
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${file}:${line}:${col}`
  }
  const messages = document.errors.map(error => `${place(error.pos[0])}: ${error.message}`)
  const specifications: Specification[] = []
  const seen = new Set<string>()
  if (messages.length === 0) {
    const top = plain(document, message => messages.push(`${place(0)}: ${message}`))
    for (const { definition, path, key } of messages.length === 0 ? entriesOf(top) : []) {
      const { specification, issues } = readDefinition(definition, registry)
      for (const issue of issues) messages.push(`${place(offsetOf(document, [...path, ...issue.path]))}: ${issue.message}`)
      if (key !== undefined && key !== specification.name) {
        messages.push(
          `${place(offsetOf(document, [...path, 'name']))}: The specification ${key} has another name in it; leave the name out.`,
        )
      }
      if (specification.name !== '' && seen.has(specification.name))
        messages.push(`${place(offsetOf(document, path))}: The specification ${specification.name} is defined twice.`)
      seen.add(specification.name)
      specifications.push(specification)
    }
  }
  if (messages.length === 0) return specifications
  throw refusal(messages, file)
}
