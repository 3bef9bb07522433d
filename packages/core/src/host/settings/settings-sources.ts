import { readFileSync } from 'node:fs'
import { FairleadError } from '../../contract/errors.ts'
import type { Manifest } from '../../contract/manifest.ts'
import type { OptionSpec, OptionsSpec } from '../../contract/options.ts'
import { environmentValue, type Environment } from '../application/environment.ts'
import { nearest } from './nearest.ts'
import type { SecretPlace, StoredSetting } from './settings-file.ts'
import { environmentName, howToSet, type SettingInput } from './settings-values.ts'

/** Where a value came from. `service-environment` is a name of the service's own, such as AWS_REGION. */
export type SettingSource =
  | { readonly kind: 'argument' | 'set' | 'settings' | 'built-in' | 'default' }
  | { readonly kind: 'environment' | 'service-environment'; readonly variable: string }

/** A setting's value before it is checked, or where its secret lies. */
export interface Candidate {
  readonly source: SettingSource
  readonly value: SettingInput | { readonly secret: SecretPlace }
}

/** Everything that may give a connection its settings, in the order of precedence. */
export interface SettingsScope {
  readonly connection: string
  readonly manifest: Pick<Manifest, 'name' | 'options' | 'credentials'>
  readonly argument: Readonly<Record<string, SettingInput | undefined>>
  /** `--set`. */
  readonly set: Readonly<Record<string, string>>
  readonly env: Environment
  readonly stored: Readonly<Record<string, StoredSetting>>
  /** What a built-in connection is made of. */
  readonly builtIn: Readonly<Record<string, SettingInput>>
}

const levels = ['argument', 'set', 'environment', 'service-environment', 'settings', 'built-in', 'default'] as const

/**
 * Finds each setting's value: argument > `--set` > environment > the service's own environment names (for its default
 * connection only) > stored > built-in > default. All credentials come from the first source that has any of them, so
 * that a key of one account is never used with the secret of another; of the service's own names only those that begin
 * alike (`OS_…` or `ST_…`). Unknown settings are `config-invalid`.
 */
export function findSettings(scope: SettingsScope): ReadonlyMap<string, Candidate> {
  const { connection, manifest } = scope
  for (const given of [scope.argument, scope.set]) for (const name of Object.keys(given)) checkSettingName(connection, manifest, name)
  for (const name of Object.keys(scope.stored)) {
    const remove = `Remove it with \`fairlead client unset ${connection} ${name}\`. `
    refuseStored(connection, name, checkSettingName(connection, manifest, name, remove), remove)
  }
  return settingCandidates(scope)
}

/** The same without a look at the names that were given: to show settings that need correction. */
export function settingCandidates(scope: SettingsScope): ReadonlyMap<string, Candidate> {
  const { manifest } = scope
  const credentials = new Set(manifest.credentials ?? [])
  const credentialLevel = levels.find(level => [...credentials].some(name => at(level, name, scope) !== undefined))
  const ofFamily = credentialLevel === 'service-environment' ? withFamily(scope, familyOf(credentials, scope)) : scope
  const found = new Map<string, Candidate>()
  for (const name of Object.keys(manifest.options)) {
    const allowed = credentials.has(name) ? levels.filter(level => level === credentialLevel || level === 'default') : levels
    const candidate = firstOf(allowed, name, credentials.has(name) ? ofFamily : scope)
    if (candidate !== undefined) found.set(name, candidate)
  }
  return found
}

/** What the service's own names begin with, up to the first `_`, in the name of the first credential that the environment has. */
function familyOf(credentials: ReadonlySet<string>, scope: SettingsScope): string {
  for (const name of credentials) {
    const source = at('service-environment', name, scope)?.source
    if (source !== undefined && 'variable' in source) return prefixOf(source.variable)
  }
  return ''
}

function prefixOf(variable: string): string {
  return variable.slice(0, variable.indexOf('_') + 1)
}

/** The scope with none of the service's own names but those of one family. */
function withFamily(scope: SettingsScope, family: string): SettingsScope {
  const options = Object.entries(scope.manifest.options).map(([name, option]): [string, OptionSpec] => [
    name,
    option.env === undefined ? option : { ...option, env: option.env.filter(variable => prefixOf(variable) === family) },
  ])
  return { ...scope, manifest: { ...scope.manifest, options: Object.fromEntries(options) } }
}

