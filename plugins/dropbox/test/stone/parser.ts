import { linesOf, type Line } from './lines.ts'
import { parseType } from './type-reference.ts'
import type { Definition, Field, RouteDefinition, Specification, TypeReference } from './types.ts'

/** Reads .stone files: https://github.com/dropbox/stone/blob/main/docs/lang_ref.rst, as far as these files go. */
export function parseSpecification(sources: Iterable<string>): Specification {
  const definitions = new Map<string, Definition>()
  const aliases = new Map<string, TypeReference>()
  const routes = new Map<string, RouteDefinition>()
  const namespaces = new Set<string>()
  for (const source of sources) {
    const lines = linesOf(source)
    const namespace = /^namespace (\w+)/.exec(lines[0]?.text ?? '')?.[1]
    if (namespace === undefined) throw new Error('a .stone file begins with its namespace')
    namespaces.add(namespace)
    for (const { head, body } of blocksOf(lines.slice(1), 0)) {
      const [word = ''] = head.split(' ')
      if (word === 'alias') {
        const [, name = '', type = ''] = /^alias (\w+) = (.+)$/s.exec(head) ?? []
        aliases.set(`${namespace}.${name}`, parseType(type, namespace))
      } else if (word === 'struct' || word === 'union' || word === 'union_closed') {
        for (const definition of definitionsOf(word, head, body, namespace)) definitions.set(`${namespace}.${definition.name}`, definition)
      } else if (word === 'route') {
        const route = routeOf(head, body, namespace)
        routes.set(route.name, route)
      } else if (!['import', 'annotation', 'annotation_type', 'patch'].includes(word)) {
        throw new Error(`a .stone file says "${head}"`)
      }
    }
  }
  return { definitions, aliases, routes, namespaces }
}

interface Block {
  readonly head: string
  readonly body: readonly Line[]
}

/** Lines of a depth, each with the deeper ones below it. */
function blocksOf(lines: readonly Line[], depth: number): Block[] {
  const blocks: { head: string; body: Line[] }[] = []
  for (const line of lines) {
    if (line.depth === depth) blocks.push({ head: line.text, body: [] })
    else blocks.at(-1)?.body.push(line)
  }
  return blocks
}

function* definitionsOf(kind: Definition['kind'], head: string, body: readonly Line[], namespace: string): Generator<Definition> {
  const [, name = '', parent] = /^\w+ (\w+)(?: extends ([\w.]+))?$/.exec(head) ?? []
  const fields: Field[] = []
  let subtypes: Map<string, TypeReference> | undefined
  for (const block of blocksOf(body, 1)) {
    if (kind === 'struct' && /^union(_closed)?$/.test(block.head)) {
      subtypes = new Map(block.body.map(({ text }) => splitTag(text, namespace)))
      continue
    }
    fields.push(fieldOf(kind, block.head, namespace))
    // The type of a field may be defined right below it.
    const own = blocksOf(block.body, 2)[0]
    const [, type] = /^\w+ (\w+)$/.exec(block.head) ?? []
    if (own !== undefined && type !== undefined && /^(?:struct|union|union_closed)$/.test(own.head)) {
      const inner = own.body.map(line => ({ ...line, depth: line.depth - 2 }))
      yield* definitionsOf(own.head === 'struct' ? 'struct' : 'union', `union ${type}`, inner, namespace)
    }
  }
  yield {
    kind,
    name,
    namespace,
    fields,
    ...(parent !== undefined && { parent: parseType(parent, namespace) }),
    ...(subtypes !== undefined && { subtypes }),
  }
}

function splitTag(text: string, namespace: string): readonly [string, TypeReference] {
  const [, tag = '', type = ''] = /^(\w+) (.+)$/.exec(text) ?? []
  return [tag, parseType(type, namespace)]
}

function fieldOf(kind: Definition['kind'], text: string, namespace: string): Field {
  const [, name = '', type, fallback] = /^(\w+)(?: (.+?))?(?: = (.+))?$/s.exec(text) ?? []
  if (kind === 'struct' && type === undefined) throw new Error(`the field "${text}" has no type`)
  return { name, hasDefault: fallback !== undefined, ...(type !== undefined && { type: parseType(type, namespace) }) }
}

function routeOf(head: string, body: readonly Line[], namespace: string): RouteDefinition {
  const [, name = '', version, types = ''] = /^route ([\w/]+)(?::(\d+))? \((.+)\)(?: deprecated)?$/.exec(head) ?? []
  const [argument = '', result = '', error = ''] = types.split(/, (?![^(]*\))/)
  const attributes = new Map(
    blocksOf(body, 1)
      .filter(block => block.head === 'attrs')
      .flatMap(block => block.body.map(({ text }) => /^(\w+) = "?(.*?)"?$/.exec(text) ?? []))
      .map(([, key = '', value = '']) => [key, value] as const),
  )
  return {
    name: `${namespace}/${name}${version === undefined ? '' : `_v${version}`}`,
    argument: parseType(argument, namespace),
    result: parseType(result, namespace),
    error: parseType(error, namespace),
    attributes,
  }
}
