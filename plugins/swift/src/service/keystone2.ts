import { chooseEndpoint, endpoints2 } from './catalog.ts'
import type { Login } from './credentials.ts'
import { isRecord, textOf } from './json.ts'
import { loginRefused, loginStrange, type Granted, type LoginPlace } from './grant.ts'

/** Keystone's API of version 2, which newer clouds have no more: https://docs.openstack.org/api-ref/identity/v2/ */
export async function keystone2(login: Extract<Login, { version: 2 }>, place: LoginPlace): Promise<Granted> {
  const { authUrl, user, tenant } = login
  const body = {
    auth: {
      passwordCredentials: { username: user, password: await place.password() },
      ...(tenant !== undefined && ('id' in tenant ? { tenantId: tenant.id } : { tenantName: tenant.name })),
    },
  }
  const response = await place.host.http.request({
    method: 'POST',
    url: `${withVersion(authUrl)}/tokens`,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
  })
  const named = tenant === undefined ? '' : ` for project "${'id' in tenant ? tenant.id : tenant.name}"`
  if (response.status >= 300) throw await loginRefused(response, authUrl, `user "${user}"${named}`)
  const document = await response.json()
  const access = isRecord(document) && isRecord(document['access']) ? document['access'] : {}
  const given = isRecord(access['token']) ? access['token'] : {}
  const token = textOf(given['id'])
  if (token === undefined) throw loginStrange(authUrl, 'without a token')
  const expires = new Date(textOf(given['expires']) ?? '')
  const endpoints = endpoints2(access['serviceCatalog'])
  return {
    token,
    storageUrl: chooseEndpoint(endpoints, place),
    expires: Number.isNaN(expires.getTime()) ? undefined : expires,
  }
}

function withVersion(authUrl: URL): string {
  const base = authUrl.href.replace(/\/+$/, '')
  return /\/v2(\.\d+)?$/.test(base) ? base : `${base}/v2.0`
}
