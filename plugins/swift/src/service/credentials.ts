import { FairleadError, type Resolved, type Secret } from '@fairlead/core'
import type { options } from '../manifest.ts'

type Settings = Resolved<typeof options>

/** A name within a domain, or an id that needs none. */
export type Named = { readonly id: string } | { readonly name: string; readonly domain: Domain }

/** A domain of Keystone. */
type Domain = { readonly id: string } | { readonly name: string }

/** Who logs in, by which form of Keystone v3. */
export type Identity =
  | { readonly by: 'password'; readonly user: Named; readonly password: Secret | undefined }
  | {
      readonly by: 'application-credential'
      readonly credential: { readonly id: string } | { readonly name: string; readonly user: Named }
      readonly secret: Secret
    }

/** What a token is got with; `auto` asks the service which version it speaks. */
export type Login =
  | { readonly version: 1; readonly authUrl: URL; readonly user: string; readonly password: Secret | undefined }
  | {
      readonly version: 2
      readonly authUrl: URL
      readonly user: string
      readonly password: Secret | undefined
      readonly tenant: { readonly id: string } | { readonly name: string } | undefined
    }
  | { readonly version: 3; readonly authUrl: URL; readonly identity: Identity; readonly project: Named | undefined }

/** What lets a connection in: a token that somebody has got already, or a login. */
export type Credentials =
  | { readonly token: Secret; readonly storageUrl: URL }
  | { readonly settings: Settings; readonly authUrl: URL; readonly version: 1 | 2 | 3 | 'auto' }

/** The credentials that the settings are. Throws `config-invalid` that names what is missing. */
export function credentialsOf(settings: Settings, connection: string): Credentials {
  const { token, 'storage-url': storageUrl, 'auth-url': authUrl } = settings
  if (token !== undefined && storageUrl !== undefined) return { token, storageUrl }
  if (authUrl === undefined) {
    throw new FairleadError(
      'config-invalid',
      token === undefined
        ? `connection "${connection}" lacks "auth-url", the URL to log in at`
        : `connection "${connection}" has a token but lacks "storage-url", the URL of the account`,
      {
        connection,
        hint: `Set it with \`fairlead client set ${connection} ${token === undefined ? 'auth-url' : 'storage-url'}=https://…\`, or load an openrc file for the default connection.`,
      },
    )
  }
  const version = versionOf(settings, authUrl, connection)
  if (
    settings['application-credential-id'] === undefined &&
    settings['application-credential-name'] === undefined &&
    userOf(settings) === undefined
  )
    throw lacks(connection, 'username', 'who logs in')
  return { settings, authUrl, version }
}

/** The login of a version, once it is known. */
export function loginOf(settings: Settings, authUrl: URL, version: 1 | 2 | 3, connection: string): Login {
  const { password } = settings
  if (version === 3) return { version, authUrl, identity: identityOf(settings, connection), project: projectOf(settings) }
  const user = settings.username
  if (user === undefined) throw lacks(connection, 'username', `who logs in by version ${version}`)
  if (version === 1) return { version, authUrl, user, password }
  const { project: name, 'project-id': id } = settings
  return { version, authUrl, user, password, tenant: id !== undefined ? { id } : name !== undefined ? { name } : undefined }
}

function versionOf(settings: Settings, { pathname }: URL, connection: string): 1 | 2 | 3 | 'auto' {
  const said = settings['auth-version'].toLowerCase()
  if (said !== 'auto') {
    const major = /^v?([123])(\.\d+)*$/.exec(said)?.[1]
    if (major === undefined)
      throw new FairleadError('config-invalid', `setting "auth-version" of connection "${connection}": "${said}" is not an auth version`, {
        connection,
        hint: 'Set it to 1, 2, 3 or auto.',
      })
    return major === '1' ? 1 : major === '2' ? 2 : 3
  }
  const inPath = /\/v([123])(?:\.\d+)?\/?$/.exec(pathname)?.[1]
  if (inPath !== undefined) return inPath === '1' ? 1 : inPath === '2' ? 2 : 3
  const only3 = [
    'application-credential-id',
    'application-credential-name',
    'user-id',
    'user-domain',
    'user-domain-id',
    'project-domain',
    'project-domain-id',
  ] as const
  if (only3.some(name => settings[name] !== undefined)) return 3
  // An account and a user in one word are tempauth's.
  return settings.username?.includes(':') === true && settings.project === undefined ? 1 : 'auto'
}

function identityOf(settings: Settings, connection: string): Identity {
  const { 'application-credential-id': id, 'application-credential-name': name, 'application-credential-secret': secret } = settings
  const user = userOf(settings)
  if (id !== undefined || name !== undefined) {
    if (secret === undefined) throw lacks(connection, 'application-credential-secret', 'the secret of the application credential')
    if (id !== undefined) return { by: 'application-credential', credential: { id }, secret }
    if (name !== undefined && user !== undefined) return { by: 'application-credential', credential: { name, user }, secret }
  }
  if (user === undefined) throw lacks(connection, 'username', 'who logs in')
  return { by: 'password', user, password: settings.password }
}

function userOf(settings: Settings): Named | undefined {
  const { username: name, 'user-id': id } = settings
  if (id !== undefined) return { id }
  return name === undefined ? undefined : { name, domain: domainOf(settings['user-domain-id'], settings['user-domain']) }
}

/** An application credential is of one project already; asking for it again is refused. */
function projectOf(settings: Settings): Named | undefined {
  const { project: name, 'project-id': id } = settings
  if (settings['application-credential-id'] !== undefined || settings['application-credential-name'] !== undefined) return undefined
  if (id !== undefined) return { id }
  return name === undefined ? undefined : { name, domain: domainOf(settings['project-domain-id'], settings['project-domain']) }
}

/** The domain that every Keystone has, under the id `default`. */
function domainOf(id: string | undefined, name: string | undefined): Domain {
  return id !== undefined ? { id } : name !== undefined ? { name } : { id: 'default' }
}

function lacks(connection: string, setting: string, what: string): FairleadError {
  return new FairleadError('config-invalid', `connection "${connection}" lacks "${setting}", ${what}`, {
    connection,
    hint: `Set it with \`fairlead client set ${connection} ${setting}${setting.endsWith('secret') ? '' : '=VALUE'}\`.`,
  })
}
