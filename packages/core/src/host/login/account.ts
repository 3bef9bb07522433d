import { printable } from '../../contract/reference.ts'
import type { CallOptions } from '../client.ts'
import type { ClientRuntime } from '../runtime.ts'

/** Asks the service whose account this is. Undefined where the client can't tell; `unauthenticated` when nobody is logged in. */
export async function accountOfLogin(runtime: ClientRuntime, options: CallOptions = {}): Promise<string | undefined> {
  const { connection, attempts } = runtime
  const doAccount = connection.doAccount?.bind(connection)
  if (doAccount === undefined) return undefined
  const account = await attempts.run({ name: 'account' }, context => doAccount(context), options)
  return account === undefined ? undefined : printable(account)
}
