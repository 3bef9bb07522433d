import type { Capabilities, Host } from '@fairlead/core'
import type { AzureFacts } from '../errors.ts'
import { narrowPaths } from '../mapping.ts'
import type { Account } from './account.ts'
import { maxDelegatedSeconds } from './shares.ts'

/** What is left of a container's capabilities for this credential, root and size of parts. */
export function narrowed(all: Capabilities, { credential }: Account, root: string, partBytes: number | undefined): Capabilities {
  const { share, write } = all
  const reading = { ...all, paths: narrowPaths(all.paths, root) }
  if (credential.kind === 'anonymous') return { ...reading, write: false, copy: false, remove: false, share: false }
  return {
    ...reading,
    share:
      share === false || credential.kind === 'sas'
        ? false
        : { ...share, ...(credential.kind === 'azure-ad' && { maxExpirySeconds: maxDelegatedSeconds }) },
    write:
      write === false || write.resumable === false || partBytes === undefined
        ? write
        : { ...write, resumable: { ...write.resumable, partBytes: [Math.min(partBytes, write.resumable.partBytes[1]), partBytes] } },
  }
}

/** What messages tell of a connection. */
export function factsOf({ name, container, credential }: Account, root: string, { connection, clock }: Host): AzureFacts {
  const parameters = credential.kind === 'sas' ? new URLSearchParams(credential.query) : undefined
  const ends = Date.parse(parameters?.get('se') ?? '')
  return {
    connection,
    account: name,
    container,
    root,
    credential: credential.kind,
    now: () => clock.now(),
    ...(parameters !== undefined && {
      sas: { expires: Number.isNaN(ends) ? undefined : new Date(ends), permissions: parameters.get('sp') ?? undefined },
    }),
  }
}
