import { FairleadError } from '../../contract/errors.ts'
import type { Capabilities } from '../../contract/capabilities.ts'

/**
 * Runs a write whose condition follows from what the connection declares. Some services take a condition and ignore it, which
 * their client finds out at the first one: it then declares fewer, and what was refused as `unsupported` runs again as that says.
 */
export async function asDeclared<T>(capabilities: Capabilities, work: () => Promise<T>): Promise<T> {
  const before = conditionsOf(capabilities)
  try {
    return await work()
  } catch (cause) {
    if (!FairleadError.is(cause, 'unsupported') || conditionsOf(capabilities) >= before) throw cause
    return await work()
  }
}

function conditionsOf({ write }: Capabilities): number {
  return write === false ? 0 : write.conditions.length
}
