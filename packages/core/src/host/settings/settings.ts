import { FairleadError } from '../../contract/errors.ts'
import type { OptionSpec, Secret } from '../../contract/options.ts'
import type { SavedSecret, SecretStore } from '../secrets/secrets-store.ts'
import { storedConnection, type SettingsFile, type StoredSetting } from './settings-file.ts'
import { isPlace, missingSettings, resolveSettings, settingAccount, settingValue } from './settings-resolve.ts'
import {
  checkSettingName,
  findSettings,
  refuseStored,
  settingCandidates,
  type Candidate,
  type SettingsScope,
  type SettingSource,
} from './settings-sources.ts'
import { environmentName, formatSetting, isSecret, parseSetting, type SettingInput, type SettingValue } from './settings-values.ts'

/** Where a setting was stored: in the settings, or where its secret went and why. */
export type SavedSetting = { readonly name: string } & ({ readonly place: 'settings'; readonly path: string } | SavedSecret)

/** One setting as it may be shown. */
export interface SettingReport {
  readonly name: string
  readonly type: OptionSpec['type']
  readonly help: string
  readonly required: boolean
  /** Absent: not set. A secret is `[secret]`. */
  readonly value?: string | number | boolean
  readonly source?: SettingSource
  /** Where a stored secret lies. */
  readonly secret?: 'keychain' | 'file'
  /** Its own environment name. */
  readonly variable: string
}

/** The settings of one connection, for programs. Values come by the order of precedence; writing concerns the stored ones only. */
export interface ConnectionSettings {
  readonly connection: string
  /** Undefined: set nowhere. `config-invalid`: set to what it can't be. */
  get(name: string): Promise<SettingValue | undefined>
  /** As `get`, with `otherwise` where nothing is set, and what was found is stored; a secret only with `secret: true`. A default of the client's is not stored. */
  getAndUpdate(name: string, options?: { readonly otherwise?: SettingInput; readonly secret?: boolean }): Promise<SettingValue | undefined>
  /** As `get`, but `config-invalid` with the ways to set it where it is set nowhere. */
  require(name: string): Promise<SettingValue>
  /** Stores a checked value; the answer tells where a secret went. */
  update(name: string, value: SettingInput): Promise<SavedSetting>
  /** Several at once: all are checked before any is stored. */
  updateAll(values: Readonly<Record<string, SettingInput>>): Promise<readonly SavedSetting[]>
  /** Forgets a stored value; `left` when a keychain did not answer and may still hold its secret. */
  unset(name: string): Promise<{ readonly removed: boolean; readonly left?: 'keychain' }>
  /** Every setting with its value and source, fit to be shown; values that could not be used among them. */
  all(): readonly SettingReport[]
  /** All values, checked, frozen; what is required and set nowhere is `config-invalid`. */
  resolve(): Promise<Readonly<Record<string, SettingValue>>>
}

