import { FairleadError, type Host } from '@fairlead/core'
import { isRecord, type Json } from './json.ts'
import type { Login } from './credentials.ts'
import { loginRefused, type Granted, type LoginPlace } from './grant.ts'
import { keystone2 } from './keystone2.ts'
import { keystone3 } from './keystone3.ts'
import { tempauth } from './tempauth.ts'

/** Gets a token. Errors: `unauthenticated` for a wrong user, password or project; `config-invalid` for what the service does not have. */
export async function logIn(login: Login, place: LoginPlace): Promise<Granted> {
  switch (login.version) {
    case 1:
      return await tempauth(login, place)
    case 2:
      return await keystone2(login, place)
    case 3:
      return await keystone3(login, place)
  }
}

/** Asks an address without a version which versions it speaks, and takes the newest of ours. */
export async function discoverVersion(authUrl: URL, host: Host): Promise<1 | 2 | 3> {
  const response = await host.http.request({ url: authUrl, headers: { accept: 'application/json' } })
  if (response.status !== 200 && response.status !== 300) {
    // A tempauth that has no page there still wants who asks to log in.
    if (response.status === 401 || response.status === 412) return 1
    throw await loginRefused(response, authUrl, 'it does not say which auth versions it supports')
  }
  const ids = versionIds(await response.json())
  if (ids.some(id => id.startsWith('v3'))) return 3
  if (ids.some(id => id.startsWith('v2'))) return 2
  throw new FairleadError('config-invalid', `${authUrl.href} offers no auth version 2 or 3`, {
    hint: 'Correct auth-url, or set auth-version to 1 for a login of the cluster itself.',
  })
}

/** `{"versions": {"values": [{"id": "v3.14"}]}}`, or `{"versions": [{"id": …}]}`, or `{"version": {"id": …}}`. */
function versionIds(document: Json): string[] {
  if (!isRecord(document)) return []
  const { versions, version } = document
  const list = isRecord(versions) ? versions['values'] : versions
  const entries = Array.isArray(list) ? list : [version]
  return entries.flatMap(entry => (isRecord(entry) && typeof entry['id'] === 'string' ? [entry['id']] : []))
}
