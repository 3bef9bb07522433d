import ts from 'typescript'
import { parse, type Tree } from './tree.ts'

/**
 * Where a method returns the promise of another method of its own class without waiting for it, while it holds something that is
 * closed when it returns (`await using`): what the promise is of would find it closed.
 */
export function keptOpen(tree: Tree): string[] {
  return [...tree].flatMap(([path, text]) => {
    if (!path.includes('/src/') || !path.endsWith('.ts') || !text.includes('await using')) return []
    const file = parse(path, text)
    const found: string[] = []
    visit(file, { holds: false, promises: new Set() }, node => {
      found.push(`${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1} needs "return await"`)
    })
    return found
  })
}

interface Surroundings {
  /** Whether something is closed at the end of the block. */
  readonly holds: boolean
  /** The async methods of the class. */
  readonly promises: ReadonlySet<string>
}

function visit(node: ts.Node, around: Surroundings, report: (node: ts.Node) => void): void {
  if (ts.isClassLike(node)) {
    const promises = new Set(node.members.filter(isAsyncMethod).map(({ name }) => name.getText()))
    for (const member of node.members) visit(member, { holds: false, promises }, report)
  } else if (ts.isBlock(node)) {
    let { holds } = around
    for (const statement of node.statements) {
      visit(statement, { ...around, holds }, report)
      holds ||= ts.isVariableStatement(statement) && (statement.declarationList.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing
    }
  } else if (ts.isReturnStatement(node) && around.holds) {
    if (node.expression !== undefined && endsIn(node.expression).some(one => callsOneOf(one, around.promises))) report(node)
  } else {
    const isFunction = ts.isFunctionLike(node)
    ts.forEachChild(node, child => visit(child, isFunction ? { ...around, holds: false } : around, report))
  }
}

function isAsyncMethod(member: ts.ClassElement): member is ts.MethodDeclaration {
  return ts.isMethodDeclaration(member) && member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) === true
}

/** What an expression may turn out to be. */
function endsIn(expression: ts.Expression): readonly ts.Expression[] {
  if (ts.isParenthesizedExpression(expression)) return endsIn(expression.expression)
  if (ts.isConditionalExpression(expression)) return [...endsIn(expression.whenTrue), ...endsIn(expression.whenFalse)]
  return [expression]
}

function callsOneOf(expression: ts.Expression, names: ReadonlySet<string>): boolean {
  return (
    ts.isCallExpression(expression) &&
    ts.isPropertyAccessExpression(expression.expression) &&
    expression.expression.expression.kind === ts.SyntaxKind.ThisKeyword &&
    names.has(expression.expression.name.text)
  )
}
