import type { Expression } from './expression.ts'
import type { PythonModule } from './python-module.ts'

/** A value that a module writes down. */
export type Literal = string | number | boolean | null | readonly Literal[]

const maxSteps = 50

/** Follows names of the module to what they were given; anything else stays as it is. */
export function follow(module: PythonModule, expression: Expression): Expression {
  let current = expression
  for (let step = 0; step < maxSteps && current.kind === 'name'; step++) {
    const next = valueOfName(module, current.name)
    if (next === undefined) return current
    current = next
  }
  return current
}

/** What a name of the module or an attribute of one of its classes was given. */
function valueOfName(module: PythonModule, name: string): Expression | undefined {
  const dot = name.indexOf('.')
  return dot < 0 ? module.values.get(name) : module.classes.get(name.slice(0, dot))?.attributes.get(name.slice(dot + 1))
}

/** The value that an expression writes down, names and sums of lists followed; undefined for code. */
export function literalOf(module: PythonModule, expression: Expression, depth = 0): Literal | undefined {
  if (depth > maxSteps) return undefined
  const found = follow(module, expression)
  if (found.kind === 'literal') return found.value
  if (found.kind === 'add') {
    const left = literalOf(module, found.left, depth + 1)
    const right = literalOf(module, found.right, depth + 1)
    if (Array.isArray(left) && Array.isArray(right)) return left.length + right.length > 1000 ? undefined : [...left, ...right]
    return typeof left === 'string' && typeof right === 'string' && left.length + right.length < 10_000 ? left + right : undefined
  }
  if (
    found.kind === 'call' &&
    found.callee.kind === 'name' &&
    ['list', 'tuple'].includes(found.callee.name) &&
    found.positional[0] !== undefined
  )
    return literalOf(module, found.positional[0], depth + 1)
  if (found.kind !== 'list') return undefined
  const items: Literal[] = []
  for (const item of found.items) {
    const value = literalOf(module, item, depth + 1)
    if (value === undefined) return undefined
    items.push(value)
  }
  return items
}

/** The known name that an expression stands for, such as `is_eq` of Hidebound's validators, whatever it was imported as. */
export function knownName(module: PythonModule, expression: Expression, packages: readonly string[]): string | undefined {
  const found = follow(module, expression)
  if (found.kind !== 'name') return undefined
  const full = module.resolve(found.name)
  const parts = full.split('.')
  return parts.length > 1 && packages.includes(parts[0] ?? '') ? parts.at(-1) : undefined
}
