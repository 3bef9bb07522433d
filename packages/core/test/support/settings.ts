import { createLocks } from '../../src/host/machine/locks.ts'
import { createSecretStore, type SecretStore } from '../../src/host/secrets/secrets-store.ts'
import { createConnectionSettings, type ConnectionSettings } from '../../src/host/settings/settings.ts'
import { createSettingsFile, type SettingsFile } from '../../src/host/settings/settings-file.ts'
import type { SettingsScope } from '../../src/host/settings/settings-sources.ts'

/** The options of an object store, as a plugin would declare them. */
export const storeManifest = {
  name: 'store',
  options: {
    root: { type: 'path', help: 'The folder.', required: true },
    endpoint: { type: 'url', help: 'The address.' },
    region: { type: 'string', help: 'The region.', default: 'here', env: ['STORE_REGION'] },
    'part-size': { type: 'bytes', help: 'Bytes of a part.', default: 8_388_608 },
    'key-id': { type: 'string', help: 'The name of the key.', env: ['STORE_KEY_ID'] },
    key: { type: 'secret', help: 'The key.', env: ['STORE_KEY'] },
    public: { type: 'boolean', help: 'For all to read.' },
  },
  credentials: ['key-id', 'key'],
} as const satisfies SettingsScope['manifest']

/** Settings of one connection in a configuration folder, secrets in its file unless `env` says otherwise. */
export function openSettings(
  folder: string,
  scope: Partial<Omit<SettingsScope, 'stored'>> = {},
): { readonly settings: ConnectionSettings; readonly file: SettingsFile; readonly secrets: SecretStore } {
  const env = { FAIRLEAD_SECRETS: 'file', ...scope.env }
  const locks = createLocks(folder)
  const file = createSettingsFile(folder, locks)
  const secrets = createSecretStore({ folder, locks, env })
  const whole = { connection: 'archive', manifest: storeManifest, argument: {}, set: {}, builtIn: {}, ...scope, env }
  return { settings: createConnectionSettings({ scope: whole, file, secrets }), file, secrets }
}
