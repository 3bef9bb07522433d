import type { Access } from '../../contract/login.ts'
import { describeSource } from '../settings/settings-sources.ts'
import type { SettingReport } from '../settings/settings.ts'
import { accessOf } from './access-record.ts'
import { guideOf } from './log-in.ts'
import { loginPlace } from './login-place.ts'
import { originOf } from './kept-tokens.ts'
import type { LoginStatus, LoginSurroundings } from './login-verbs.ts'
import { clientOf, textOf } from './protocol.ts'

/** See {@link LoginVerbs.loginStatus}. */
export async function loginStatus(connection: string, around: LoginSurroundings): Promise<LoginStatus> {
  const manifest = around.manifestOf(connection)
  const reports = around.settingsOf(connection).all()
  const set = (name: string | undefined): SettingReport | undefined =>
    reports.find(report => report.name === name && report.value !== undefined && report.source?.kind !== 'default')
  const { login, credentials: names = [] } = manifest
  const other = names.map(set).find(report => report !== undefined)
  const base = { connection, client: manifest.name }
  if (login === undefined) {
    return { ...base, hasLogin: false, credentials: other === undefined ? 'none' : 'other', ...sourceOf(other), accesses: [], guide: [] }
  }
  const place = loginPlace(connection, around)
  const refresh = set(login.settings.refreshToken)
  const token = set(login.settings.accessToken)
  const settings = await place.values()
  const origin = originOf(
    clientOf(login, settings)?.id ?? '',
    textOf(settings, login.settings.refreshToken) ?? textOf(settings, login.settings.accessToken),
  )
  const known = refresh === undefined && token === undefined ? undefined : await place.kept.access(origin)
  const access = accessOf(login, known?.scope)
  const id = set(login.settings.clientId)
  const all: readonly Access[] = ['app', 'read', 'full']
  return {
    ...base,
    hasLogin: true,
    credentials: refresh !== undefined ? 'login' : token !== undefined ? 'token' : other !== undefined ? 'other' : 'none',
    ...sourceOf(refresh ?? token ?? other),
    ...(access !== undefined && { access }),
    ...(known?.scope !== undefined && { scopes: known.scope.split(/\s+/) }),
    ...(known?.expires !== undefined && { expires: new Date(known.expires) }),
    ...(id?.source !== undefined && { oauthClient: { id: String(id.value), source: describeSource(id.source) } }),
    accesses: all
      .filter(one => login.access[one] !== undefined)
      .toSorted((a, b) => Number(b === login.defaultAccess) - Number(a === login.defaultAccess)),
    guide: guideOf(login),
  }
}

function sourceOf(report: SettingReport | undefined): Pick<LoginStatus, 'source'> {
  if (report?.source === undefined) return {}
  const source = describeSource(report.source)
  return { source: report.secret === undefined ? source : `${source}, secret in the ${report.secret}` }
}
