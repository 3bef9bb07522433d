import type { SyntaxNode } from '@lezer/common'
import { readExpression, type Expression } from './expression.ts'
import { childrenOf, type PythonSource } from './python-source.ts'

/** A class of the module, with what its body says. */
export interface PythonClass {
  readonly name: string
  readonly node: SyntaxNode
  readonly bases: readonly Expression[]
  readonly attributes: ReadonlyMap<string, Expression>
  readonly methods: ReadonlyMap<string, SyntaxNode>
  /** Statements that are neither an assignment nor a method. */
  readonly others: readonly SyntaxNode[]
}

/** What a module says at its top, in names that can be looked up. */
export interface PythonModule {
  readonly source: PythonSource
  readonly classes: ReadonlyMap<string, PythonClass>
  readonly values: ReadonlyMap<string, Expression>
  /** Functions of the module's own. */
  readonly functions: ReadonlyMap<string, SyntaxNode>
  /** Statements that are code. */
  readonly others: readonly SyntaxNode[]
  /** What a dotted name stands for in full, by the imports: `vd.is_eq` is `hidebound.core.validators.is_eq`. */
  resolve(name: string): string
}

function isText(node: SyntaxNode): boolean {
  return node.name === 'ExpressionStatement' && (node.firstChild?.name === 'String' || node.firstChild?.name === 'ContinuedString')
}

/** The one name and the value of an assignment; undefined where it assigns something else. */
function readAssignment(source: PythonSource, node: SyntaxNode): readonly [string, Expression] | undefined {
  const target = node.firstChild
  const value = node.lastChild
  const operators = node.getChildren('AssignOp')
  if (target?.name !== 'VariableName' || value === null || operators.length !== 1 || node.getChildren(',').length > 0) return undefined
  return [source.textOf(target), readExpression(source, value)]
}

function readClass(source: PythonSource, node: SyntaxNode): PythonClass | undefined {
  const name = node.getChild('VariableName')
  const body = node.getChild('Body')
  if (name === null || body === null) return undefined
  const list = node.getChild('ArgList')
  const attributes = new Map<string, Expression>()
  const methods = new Map<string, SyntaxNode>()
  const others: SyntaxNode[] = list === null || list.getChildren('AssignOp').length === 0 ? [] : [list]
  for (const statement of childrenOf(body)) {
    const assigned = statement.name === 'AssignStatement' ? readAssignment(source, statement) : undefined
    const method = statement.name === 'FunctionDefinition' ? statement.getChild('VariableName') : null
    if (assigned !== undefined) attributes.set(...assigned)
    else if (method !== null) methods.set(source.textOf(method), statement)
    else if (!isText(statement) && statement.name !== 'PassStatement') others.push(statement)
  }
  const bases = list === null || others.includes(list) ? [] : childrenOf(list).map(base => readExpression(source, base))
  return { name: source.textOf(name), node, bases, attributes, methods, others }
}

/** `import a.b as c`, `from a import b as c`: what each name that it brings stands for. */
function readImport(source: PythonSource, node: SyntaxNode, imports: Map<string, string>, starred: string[]): void {
  const text = source
    .textOf(node)
    .replaceAll(/#[^\n]*/g, '')
    .replaceAll(/[()\\\s]+/g, ' ')
    .trim()
  const from = /^from ([\w.]+) import (.*)$/u.exec(text)
  const names = (from?.[2] ?? text.replace(/^import /, '')).split(',')
  for (const part of names) {
    const [name = '', , alias] = part.trim().split(' ')
    if (name === '') continue
    if (name === '*') starred.push(from?.[1] ?? '')
    else if (from !== null) imports.set(alias ?? name, `${from[1]}.${name}`)
    else if (alias !== undefined) imports.set(alias, name)
  }
}

/** Reads the statements of a module; nothing is looked up or run. */
export function readModule(source: PythonSource): PythonModule {
  const classes = new Map<string, PythonClass>()
  const values = new Map<string, Expression>()
  const functions = new Map<string, SyntaxNode>()
  const others: SyntaxNode[] = []
  const imports = new Map<string, string>()
  const starred: string[] = []
  for (const statement of childrenOf(source.top)) {
    const assigned = statement.name === 'AssignStatement' ? readAssignment(source, statement) : undefined
    const defined = statement.name === 'FunctionDefinition' ? statement.getChild('VariableName') : null
    const found = statement.name === 'ClassDefinition' ? readClass(source, statement) : undefined
    if (statement.name === 'ImportStatement') readImport(source, statement, imports, starred)
    else if (assigned !== undefined) values.set(...assigned)
    else if (found !== undefined) classes.set(found.name, found)
    else if (defined !== null) functions.set(source.textOf(defined), statement)
    else if (!isText(statement) && statement.name !== 'PassStatement') others.push(statement)
  }
  const resolve = (name: string): string => {
    const [first = '', ...rest] = name.split('.')
    const target = imports.get(first)
    if (target !== undefined) return [target, ...rest].join('.')
    const isOwn = classes.has(first) || values.has(first) || functions.has(first)
    const [star] = starred
    return star === undefined || isOwn || rest.length > 0 ? name : `${star}.${name}`
  }
  return { source, classes, values, functions, others, resolve }
}
