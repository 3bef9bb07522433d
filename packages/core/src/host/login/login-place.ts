import { FairleadError } from '../../contract/errors.ts'
import type { OAuthLogin } from '../../contract/login.ts'
import type { Manifest } from '../../contract/manifest.ts'
import { createTokenCache } from '../secrets/token-cache.ts'
import { isSecret, type SettingValue } from '../settings/settings-values.ts'
import type { ConnectionSettings } from '../settings/settings.ts'
import { createKeptTokens, type KeptTokens } from './kept-tokens.ts'
import type { LoginSurroundings } from './login-verbs.ts'

/** A connection whose client has a login. */
export interface LoginPlace {
  readonly connection: string
  readonly manifest: Manifest
  readonly login: OAuthLogin
  readonly settings: ConnectionSettings
  readonly kept: KeptTokens
  /** The settings that a login uses: the others may still be missing. */
  values(): Promise<Readonly<Record<string, SettingValue>>>
}

/** The place of a connection's login; `unsupported` where its client has none. */
export function loginPlace(connection: string, around: LoginSurroundings): LoginPlace {
  const manifest = around.manifestOf(connection)
  const { login } = manifest
  if (login === undefined) {
    throw new FairleadError('unsupported', `the client ${manifest.name} of "${connection}" has no login`, {
      connection,
      hint:
        manifest.credentials === undefined
          ? `It needs none: try it with \`fairlead client check ${connection}\`.`
          : `Its credentials are settings: \`fairlead client set ${connection} ${manifest.credentials[0] ?? 'SETTING'}\`.`,
    })
  }
  const { secrets, locks, redactor } = around
  const settings = around.settingsOf(connection)
  const names = [...Object.values(login.settings), ...(login.endpointSetting === undefined ? [] : [login.endpointSetting])]
  return {
    connection,
    manifest,
    login,
    settings,
    kept: createKeptTokens(createTokenCache({ connection, secrets, locks, redactor }), redactor),
    async values() {
      const values: [string, SettingValue][] = []
      for (const name of names) {
        const value = await settings.get(name)
        if (isSecret(value)) redactor.hide(value.reveal())
        if (value !== undefined) values.push([name, value])
      }
      return Object.fromEntries(values)
    },
  }
}
