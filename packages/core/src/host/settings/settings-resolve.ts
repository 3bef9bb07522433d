import { FairleadError } from '../../contract/errors.ts'
import type { SecretStore } from '../secrets/secrets-store.ts'
import type { SecretPlace } from './settings-file.ts'
import { checkSettingName, describeSource, findSettings, type Candidate, type SettingsScope } from './settings-sources.ts'
import { howToSet, parseSetting, type SettingValue } from './settings-values.ts'

type Scope = Omit<SettingsScope, 'stored'>

/** What the secret of a setting is filed under. */
export function settingAccount(connection: string, name: string): string {
  return `${connection}/setting/${name}`
}

/** Whether a candidate is no value but the place of a stored secret. */
export function isPlace(value: Candidate['value']): value is { readonly secret: SecretPlace } {
  return typeof value === 'object' && 'secret' in value
}

/** The checked value of a candidate, its secret fetched. `config-invalid` when it is no value or the secret is gone. */
export async function settingValue(
  scope: Scope,
  name: string,
  candidate: Candidate | undefined,
  secrets: SecretStore,
): Promise<SettingValue | undefined> {
  const { connection, manifest, env } = scope
  if (candidate === undefined) return undefined
  if (!isPlace(candidate.value)) {
    return parseSetting(
      checkSettingName(connection, manifest, name),
      candidate.value,
      { connection, name, from: describeSource(candidate.source) },
      env,
    )
  }
  const found = await secrets.get(settingAccount(connection, name), candidate.value.secret)
  if (found !== undefined) return found
  throw new FairleadError(
    'config-invalid',
    `setting "${name}" of connection "${connection}": its secret is no longer in the ${candidate.value.secret}`,
    {
      connection,
      hint: `Store it again with \`fairlead client set ${connection} ${name}\`.`,
    },
  )
}

/** All values of a connection, checked and frozen. `config-invalid` when one is wrong, or required and set nowhere. */
export async function resolveSettings(scope: SettingsScope, secrets: SecretStore): Promise<Readonly<Record<string, SettingValue>>> {
  const found = findSettings(scope)
  const absent = Object.entries(scope.manifest.options)
    .filter(([name, option]) => 'required' in option && option.required === true && !found.has(name))
    .map(([name]) => name)
  if (absent.length > 0) throw missingSettings(scope, absent, found)
  const values: [string, SettingValue][] = []
  for (const [name, candidate] of found) {
    const value = await settingValue(scope, name, candidate, secrets)
    if (value !== undefined) values.push([name, value])
  }
  return Object.freeze(Object.fromEntries(values))
}

/** The `config-invalid` of settings that are set nowhere, with the ways to set the first. */
export function missingSettings(scope: Scope, names: readonly string[], found?: ReadonlyMap<string, Candidate>): FairleadError {
  const { connection, manifest } = scope
  const [first = ''] = names
  const option = manifest.options[first]
  const credentials = (manifest.credentials ?? [])
    .map(name => found?.get(name)?.source)
    .find(source => source !== undefined && source.kind !== 'default')
  const note =
    credentials !== undefined && names.some(name => manifest.credentials?.includes(name))
      ? `; its credentials all come from one source, here ${describeSource(credentials)}`
      : ''
  return new FairleadError('config-invalid', `connection "${connection}" lacks ${names.map(name => `"${name}"`).join(', ')}${note}`, {
    connection,
    ...(option !== undefined && { hint: `${first}: ${option.help} ${howToSet(connection, first, option)}` }),
  })
}
