import { configText, loadConfig, type ConfigSource, type SourceProblem } from './config.ts'
import type { Variables } from './environment.ts'
import { projectKeys, projectSchema, variableOf, type ProjectKey } from './project-schema.ts'
import { createConfigRedactor } from './redact.ts'
import { defaultRedactRegex } from './defaults.ts'
import type { Schema } from './schema.ts'

/** One key as it may be shown. */
export interface ShownValue {
  readonly key: ProjectKey
  /** Secrets are hidden. Absent where there is neither a value nor a default. */
  readonly value?: unknown
  readonly source: ConfigSource
  /** The variable that would set it. */
  readonly variable: string
}

/** A configuration as it may be shown. */
export interface ShownConfig {
  readonly file: string
  readonly values: readonly ShownValue[]
  /** Variables that are set and have no effect, because FAIRLEAD_CONFIG is. */
  readonly ignored: readonly string[]
  readonly problems: readonly SourceProblem[]
}

/** The expression that hides, unless it is itself at fault. */
function redactorOf(regex: string, hash: boolean): ReturnType<typeof createConfigRedactor> {
  try {
    return createConfigRedactor({ regex, hash })
  } catch {
    // An expression that can't be used is among the problems; nothing is shown in the clear because of it.
    return createConfigRedactor({ regex: defaultRedactRegex, hash })
  }
}

/** The effective value and the source of every key, secrets hidden. Throws `not-found` when there is no configuration. */
export function showConfig(file: string, environment: Variables = process.env): ShownConfig {
  const { config, given, sources, ignored, problems } = loadConfig(configText(file, environment), file, environment)
  const redactor = redactorOf(config.redact.regex, config.redact.hash)
  const values = projectKeys.map(key => {
    const schema: Schema = projectSchema.keys[key]
    const value: unknown = given[key] ?? schema.default
    // The expression itself holds the very words it hides.
    const shown = key === 'redact_regex' ? value : redactor.value(value, [key])
    return { key, ...(value !== undefined && { value: shown }), source: sources[key], variable: variableOf(key) }
  })
  return { file, values, ignored, problems }
}