/** The settings of one connection over the settings file and the secrets. `scope.stored` is read anew on each call. */
export function createConnectionSettings(init: {
  readonly scope: Omit<SettingsScope, 'stored'>
  readonly file: SettingsFile
  readonly secrets: SecretStore
}): ConnectionSettings {
  const { scope, file, secrets } = init
  const { connection, manifest, env } = scope
  const account = (name: string): string => settingAccount(connection, name)

  const now = (): SettingsScope => {
    const stored = Object.entries(storedConnection(file.read(), connection)?.settings ?? {})
    // Where nothing stored is to be read, a stored secret is as good as none.
    const readable = secrets.mode === 'environment' ? stored.filter(([, value]) => typeof value === 'string') : stored
    return { ...scope, stored: Object.fromEntries(readable) }
  }
  const find = (): ReadonlyMap<string, Candidate> => findSettings(now())
  const valueOf = (name: string, candidate: Candidate | undefined): Promise<SettingValue | undefined> =>
    settingValue(scope, name, candidate, secrets)
  const parse = (name: string, value: SettingInput): SettingValue =>
    parseSetting(checkSettingName(connection, manifest, name), value, { connection, name }, env)

  const store = async (values: ReadonlyArray<readonly [string, SettingValue]>): Promise<readonly SavedSetting[]> => {
    const saved: SavedSetting[] = []
    const changes: [string, StoredSetting][] = []
    for (const [name, value] of values) {
      if (isSecret(value)) {
        const where = await secrets.set(account(name), value.reveal())
        saved.push({ name, ...where })
        changes.push([name, { secret: where.place }])
      } else {
        saved.push({ name, place: 'settings', path: file.path })
        changes.push([name, formatSetting(value)])
      }
    }
    await file.change(settings => {
      const before = storedConnection(settings, connection) ?? { client: manifest.name, settings: {} }
      const after = { ...before, settings: { ...before.settings, ...Object.fromEntries(changes) } }
      return { ...settings, connections: { ...settings.connections, [connection]: after } }
    })
    return saved
  }

  const updateAll: ConnectionSettings['updateAll'] = async values => {
    for (const name of Object.keys(values)) refuseStored(connection, name, checkSettingName(connection, manifest, name))
    return store(Object.entries(values).map(([name, value]) => [name, parse(name, value)] as const))
  }

  const get: ConnectionSettings['get'] = async name => {
    checkSettingName(connection, manifest, name)
    return valueOf(name, find().get(name))
  }

  return {
    connection,
    get,
    updateAll,
    async getAndUpdate(name, options = {}) {
      const option = checkSettingName(connection, manifest, name)
      const candidate = find().get(name)
      const set = candidate !== undefined && candidate.source.kind !== 'default'
      const value = set || options.otherwise === undefined ? await valueOf(name, candidate) : parse(name, options.otherwise)
      const stored = candidate?.source.kind === 'settings'
      const worthStoring = set || options.otherwise !== undefined
      if (
        option.perCommand !== true &&
        value !== undefined &&
        worthStoring &&
        !stored &&
        (option.type !== 'secret' || options.secret === true)
      )
        await store([[name, value]])
      return value
    },
    async require(name) {
      const value = await get(name)
      if (value === undefined) throw missingSettings(scope, [name])
      return value
    },
    async update(name, value) {
      const [saved] = await updateAll({ [name]: value })
      if (saved === undefined) throw new FairleadError('unexpected', `setting "${name}" was not stored`, { connection })
      return saved
    },
    async unset(name) {
      let stored: StoredSetting | undefined
      await file.change(settings => {
        const before = storedConnection(settings, connection)
        stored = before !== undefined && Object.hasOwn(before.settings, name) ? before.settings[name] : undefined
        if (before === undefined || stored === undefined) return undefined
        const { [name]: _removed, ...rest } = before.settings
        return { ...settings, connections: { ...settings.connections, [connection]: { ...before, settings: rest } } }
      })
      if (stored === undefined || typeof stored === 'string') return { removed: stored !== undefined }
      const { left } = await secrets.delete(account(name), stored.secret)
      return { removed: true, ...(left !== undefined && { left }) }
    },
    all() {
      const found = settingCandidates(now())
      return Object.entries(manifest.options).map(([name, option]) => report(name, option, found.get(name)))
    },
    resolve: async () => resolveSettings(now(), secrets),
  }

  function report(name: string, option: OptionSpec, candidate: Candidate | undefined): SettingReport {
    const value = candidate?.value
    return {
      name,
      type: option.type,
      help: option.help,
      required: 'required' in option && option.required === true,
      ...(value !== undefined && { value: showValue(option, value, env) }),
      ...(candidate !== undefined && { source: candidate.source }),
      ...(value !== undefined && isPlace(value) && { secret: value.secret }),
      variable: environmentName(connection, name),
    }
  }
}

/** What was given, as far as it may be shown: `config show` also works for values that could not be used. */
function showValue(option: OptionSpec, value: Candidate['value'], env: SettingsScope['env']): string | number | boolean {
  if (option.type === 'secret' || isPlace(value) || isSecret(value)) return '[secret]'
  try {
    const parsed = parseSetting(option, value, { connection: '', name: '' }, env)
    return typeof parsed === 'number' || typeof parsed === 'boolean' ? parsed : formatPublic(parsed)
  } catch (error) {
    if (!FairleadError.is(error, 'config-invalid')) throw error
    // An address that was refused may hold a password.
    return option.type === 'url' ? '[not an address]' : String(value)
  }
}

function formatPublic(value: string | URL | Secret): string {
  return isSecret(value) ? '[secret]' : formatSetting(value)
}
