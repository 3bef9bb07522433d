import { randomUUID } from 'node:crypto'
import { bytesSource, FairleadError } from '@fairlead/core'
import type { Client } from '@fairlead/core/host'

/** How one capability fared. */
export interface CapabilityCheck {
  readonly capability: string
  readonly status: 'ok' | 'failed' | 'not-declared' | 'skipped'
  readonly code?: string
  readonly message?: string
  readonly hint?: string
}

const content = new TextEncoder().encode('fairlead client check\n')

/** Each capability with the permission that it takes, in the order in which they can be tried. */
function trials(
  client: Client,
  path: string,
  signal: AbortSignal,
): ReadonlyArray<readonly [capability: string, declared: boolean, work: () => Promise<unknown>]> {
  const { list, read, write, remove, share } = client.capabilities
  const call = { signal }
  return [
    [
      'list',
      list !== false,
      async () => {
        for await (const _entry of client.list('', call)) break
      },
    ],
    ['write', write !== false, () => client.write(path, bytesSource(content), call)],
    [
      'read',
      read !== false,
      async () => {
        const { bytes } = await client.readBytes(path, call)
        if (Buffer.compare(bytes, content) !== 0) throw new FairleadError('integrity', 'the data read back differs from the data written')
      },
    ],
    [
      'share',
      share !== false,
      async () => {
        const [made] = await client.share(`:/${path}`, { ...call, expiresInSeconds: 60 })
        if (made?.id !== undefined && made.revocable) await client.shares.revoke(made.id, call)
      },
    ],
    ['remove', remove !== false, () => client.delete(path, call)],
  ]
}

function failed(capability: string, error: unknown): CapabilityCheck {
  if (!FairleadError.is(error))
    return { capability, status: 'failed', code: 'unexpected', message: error instanceof Error ? error.message : String(error) }
  const missing = error.code === 'permission-denied' ? `permission to ${capability} is missing: ` : ''
  return {
    capability,
    status: 'failed',
    code: error.code,
    message: `${missing}${error.message}`,
    ...(error.hint !== undefined && { hint: error.hint }),
  }
}

/** Whether the service takes the login, and whose it is. */
async function checkLogin(client: Client, signal: AbortSignal): Promise<CapabilityCheck> {
  try {
    const account = await client.account({ signal })
    return { capability: 'login', status: 'ok', ...(account !== undefined && { message: `as ${account}` }) }
  } catch (error) {
    signal.throwIfAborted()
    return failed('login', error)
  }
}

/** Tries what a client declares with one small object, which is removed again where the client can. What can't be tried without the object is skipped. */
export async function checkConnection(client: Client, signal: AbortSignal): Promise<readonly CapabilityCheck[]> {
  const path = `fairlead-check-${randomUUID()}`
  const checks: CapabilityCheck[] = []
  let written = false
  if (client.manifest.login !== undefined || client.connection.doAccount !== undefined) {
    const login = await checkLogin(client, signal)
    checks.push(login)
    // Everything else would fail for the same reason.
    if (login.code === 'unauthenticated') {
      const skipped = { status: 'skipped', message: 'not logged in' } as const
      return [
        ...checks,
        ...trials(client, path, signal).map(([capability, declared]) =>
          declared ? { capability, ...skipped } : { capability, status: 'not-declared' as const },
        ),
      ]
    }
  }
  for (const [capability, declared, work] of trials(client, path, signal)) {
    signal.throwIfAborted()
    if (!declared)
      checks.push({
        capability,
        status: 'not-declared',
        ...(written && capability === 'remove' && { message: `the test object stays: ${path}` }),
      })
    else if (!written && ['read', 'share', 'remove'].includes(capability))
      checks.push({ capability, status: 'skipped', message: 'the test object could not be written' })
    else {
      try {
        await work()
        checks.push({ capability, status: 'ok' })
        if (capability === 'write') written = true
      } catch (error) {
        signal.throwIfAborted()
        checks.push(failed(capability, error))
      }
    }
  }
  return checks
}
