import { FairleadError, printable, type Resolved, type Secret } from '@fairlead/core'
import type { options } from '../manifest.ts'

/** What lets a connection in: one of these, all of it from one source. */
type Credential =
  | { readonly kind: 'key'; readonly key: Buffer }
  /** The parameters of the signature, without a question mark. */
  | { readonly kind: 'sas'; readonly query: string }
  | { readonly kind: 'azure-ad' }
  | { readonly kind: 'anonymous' }

/** Where a connection leads, and as whom. */
export interface Account {
  readonly name: string
  /** Of the account, without a slash at the end. */
  readonly endpoint: string
  readonly container: string
  readonly credential: Credential
}

type Settings = Resolved<typeof options>

/** Azurite's, the same on every machine: https://learn.microsoft.com/azure/storage/common/storage-connect-azurite */
const emulator = {
  AccountName: 'devstoreaccount1',
  AccountKey: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
  BlobEndpoint: 'http://127.0.0.1:10000/devstoreaccount1',
}

const containerForm = /^(?:\$root|\$web|\$logs|[a-z0-9](?:-?[a-z0-9]){2,62})$/

/** Reads account and credential out of the settings. `config-invalid` for what is missing, contradicts itself, or can't be right. */
export function accountOf(settings: Settings, connection: string): Account {
  const { container } = settings
  const fail = (what: string, hint: string): FairleadError =>
    new FairleadError('config-invalid', `connection "${connection}": ${what}.`, { connection, hint })
  if (!containerForm.test(container) || container.length > 63)
    throw fail(
      `"${printable(container, 70)}" is not a container name`,
      `Use 3 to 63 lower-case letters, digits and single hyphens: fairlead client set ${connection} container=NAME`,
    )
  const string = parseConnectionString(settings['connection-string'], fail)
  const said = settings.account ?? string['AccountName']
  if (string['AccountName'] !== undefined && said !== string['AccountName'])
    throw fail(
      `the connection string belongs to the account "${printable(string['AccountName'])}", but the setting "account" says "${printable(said ?? '')}"`,
      `Use the account of the connection string: fairlead client unset ${connection} account`,
    )
  const endpoint = settings.endpoint?.href ?? string['BlobEndpoint'] ?? endpointOf(said, string)
  if (endpoint === undefined) throw fail('it does not contain a storage account', `Set it: fairlead client set ${connection} account=NAME`)
  const url = URL.parse(endpoint)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw fail('its endpoint is not an http address', 'Write it as https://ACCOUNT.blob.core.windows.net')
  const name = said ?? nameIn(url)
  if (name === undefined)
    throw fail('its endpoint does not say which account it belongs to', `Set it: fairlead client set ${connection} account=NAME`)
  const credential = credentialOf(settings, string, fail, connection)
  if (credential.kind === 'azure-ad' && url.protocol === 'http:' && !/^(?:localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname))
    throw fail('Azure AD logins need https, because anyone listening could use them otherwise', 'Use an https endpoint.')
  return { name, endpoint: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, container, credential }
}

type Fail = (what: string, hint: string) => FairleadError

function parseConnectionString(text: Secret | undefined, fail: Fail): Readonly<Record<string, string | undefined>> {
  if (text === undefined) return {}
  const pairs = text
    .reveal()
    .trim()
    .split(';')
    .filter(pair => pair !== '')
    .map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const)
  const fields: Record<string, string> = Object.fromEntries(pairs)
  if (fields['UseDevelopmentStorage'] === 'true') return emulator
  if (pairs.some(([key]) => key === '') || (fields['AccountName'] === undefined && fields['BlobEndpoint'] === undefined))
    throw fail(
      'its connection string has no account and no endpoint',
      'Copy the whole of it from the portal: DefaultEndpointsProtocol=https;AccountName=…;AccountKey=…;EndpointSuffix=core.windows.net',
    )
  return fields
}

function endpointOf(account: string | undefined, string: Readonly<Record<string, string | undefined>>): string | undefined {
  if (account === undefined || !/^[a-z0-9-]{1,63}$/.test(account)) return undefined
  const suffix = string['EndpointSuffix'] ?? 'core.windows.net'
  return `${string['DefaultEndpointsProtocol'] ?? 'https'}://${account}.blob.${suffix}`
}

/** Of `https://ACCOUNT.blob.core.windows.net`, or of `http://127.0.0.1:10000/ACCOUNT`. */
function nameIn({ hostname, pathname }: URL): string | undefined {
  const first = pathname.split('/')[1] ?? ''
  if (first !== '') return first
  return hostname.includes('.blob.') ? hostname.split('.')[0]?.replace(/-secondary$/, '') : undefined
}

function credentialOf(
  settings: Settings,
  string: Readonly<Record<string, string | undefined>>,
  fail: Fail,
  connection: string,
): Credential {
  const key = string['AccountKey'] ?? settings['account-key']?.reveal()
  if (key !== undefined) {
    const bytes = Buffer.from(key.trim(), 'base64')
    if (bytes.byteLength === 0 || bytes.toString('base64') !== key.trim())
      throw fail('its account key is not base64', `Store it again: fairlead client set ${connection} account-key`)
    return { kind: 'key', key: bytes }
  }
  const sas = string['SharedAccessSignature'] ?? settings.sas?.reveal()
  if (sas !== undefined) {
    // People paste the whole address, or begin with the question mark.
    const query = sas.trim().replace(/^[^?]*\?/, '')
    if (!new URLSearchParams(query).has('sig'))
      throw fail('its SAS has no signature ("sig=…")', `Store the whole of it again: fairlead client set ${connection} sas`)
    return { kind: 'sas', query }
  }
  if (settings['azure-ad']) return { kind: 'azure-ad' }
  if (settings.anonymous) return { kind: 'anonymous' }
  throw fail(
    'it has no credential',
    `Store one: fairlead client set ${connection} account-key (or connection-string, or sas), or azure-ad=true to log in, or anonymous=true for a public container.`,
  )
}
