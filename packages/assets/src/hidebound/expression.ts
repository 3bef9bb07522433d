import type { SyntaxNode } from '@lezer/common'
import { childrenOf, type PythonSource } from './python-source.ts'

/** An expression of Python, as far as specifications need it; `other` is code. Each knows where it stands. */
export type Expression = { readonly node: SyntaxNode } & (
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  /** A dotted name: `vd.is_eq`. */
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  /** A spread has no key. */
  | { readonly kind: 'dict'; readonly entries: ReadonlyArray<{ readonly key?: Expression; readonly value: Expression }> }
  | {
      readonly kind: 'call'
      readonly callee: Expression
      readonly positional: readonly Expression[]
      readonly named: ReadonlyMap<string, Expression>
      readonly spread: boolean
    }
  | { readonly kind: 'lambda'; readonly parameters: readonly string[]; readonly body: Expression }
  | { readonly kind: 'add'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'other' }
)

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"', '\n': '' }

/** The text of a string literal; undefined for bytes, formatted strings and rare escapes. */
function stringValue(text: string): string | undefined {
  const match = /^([rRuU]?)("""|'''|"|')([^]*)\2$/.exec(text)
  if (match === null) return undefined
  const [, prefix = '', , body = ''] = match
  if (prefix.toLowerCase() === 'r') return body
  let isKnown = true
  const value = body.replaceAll(/\\([^])/g, (_, escaped: string) => {
    const character = escapes[escaped]
    if (character === undefined) isKnown = false
    return character ?? ''
  })
  return isKnown ? value : undefined
}

function numberValue(text: string): number | undefined {
  const plain = text.replaceAll('_', '')
  if (!/^(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|\d+|(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?)$/.test(plain)) return undefined
  const value = Number(plain)
  return Number.isFinite(value) ? value : undefined
}

function readCall(source: PythonSource, node: SyntaxNode): Expression {
  const callee = node.firstChild
  const list = node.getChild('ArgList')
  if (callee === null || list === null) return { node, kind: 'other' }
  const positional: Expression[] = []
  const named = new Map<string, Expression>()
  let spread = false
  let pending: { first: SyntaxNode; assigned: boolean } | undefined
  let stars = false
  const finish = (): void => {
    if (pending !== undefined) positional.push(readExpression(source, pending.first))
    pending = undefined
    stars = false
  }
  for (let child = list.firstChild; child !== null; child = child.nextSibling) {
    if (child.name === ',' || child.name === '(' || child.name === ')') finish()
    else if (child.name === 'Comment') continue
    else if (child.name === '*' || child.name === '**') stars = spread = true
    else if (child.name === 'AssignOp' && pending !== undefined) pending.assigned = true
    else if (pending?.assigned === true) {
      named.set(source.textOf(pending.first), readExpression(source, child))
      pending = undefined
    } else if (!stars) pending = { first: child, assigned: false }
  }
  return { node, kind: 'call', callee: readExpression(source, callee), positional, named, spread }
}

function readDict(source: PythonSource, node: SyntaxNode): Expression {
  const entries: { key?: Expression; value: Expression }[] = []
  let key: Expression | undefined
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (['{', '}', ',', 'Comment', '**'].includes(child.name)) continue
    if (child.name === ':') continue
    if (child.prevSibling?.name === '**') entries.push({ value: readExpression(source, child) })
    else if (key === undefined) key = readExpression(source, child)
    else {
      entries.push({ key, value: readExpression(source, child) })
      key = undefined
    }
  }
  return { node, kind: 'dict', entries }
}

function readName(source: PythonSource, node: SyntaxNode): Expression {
  const text = source.textOf(node).replaceAll(/\s+/g, '')
  return /^[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*$/u.test(text) ? { node, kind: 'name', name: text } : { node, kind: 'other' }
}

function readText(source: PythonSource, node: SyntaxNode, parts: readonly SyntaxNode[]): Expression {
  const values = parts.map(part => stringValue(source.textOf(part)))
  return values.includes(undefined) ? { node, kind: 'other' } : { node, kind: 'literal', value: values.join('') }
}

function readUnary(source: PythonSource, node: SyntaxNode): Expression {
  const [operator, operand] = [node.firstChild, node.lastChild]
  const value = operand === null ? undefined : readExpression(source, operand)
  const sign = operator === null ? '' : source.textOf(operator)
  if (value?.kind !== 'literal' || typeof value.value !== 'number' || (sign !== '-' && sign !== '+')) return { node, kind: 'other' }
  return { node, kind: 'literal', value: sign === '-' ? -value.value : value.value }
}

function readLambda(source: PythonSource, node: SyntaxNode): Expression {
  const parameters = node.getChild('ParamList')
  const body = node.lastChild
  const names = parameters === null ? [] : childrenOf(parameters)
  if (body === null || names.some(({ name }) => name !== 'VariableName')) return { node, kind: 'other' }
  return { node, kind: 'lambda', parameters: names.map(source.textOf), body: readExpression(source, body) }
}

/** Reads an expression without running it. The nesting was bounded when the source was parsed. */
export function readExpression(source: PythonSource, node: SyntaxNode): Expression {
  switch (node.name) {
    case 'String':
      return readText(source, node, [node])
    case 'ContinuedString':
      return readText(source, node, childrenOf(node))
    case 'Number': {
      const value = numberValue(source.textOf(node))
      return value === undefined ? { node, kind: 'other' } : { node, kind: 'literal', value }
    }
    case 'Boolean':
      return { node, kind: 'literal', value: source.textOf(node) === 'True' }
    case 'None':
      return { node, kind: 'literal', value: null }
    case 'VariableName':
    case 'MemberExpression':
      return readName(source, node)
    case 'ParenthesizedExpression': {
      const [inner] = childrenOf(node)
      return inner === undefined ? { node, kind: 'other' } : readExpression(source, inner)
    }
    case 'ArrayExpression':
    case 'TupleExpression': {
      for (let child = node.firstChild; child !== null; child = child.nextSibling) if (child.name === '*') return { node, kind: 'other' }
      return { node, kind: 'list', items: childrenOf(node).map(child => readExpression(source, child)) }
    }
    case 'DictionaryExpression':
      return readDict(source, node)
    case 'CallExpression':
      return readCall(source, node)
    case 'LambdaExpression':
      return readLambda(source, node)
    case 'UnaryExpression':
      return readUnary(source, node)
    case 'BinaryExpression': {
      const [left, right] = [node.firstChild, node.lastChild]
      const operator = left?.nextSibling
      if (!left || !right || !operator || source.textOf(operator) !== '+') return { node, kind: 'other' }
      return { node, kind: 'add', left: readExpression(source, left), right: readExpression(source, right) }
    }
    default:
      return { node, kind: 'other' }
  }
}
