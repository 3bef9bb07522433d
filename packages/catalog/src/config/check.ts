import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml'
import { growthProblem, parserMessage, tooDeep } from './parser-message.ts'
import type { Schema } from './schema.ts'
import { visitNode } from './visit.ts'

/** A place in a text; line and column count from 1. */
interface Place {
  readonly line: number
  readonly column: number
}

/** One thing that is wrong in a file. */
interface ConfigProblem extends Place {
  readonly message: string
  /** The top-level key it is about. */
  readonly key?: string
}

/** What a YAML text holds, and what is wrong with it. */
export interface CheckedYaml {
  /** Only meaningful where there are no problems: keys with problems are left out of a map. */
  readonly value: unknown
  readonly problems: readonly ConfigProblem[]
  /** Where each top-level key stands. */
  readonly places: ReadonlyMap<string, Place>
}

const nowhere: ReadonlyMap<string, Place> = new Map()

function failed(message: string): CheckedYaml {
  return { value: undefined, problems: [{ line: 1, column: 1, message }], places: nowhere }
}

function parse(text: string, lines: LineCounter): Document | string {
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
    // The parser says so once for each level that it leaves.
    return document.errors.some(({ code }) => code === 'RESOURCE_EXHAUSTION') ? tooDeep : document
  } catch (cause) {
    return growthProblem(cause)
  }
}

function withoutKeys(value: unknown, keys: ReadonlySet<string | undefined>): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.has(key)))
}

/**
 * Reads YAML and checks it: everything that is wrong, each with its place, in the order of the text. `name` says in
 * messages what the whole is. An empty text is an empty map where a map is wanted.
 */
export function checkYaml(text: string, schema: Schema, name = 'the file'): CheckedYaml {
  const lines = new LineCounter()
  const document = parse(text, lines)
  if (typeof document === 'string') return failed(document)
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  if (document.errors.length > 0) {
    const problems = document.errors.map(error => ({ ...placeOf(error.pos[0]), message: parserMessage(error.message) }))
    return { value: undefined, problems, places: nowhere }
  }
  const { contents } = document
  const isEmpty = contents === null || (isScalar(contents) && contents.value === null)
  if (isEmpty && (schema.kind === 'map' || schema.kind === 'record')) return { value: {}, problems: [], places: nowhere }

  const problems: ConfigProblem[] = []
  const places = new Map<string, Place>()
  const starts: Array<{ readonly key: string; readonly offset: number }> = []
  if (isMap(contents)) {
    for (const { key } of contents.items) {
      if (!isScalar(key) || !key.range) continue
      places.set(String(key.value), placeOf(key.range[0]))
      starts.push({ key: String(key.value), offset: key.range[0] })
    }
  }
  const report = (node: unknown, message: string) => {
    const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : undefined
    const offset = range?.[0] ?? 0
    const key = starts.findLast(start => start.offset <= offset)?.key
    problems.push({ ...placeOf(offset), message, ...(key !== undefined && { key }) })
  }
  visitNode(contents, schema, name, { document, report }, contents)
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 })
    const order = problems.toSorted((a, b) => a.line - b.line || a.column - b.column)
    return { value: withoutKeys(value, new Set(order.map(({ key }) => key))), problems: order, places }
  } catch (cause) {
    return failed(growthProblem(cause))
  }
}
