import { checkYaml } from './check.ts'
import type { CatalogConfig, SourceProblem } from './config.ts'
import { projectKeys, projectSchema, variableOf, type ProjectKey } from './project-schema.ts'
import type { ProjectFile, Schema } from './schema.ts'

/** The environment of a process, or what a program gives in its place. */
export type Variables = Readonly<Record<string, string | undefined>>

/** What the variables say. */
export interface EnvironmentValues {
  readonly values: ProjectFile
  /** The variable of each key that has one. */
  readonly variables: ReadonlyMap<ProjectKey, string>
  readonly specifications: CatalogConfig['specificationsText']
  readonly ignored: readonly string[]
  readonly problems: readonly SourceProblem[]
}

const booleans: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  1: true,
  false: false,
  no: false,
  off: false,
  0: false,
}

/** A value as a variable holds it: texts and choices as they are, booleans in any usual spelling, all else as YAML. */
function read(text: string, schema: Schema, variable: string): ReturnType<typeof checkYaml> {
  switch (schema.kind) {
    case 'string':
    case 'one-of':
      // Quoted, so that YAML takes nothing in it for its own.
      return checkYaml(JSON.stringify(text), schema, variable)
    case 'boolean': {
      const value = Object.hasOwn(booleans, text.trim().toLowerCase()) ? booleans[text.trim().toLowerCase()] : undefined
      return checkYaml(value === undefined ? JSON.stringify(text) : String(value), schema, variable)
    }
    default:
      return checkYaml(text, schema, variable)
  }
}

/**
 * The top-level keys that variables set. An empty variable counts as unset. With FAIRLEAD_CONFIG none of them counts, and
 * `ignored` says which are set all the same.
 */
export function environmentValues(environment: Variables): EnvironmentValues {
  const set = projectKeys.filter(key => (environment[variableOf(key)] ?? '') !== '')
  const none = { values: {}, variables: new Map<ProjectKey, string>(), specifications: undefined, problems: [] }
  if (environment['FAIRLEAD_CONFIG']) return { ...none, ignored: set.map(variableOf) }
  const values: Record<string, unknown> = {}
  const variables = new Map<ProjectKey, string>()
  const problems: SourceProblem[] = []
  let specifications: CatalogConfig['specificationsText']
  for (const key of set) {
    const variable = variableOf(key)
    const text = environment[variable] ?? ''
    const checked = read(text, projectSchema.keys[key], variable)
    variables.set(key, variable)
    for (const { line, column, message } of checked.problems) problems.push({ source: variable, line, column, message })
    if (checked.problems.length > 0) continue
    values[key] = checked.value
    if (key === 'specifications') specifications = { source: variable, text: JSON.stringify({ specifications: checked.value }) }
  }
  return { values, variables, specifications, ignored: [], problems }
}
