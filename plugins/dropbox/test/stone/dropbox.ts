import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DropboxExchange } from '@fairlead/testkit'
import { parseSpecification } from './parser.ts'
import { parseType } from './type-reference.ts'
import { problemOf } from './validate.ts'

const folder = join(import.meta.dirname, '..', 'specification')

/** Dropbox's own specification of its API, as it is kept beside these tests. */
export const specification = parseSpecification(
  readdirSync(folder)
    .filter(name => name.endsWith('.stone'))
    .map(name => readFileSync(join(folder, name), 'utf8')),
)

/** What is wrong with a call, or with its answer, by the specification. */
export function violationOf({ route: name, style, scope, argument, answer }: DropboxExchange): string | undefined {
  const route = specification.routes.get(name)
  if (route === undefined) return 'the specification has no such route'
  if ((route.attributes.get('style') ?? 'rpc') !== style) return `its style is ${route.attributes.get('style') ?? 'rpc'}`
  if (route.attributes.get('scope') !== scope) return `its scope is ${route.attributes.get('scope') ?? 'none'}`
  if (answer === undefined) return problemOf(specification, route.argument, argument)
  if (answer.status === 200) return problemOf(specification, route.result, answer.body)
  const { error, error_summary: summary }: Readonly<Record<string, unknown>> = { ...Object(answer.body) }
  if (typeof summary !== 'string') return 'an error has a summary'
  return problemOf(specification, route.error, error)
}

/** What is wrong with the body of a refusal that any route may give, of a type such as `auth.AuthError`. */
export function refusalProblem(type: string, body: unknown): string | undefined {
  const { error }: Readonly<Record<string, unknown>> = { ...Object(body) }
  return problemOf(specification, parseType(type, 'auth'), error)
}
