import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml'
import { nearest } from '@fairlead/core/host'
import type { Schema } from './schema.ts'

/** One thing that is wrong in a file; line and column count from 1. */
export interface ConfigProblem {
  readonly line: number
  readonly column: number
  readonly message: string
}

interface Visit {
  readonly document: Document
  readonly report: (node: unknown, message: string) => void
}

function describe(node: unknown): string {
  if (isMap(node)) return 'a map'
  if (isSeq(node)) return 'a list'
  if (isScalar(node)) return node.value === null ? 'empty' : JSON.stringify(node.value)
  return 'empty'
}

function visitMap(node: Node, schema: Extract<Schema, { kind: 'map' }>, path: string, visit: Visit): void {
  if (!isMap(node)) return visit.report(node, `${path} must be a map of keys, not ${describe(node)}`)
  const seen = new Set<string>()
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : String(key)
    seen.add(name)
    const inner = Object.hasOwn(schema.keys, name) ? schema.keys[name] : undefined
    if (inner === undefined) {
      const known = Object.keys(schema.keys)
      const meant = nearest(name, known)
      visit.report(key, `unknown key "${name}"${meant === undefined ? `; known keys: ${known.join(', ')}` : `; did you mean "${meant}"?`}`)
    } else visitNode(value, inner, name, visit, key)
  }
  for (const name of schema.required ?? []) if (!seen.has(name)) visit.report(node, `${path} needs the key "${name}"`)
}

function visitNode(node: unknown, schema: Schema, path: string, visit: Visit, place: unknown): void {
  const target = isAlias(node) ? node.resolve(visit.document) : node
  if (!isMap(target) && !isSeq(target) && !isScalar(target)) return visit.report(place, `${path} is empty`)
  const value = isScalar(target) ? target.value : undefined
  switch (schema.kind) {
    case 'other':
      return
    case 'map':
      return visitMap(target, schema, path, visit)
    case 'list':
      if (!isSeq(target)) return visit.report(target, `${path} must be a list, not ${describe(target)}`)
      for (const [index, item] of target.items.entries()) visitNode(item, schema.of, `${path}[${index}]`, visit, target)
      return
    case 'string': {
      if (typeof value !== 'string') return visit.report(target, `${path} must be a text, not ${describe(target)}`)
      const wrong = schema.check?.(value)
      return wrong === undefined ? undefined : visit.report(target, `${path} is ${JSON.stringify(value)}: ${wrong}`)
    }
    case 'integer':
      if (typeof value === 'number' && Number.isInteger(value) && value >= schema.minimum && value <= schema.maximum) return
      return visit.report(target, `${path} must be a whole number from ${schema.minimum} to ${schema.maximum}, not ${describe(target)}`)
    case 'one-of': {
      if (typeof value === 'string' && schema.values.includes(value)) return
      const meant = typeof value === 'string' ? nearest(value, schema.values) : undefined
      const hint = meant === undefined ? '' : `; did you mean "${meant}"?`
      return visit.report(target, `${path} must be one of ${schema.values.join(', ')}, not ${describe(target)}${hint}`)
    }
  }
}

const tooDeep = 'the file is nested too deeply'

/** Why a document can't be held: aliases of aliases that would grow without end, or more levels than the stack has. */
function growthProblem(cause: unknown): string {
  if (cause instanceof RangeError) return tooDeep
  return cause instanceof Error ? cause.message : String(cause)
}

/**
 * Reads YAML and checks it: everything that is wrong, each with its place, in the order of the file. The value is only
 * meaningful when there are no problems. An empty text is an empty map.
 */
export function checkYaml(text: string, schema: Schema): { readonly value: unknown; readonly problems: readonly ConfigProblem[] } {
  const lines = new LineCounter()
  const problems: ConfigProblem[] = []
  let document: Document
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  } catch (cause) {
    return { value: undefined, problems: [{ line: 1, column: 1, message: growthProblem(cause) }] }
  }
  const at = (offset: number, message: string) => {
    const { line, col } = lines.linePos(offset)
    problems.push({ line: Math.max(1, line), column: Math.max(1, col), message })
  }
  for (const error of document.errors) {
    if (error.code !== 'RESOURCE_EXHAUSTION') at(error.pos[0], error.message)
    // The parser says so once for each level that it leaves.
    else return { value: undefined, problems: [{ line: 1, column: 1, message: tooDeep }] }
  }
  if (problems.length > 0) return { value: undefined, problems }
  const { contents } = document
  if (contents === null || (isScalar(contents) && contents.value === null)) return { value: {}, problems }
  const report = (node: unknown, message: string) => {
    const range = isScalar(node) || isMap(node) || isSeq(node) ? node.range : undefined
    at(range?.[0] ?? 0, message)
  }
  visitNode(contents, schema, 'the file', { document, report }, contents)
  const order = problems.toSorted((a, b) => a.line - b.line || a.column - b.column)
  if (order.length > 0) return { value: undefined, problems: order }
  try {
    return { value: document.toJS({ maxAliasCount: 100 }), problems: [] }
  } catch (cause) {
    return { value: undefined, problems: [{ line: 1, column: 1, message: growthProblem(cause) }] }
  }
}
