import { isAlias, isMap, isScalar, isSeq, type Document, type YAMLMap } from 'yaml'
import { nearest } from '@fairlead/core/host'
import type { Schema } from './schema.ts'

/** What a visit needs: the document for its aliases, and where faults go. */
export interface Visit {
  readonly document: Document
  readonly report: (node: unknown, message: string) => void
}

type Of<K extends Schema['kind']> = Extract<Schema, { kind: K }>

function describe(node: unknown, secret: boolean | undefined): string {
  if (isMap(node)) return 'a map'
  if (isSeq(node)) return 'a list'
  if (!isScalar(node) || node.value === null) return 'empty'
  if (secret === true) return `a ${typeof node.value === 'string' ? 'text' : typeof node.value}`
  return typeof node.value === 'number' ? `${node.value}` : quoted(node.value)
}

const quotedCharacters = 100

/** A text as a message repeats it: enough to know it again, since what was named by mistake may be long and be secret. */
function quoted(value: unknown): string {
  return JSON.stringify(typeof value === 'string' && value.length > quotedCharacters ? `${value.slice(0, quotedCharacters)}…` : value)
}

function entriesOf(node: YAMLMap): ReadonlyArray<readonly [name: string, key: unknown, value: unknown]> {
  return node.items.map(({ key, value }) => [isScalar(key) ? String(key.value) : String(key), key, value])
}

function visitMap(node: YAMLMap, schema: Of<'map'>, path: string, visit: Visit): void {
  const seen = new Set<string>()
  for (const [name, key, value] of entriesOf(node)) {
    seen.add(name)
    const inner = Object.hasOwn(schema.keys, name) ? schema.keys[name] : undefined
    if (inner !== undefined) {
      visitNode(value, inner, path.includes('[') ? `${path}.${name}` : name, visit, key)
      continue
    }
    const known = Object.keys(schema.keys)
    const meant = nearest(name, known)
    visit.report(key, `unknown key "${name}"${meant === undefined ? `; known keys: ${known.join(', ')}` : `; did you mean "${meant}"?`}`)
  }
  for (const name of schema.required ?? []) if (!seen.has(name)) visit.report(node, `${path} needs the key "${name}"`)
  const both = (schema.exclusive ?? []).filter(name => seen.has(name))
  if (both.length > 1) visit.report(node, `${path} has ${both.join(' and ')}: use one of them`)
}

function visitRecord(node: YAMLMap, schema: Of<'record'>, path: string, visit: Visit): void {
  for (const [name, key, value] of entriesOf(node)) {
    const wrong = schema.key?.(name)
    if (wrong !== undefined) visit.report(key, `${path} has the key ${JSON.stringify(name)}: ${wrong}`)
    visitNode(value, schema.of, `${path}.${name}`, visit, key)
  }
}

/** The node that an alias stands for. */
function resolved(node: unknown, { document }: Visit): unknown {
  return isAlias(node) ? node.resolve(document) : node
}

/**
 * Every text within a value of any shape. What several aliases stand for is looked at once: it has one place in the text,
 * and aliases of aliases would be more than anyone can wait for. `around` are the nodes that this one lies in.
 */
function visitOther(
  node: unknown,
  schema: Of<'other'>,
  path: string,
  visit: Visit,
  seen = new Set<unknown>(),
  around: readonly unknown[] = [],
): void {
  const target = resolved(node, visit)
  if (around.includes(target)) return visit.report(node, `${path} contains itself`)
  if (around.length > 100 || seen.has(target)) return
  seen.add(target)
  const inside = [...around, target]
  if (isMap(target)) for (const [name, , value] of entriesOf(target)) visitOther(value, schema, `${path}.${name}`, visit, seen, inside)
  else if (isSeq(target)) {
    for (const [index, item] of target.items.entries()) visitOther(item, schema, `${path}[${index}]`, visit, seen, inside)
  } else if (isScalar(target) && typeof target.value === 'string') {
    const wrong = schema.check?.(target.value)
    if (wrong !== undefined) visit.report(target, `${path}: ${wrong}`)
  }
}

/** Checks a node of a document; `place` is reported where there is none. */
export function visitNode(node: unknown, schema: Schema, path: string, visit: Visit, place: unknown): void {
  const target = resolved(node, visit)
  if (schema.kind === 'other') return schema.check === undefined ? undefined : visitOther(target, schema, path, visit)
  if (!isMap(target) && !isSeq(target) && !isScalar(target)) return visit.report(place, `${path} is empty`)
  const value = isScalar(target) ? target.value : undefined
  const refuse = (wanted: string, hint = '') =>
    visit.report(target, `${path} must be ${wanted}, not ${describe(target, schema.secret)}${hint}`)
  switch (schema.kind) {
    case 'map':
      return isMap(target) ? visitMap(target, schema, path, visit) : refuse('a map of keys')
    case 'record':
      return isMap(target) ? visitRecord(target, schema, path, visit) : refuse('a map of keys')
    case 'text-or-map':
      if (isMap(target)) return visitNode(target, schema.map, path, visit, place)
      return typeof value === 'string' ? visitNode(target, schema.text, path, visit, place) : refuse('a text or a map')
    case 'list':
      if (!isSeq(target)) return refuse('a list')
      for (const [index, item] of target.items.entries()) visitNode(item, schema.of, `${path}[${index}]`, visit, target)
      return
    case 'string':
    case 'scalar': {
      if (schema.kind === 'scalar' && (typeof value === 'number' || typeof value === 'boolean')) return
      if (typeof value !== 'string') return refuse(schema.kind === 'scalar' ? 'a text, a number, true or false' : 'a text')
      const wrong = schema.check?.(value)
      if (wrong === undefined) return
      return visit.report(target, schema.secret === true ? `${path}: ${wrong}` : `${path} is ${quoted(value)}: ${wrong}`)
    }
    case 'integer': {
      const { minimum, maximum } = schema
      if (typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum) return
      return refuse(`a whole number from ${minimum} to ${maximum}`)
    }
    case 'number':
      if (typeof value === 'number' && value > schema.above && value <= schema.maximum) return
      return refuse(`a number above ${schema.above}, at most ${schema.maximum}`)
    case 'boolean':
      return typeof value === 'boolean' ? undefined : refuse('true or false')
    case 'one-of': {
      const word = typeof value === 'string' && schema.anyCase === true ? value.toLowerCase() : value
      if (typeof word === 'string' && schema.values.includes(word)) return
      const meant = typeof word === 'string' ? nearest(word, schema.values) : undefined
      return refuse(`one of ${schema.values.join(', ')}`, meant === undefined ? '' : `; did you mean "${meant}"?`)
    }
  }
}
