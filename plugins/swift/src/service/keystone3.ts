import { FairleadError, printable } from '@fairlead/core'
import { chooseEndpoint, endpoints3 } from './catalog.ts'
import type { Identity, Login, Named } from './credentials.ts'
import { isRecord, recordsOf, textOf, type Json } from './json.ts'
import { loginRefused, loginStrange, type Granted, type LoginPlace } from './grant.ts'

type Login3 = Extract<Login, { version: 3 }>

/** Keystone's API of version 3: https://docs.openstack.org/api-ref/identity/v3/ */
export async function keystone3(login: Login3, place: LoginPlace): Promise<Granted> {
  const { authUrl, identity, project } = login
  const who = whoIs(identity)
  const document = await identityDocument(identity, place)
  const response = await post(
    authUrl,
    { auth: { identity: document, ...(project !== undefined && { scope: { project: named(project) } }) } },
    place,
  )
  if (response.status === 401 && project !== undefined) throw await whyRefused(login, document, place, who)
  if (response.status >= 300) throw await loginRefused(response, authUrl, who)
  const token = response.headers['x-subject-token']
  const answer = await response.json()
  const given = isRecord(answer) && isRecord(answer['token']) ? answer['token'] : undefined
  if (token === undefined || given === undefined) throw loginStrange(authUrl, 'without a token')
  if (given['catalog'] === undefined) {
    throw new FairleadError('config-invalid', `${who} can log in, but has no project`, {
      hint: `Set project to the project that has the container${await projectsOf(authUrl, token, place)}.`,
    })
  }
  const expires = new Date(textOf(given['expires_at']) ?? '')
  return {
    token,
    storageUrl: chooseEndpoint(endpoints3(given['catalog']), place),
    expires: Number.isNaN(expires.getTime()) ? undefined : expires,
  }
}

async function identityDocument(identity: Identity, place: LoginPlace): Promise<Json> {
  if (identity.by === 'password')
    return { methods: ['password'], password: { user: { ...named(identity.user), password: await place.password() } } }
  const { credential, secret } = identity
  const whose = 'id' in credential ? { id: credential.id } : { name: credential.name, user: named(credential.user) }
  return { methods: ['application_credential'], application_credential: { ...whose, secret: secret.reveal() } }
}

function named(of: Named): Readonly<Record<string, Json>> {
  return 'id' in of ? { id: of.id } : { name: of.name, domain: of.domain }
}

async function post(authUrl: URL, body: Json, { host }: LoginPlace) {
  return await host.http.request({
    method: 'POST',
    url: `${withVersion(authUrl)}/auth/tokens`,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
  })
}

/** A wrong password and a wrong project are refused alike; a login without a project tells which of the two it is. */
async function whyRefused({ authUrl, project }: Login3, document: Json, place: LoginPlace, who: string): Promise<FairleadError> {
  const name = project === undefined ? '' : 'id' in project ? project.id : project.name
  const response = await post(authUrl, { auth: { identity: document, scope: 'unscoped' } }, place)
  if (response.status >= 300) return await loginRefused(response, authUrl, who)
  await response.bytes()
  const token = response.headers['x-subject-token'] ?? ''
  return new FairleadError('permission-denied', `${who} can log in, but not to the project "${printable(name)}"`, {
    status: 401,
    hint: `Correct project or project-domain, or ask for a role in it${await projectsOf(authUrl, token, place)}.`,
  })
}

/** What this user may use instead, for a hint; nothing where the service does not tell. */
async function projectsOf(authUrl: URL, token: string, { host }: LoginPlace): Promise<string> {
  const response = await host.http.request({
    url: `${withVersion(authUrl)}/auth/projects`,
    headers: { 'x-auth-token': token, accept: 'application/json' },
  })
  const answer = response.status === 200 ? await response.json() : (await response.bytes(), undefined)
  const names = recordsOf(isRecord(answer) ? answer['projects'] : undefined).flatMap(project => textOf(project['name']) ?? [])
  return names.length === 0
    ? ''
    : `; the projects of this user are ${names
        .slice(0, 20)
        .map(name => `"${printable(name)}"`)
        .join(', ')}`
}

function whoIs(identity: Identity): string {
  if (identity.by === 'application-credential')
    return `the application credential "${'id' in identity.credential ? identity.credential.id : identity.credential.name}"`
  return 'id' in identity.user ? `the user with the id "${identity.user.id}"` : `user "${identity.user.name}"`
}

function withVersion(authUrl: URL): string {
  const base = authUrl.href.replace(/\/+$/, '')
  return /\/v3(\.\d+)?$/.test(base) ? base : `${base.replace(/\/v2(\.\d+)?$/, '')}/v3`
}
