import { FairleadError } from '@fairlead/core'
import type { Fairlead, LoginStatus } from '@fairlead/core/host'

/** How a login fares. `valid`: the service takes it. `missing`: nobody is logged in. `refused`: the service takes it no more. `unknown`: it was not or could not be asked. */
type LoginState = 'valid' | 'missing' | 'refused' | 'unknown'

/** A login with what the service says of it. */
export interface AskedStatus {
  readonly state: LoginState
  readonly account?: string
  readonly message?: string
  readonly hint?: string
  /** What is known of it afterwards: asking may have renewed it. */
  readonly status: LoginStatus
}

/** What is known of a connection's login, and (unless `offline`) what the service says. */
export async function statusOf(
  fairlead: Fairlead,
  name: string,
  { offline, signal }: { readonly offline: boolean; readonly signal: AbortSignal },
): Promise<AskedStatus> {
  const status = await fairlead.loginStatus(name)
  if (status.credentials === 'none' && status.hasLogin)
    return { state: 'missing', status, message: 'not logged in', hint: `Log in with \`fairlead client login ${name}\`.` }
  if (!status.hasLogin)
    return {
      state: 'unknown',
      status,
      message: 'its client does not support logins',
      hint: `Test it with \`fairlead client check ${name}\`.`,
    }
  if (offline) return { state: 'unknown', status }
  try {
    await using client = await fairlead.connect(name)
    const account = await client.account({ signal })
    const asked = account !== undefined || status.credentials !== 'other'
    if (asked && account === undefined) await client.connection.host.login.accessToken(signal)
    return { state: asked ? 'valid' : 'unknown', ...(account !== undefined && { account }), status: await fairlead.loginStatus(name) }
  } catch (error) {
    signal.throwIfAborted()
    if (!FairleadError.is(error)) throw error
    return {
      state: error.code === 'unauthenticated' ? 'refused' : 'unknown',
      status,
      message: error.message,
      ...(error.hint !== undefined && { hint: error.hint }),
    }
  }
}
