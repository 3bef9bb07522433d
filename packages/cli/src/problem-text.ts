import { posix } from 'node:path'
import type { CatalogProblem, ProblemGroup } from '@fairlead/catalog'
import { printable } from '@fairlead/core'
import { caretLines } from './caret.ts'
import { styled } from './style.ts'

/** What is wrong with one asset, or with one file that belongs to none, with carets and legal names. */
export function problemLines({ asset, problems }: ProblemGroup, most = Infinity): readonly string[] {
  const head = asset ?? problems[0]?.path ?? ''
  const lines = [
    `${styled('red', '✗')} ${styled('bold', printable(head, Infinity))}${asset === undefined ? '  (belongs to no asset)' : ''}`,
  ]
  let before: string | undefined
  for (const problem of problems.slice(0, most)) {
    lines.push(...oneProblem(problem, head, problem.path === before))
    before = problem.path
  }
  if (problems.length > most) lines.push(`    and ${problems.length - most} more here`)
  return lines
}

/** `named`: the line before is about the same file and says its name. */
function oneProblem({ path, field, message, position, legalName }: CatalogProblem, head: string, named: boolean): readonly string[] {
  const name = posix.basename(path)
  const what = printable(field === undefined || message.toLowerCase().includes(field) ? message : `${field}: ${message}`, Infinity)
  const isFile = path !== head
  const place =
    position === undefined
      ? [...(isFile && !named ? [`    ${printable(name, Infinity)}`] : []), `    ${isFile ? '  ' : ''}${what}`]
      : caretLines(name, position, what, '    ')
  return legalName === undefined ? place : [...place, `    legal name: ${styled('green', printable(legalName, Infinity))}`]
}
