import { errorFromResponse, FairleadError, type Host, type HttpResponse } from '@fairlead/core'

/** What a login gives. */
export interface Granted {
  readonly token: string
  /** The address of the account, where the login names one. */
  readonly storageUrl: string | undefined
  readonly expires: Date | undefined
}

/** What a login is made with. */
export interface LoginPlace {
  readonly host: Host
  /** The one of the catalog that is meant. */
  readonly region: string | undefined
  readonly interface: string
  /** The password of the settings, or what a person typed. */
  password(): Promise<string>
}

/** The error of a login that was refused; `who` says whose it was. Reads the body. */
export async function loginRefused(response: HttpResponse, authUrl: URL, who: string): Promise<FairleadError> {
  const { status } = response
  const base = await errorFromResponse(response)
  const details = { status, ...(base.requestId !== undefined && { requestId: base.requestId }) }
  if (status === 401 || status === 403) {
    return new FairleadError('unauthenticated', `the login at ${authUrl.host} refused ${who}`, {
      ...details,
      hint: 'Check user, password and project.',
    })
  }
  if (status === 404 || status === 405 || status === 300 || status === 400) {
    return new FairleadError('config-invalid', `${authUrl.href} is not a login that this client can use: ${base.message}`, {
      ...details,
      hint: 'Correct auth-url, or set auth-version to 1, 2 or 3.',
    })
  }
  return base.with({ hint: 'Try again later: the login does not respond correctly.' })
}

/** The error of a login whose answer has not what it must have. */
export function loginStrange(authUrl: URL, what: string): FairleadError {
  return new FairleadError('unexpected', `the login at ${authUrl.host} answered ${what}`, {
    hint: 'Check that auth-url is the address of a Keystone or of a Swift cluster.',
  })
}