/** Throws `config-invalid` for a setting that the client doesn't have, with the one that was probably meant. */
export function checkSettingName(connection: string, manifest: SettingsScope['manifest'], name: string, advice = ''): OptionSpec {
  const option = Object.hasOwn(manifest.options, name) ? manifest.options[name] : undefined
  if (option !== undefined) return option
  const names = Object.keys(manifest.options)
  const meant = nearest(name, names)
  throw new FairleadError('config-invalid', `client "${manifest.name}" has no setting "${name}" (connection "${connection}")`, {
    connection,
    hint: `${meant === undefined ? '' : `Did you mean "${meant}"? `}${advice}Its settings: ${names.length === 0 ? 'none' : names.join(', ')}.`,
  })
}

/** Throws `config-invalid` for a setting that is given anew for each command, where it is or would be stored. */
export function refuseStored(connection: string, name: string, option: OptionSpec, advice = ''): void {
  if (option.perCommand !== true) return
  throw new FairleadError('config-invalid', `setting "${name}" of connection "${connection}" is set per command and never stored`, {
    connection,
    hint: `${advice}${howToSet(connection, name, option)}`,
  })
}

/** A source in words, for messages and `config show`. */
export function describeSource(source: SettingSource): string {
  switch (source.kind) {
    case 'argument':
      return 'an argument'
    case 'set':
      return '--set'
    case 'environment':
    case 'service-environment':
      return `the environment (${source.variable})`
    case 'settings':
      return 'the stored settings'
    case 'built-in':
      return 'the built-in connection'
    case 'default':
      return 'its default'
  }
}

/** Every environment name that can feed a connection, with the setting it feeds: two connections may not share one. */
export function environmentNames(connection: string, options: OptionsSpec): ReadonlyMap<string, string> {
  return new Map(
    Object.keys(options).flatMap(name =>
      ['', '_FILE'].map((suffix): [string, string] => [environmentName(connection, name) + suffix, name]),
    ),
  )
}

function firstOf(allowed: ReadonlyArray<(typeof levels)[number]>, name: string, scope: SettingsScope): Candidate | undefined {
  for (const level of allowed) {
    const candidate = at(level, name, scope)
    if (candidate !== undefined) return candidate
  }
  return undefined
}

function at(level: (typeof levels)[number], name: string, scope: SettingsScope): Candidate | undefined {
  const option = scope.manifest.options[name]
  if (option === undefined) return undefined
  const candidate = (
    kind: 'argument' | 'set' | 'settings' | 'built-in' | 'default',
    value: Candidate['value'] | undefined,
  ): Candidate | undefined => (value === undefined ? undefined : { source: { kind }, value })
  switch (level) {
    case 'argument':
      return candidate(level, own(scope.argument, name))
    case 'set':
      return candidate(level, own(scope.set, name))
    case 'environment':
      return fromEnvironment(level, [environmentName(scope.connection, name)], scope)
    case 'service-environment':
      return scope.connection === scope.manifest.name ? fromEnvironment(level, option.env ?? [], scope) : undefined
    case 'settings':
      return candidate(level, own(scope.stored, name))
    case 'built-in':
      return candidate(level, own(scope.builtIn, name))
    case 'default':
      return candidate(level, 'default' in option ? option.default : undefined)
  }
}

function own<T>(values: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined
}

/** The first variable that is set, or the text of the file that `<NAME>_FILE` names. */
function fromEnvironment(
  kind: 'environment' | 'service-environment',
  names: readonly string[],
  scope: SettingsScope,
): Candidate | undefined {
  const { connection, env, manifest } = scope
  for (const variable of names) {
    const value = environmentValue(env, variable)
    if (value !== undefined) return { source: { kind, variable }, value }
    const fileVariable = `${variable}_FILE`
    const file = environmentValue(env, fileVariable)
    // A setting that is itself called "…-file" owns that variable.
    const taken = Object.keys(manifest.options).some(name => environmentName(connection, name) === fileVariable)
    if (file !== undefined && !taken)
      return { source: { kind, variable: fileVariable }, value: readSetting(file, fileVariable, connection) }
  }
  return undefined
}

function readSetting(file: string, variable: string, connection: string): string {
  try {
    // Editors and `echo` end a file with a newline that is no part of the value.
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (cause) {
    throw new FairleadError('config-invalid', `${variable} names ${file}, which can't be read`, {
      connection,
      path: file,
      hint: `Correct ${variable}, or unset it.`,
      cause,
    })
  }
}
