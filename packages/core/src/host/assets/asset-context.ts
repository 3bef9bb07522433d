import { FairleadError } from '../../contract/errors.ts'
import { formatReference, parseReference, type Reference } from '../../contract/reference.ts'
import type { AssetFacts } from './asset-facts.ts'
import type { Address, AssetStore } from './asset-store.ts'
import type { CallOptions, ObjectVerbs } from '../client.ts'
import type { ClientRuntime } from '../runtime.ts'

/** What every verb on assets stands on. */
export interface AssetContext {
  readonly runtime: ClientRuntime
  readonly objects: ObjectVerbs
  readonly store: AssetStore
  readonly facts: AssetFacts
}

/** Reads a reference to this connection. `input-invalid` for what is none, or one of another connection. */
export function referenceOf({ runtime }: AssetContext, reference: Reference | string): Reference {
  const text = typeof reference === 'string' ? reference : formatReference(reference)
  const { addressing } = runtime.capabilities
  // A reference that was built by hand is checked like one that was written.
  const parsed = parseReference(text, addressing === undefined ? {} : { addressing })
  if (parsed.connection !== undefined && parsed.connection !== runtime.name) {
    throw new FairleadError('input-invalid', `${text} belongs to the connection "${parsed.connection}", and this is "${runtime.name}".`, {
      hint: `Use fairlead --client ${parsed.connection}, or leave the connection out.`,
    })
  }
  return parsed
}

/** The address of a reference, without tag and digest. */
export function addressOf({ registry, collection, name }: Reference): Address {
  return { ...(registry !== undefined && { registry }), collection, name }
}

/** The canonical text of an asset of this connection. */
export function uriOf({ runtime }: AssetContext, address: Address, tag: string | undefined, digest?: string): string {
  return formatReference({
    connection: runtime.name,
    ...addressOf(address),
    ...(tag !== undefined && { tag }),
    ...(tag === undefined && digest !== undefined && { digest }),
  })
}

/** The same call, telling only of retries and warnings: for small documents beside the transfers that are counted. */
export function quiet({ signal, onEvent }: CallOptions): CallOptions {
  return {
    ...(signal !== undefined && { signal }),
    ...(onEvent !== undefined && {
      onEvent: event => {
        if (event.type === 'retry' || event.type === 'warning') onEvent(event)
      },
    }),
  }
}

/** Refuses, before any request, a verb whose capability the connection does not have. */
export function requireCapability({ runtime }: AssetContext, capability: 'read' | 'write' | 'list' | 'remove', operation: string): void {
  if (runtime.capabilities[capability] !== false) return
  throw new FairleadError(
    'unsupported',
    `The connection "${runtime.name}" can't ${operation} assets: its client ${runtime.manifest.name} can't ${capability}.`,
    {
      connection: runtime.name,
      operation,
      hint: `To see what it can do: fairlead client show ${runtime.name}`,
    },
  )
}

/** The name of the lock under which content of one digest (or its first 16 digits, as in the content's path) is written or removed. */
export function contentLock({ runtime }: AssetContext, { collection, name }: Address, digest: string): string {
  return `asset ${runtime.identity} ${collection}/${name} ${digest.replace('sha256:', '').slice(0, 16)}`
}
