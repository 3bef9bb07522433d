import type { AnyPlugin, ApiConnection, Capabilities } from '@fairlead/core'

/** An operation, and its capability taken away. */
const operations = {
  doList: capabilities => ({ ...capabilities, list: false }),
  doStat: capabilities => ({ ...capabilities, read: false }),
  doRead: capabilities => ({ ...capabilities, read: false }),
  doWrite: capabilities => ({ ...capabilities, write: false }),
  doCopy: capabilities => ({ ...capabilities, copy: false }),
  doCopyFrom: ({ copy, ...rest }) => ({ ...rest, copy: copy === false ? false : { ...copy, across: false } }),
  doRemove: capabilities => ({ ...capabilities, remove: false }),
  doRemoveAll: ({ remove, ...rest }) => ({ ...rest, remove: remove === false ? false : { ...remove, recursive: false } }),
  doBeginUpload: withoutParts,
  doUploadPart: withoutParts,
  doUploadedParts: withoutParts,
  doCompleteUpload: withoutParts,
  doAbortUpload: withoutParts,
  doShare: capabilities => ({ ...capabilities, share: false }),
  doListShares: ({ share, ...rest }) => ({ ...rest, share: share === false ? false : { ...share, list: false } }),
  doRevokeShare: ({ share, ...rest }) => ({ ...rest, share: share === false ? false : { ...share, revoke: false } }),
  doOpenShare: ({ share, ...rest }) => ({ ...rest, share: share === false ? false : { ...share, served: false } }),
  doSearch: ({ search: _search, ...rest }) => ({ ...rest, search: { native: false } }),
} as const satisfies Partial<Record<keyof ApiConnection, (capabilities: Capabilities) => Capabilities>>

/** The name of an operation that a manifest can declare before it is written. */
export type Operation = keyof typeof operations

/** The operations in the order they are defined in the contract. */
const names = Object.keys(operations).filter((name): name is Operation => name in operations)

/** The operations that a manifest declares and its connection hasn't got yet. */
export function unwrittenOperations(capabilities: Capabilities, connection: ApiConnection): readonly Operation[] {
  return names.filter(name => typeof connection[name] !== 'function' && declares(capabilities, name))
}

/** The same plugin as if it declared none of these, so that all else of it can be tested. */
export function withoutOperations(plugin: AnyPlugin, operations: readonly Operation[]): AnyPlugin {
  if (operations.length === 0) return plugin
  return {
    ...plugin,
    manifest: { ...plugin.manifest, capabilities: without(plugin.manifest.capabilities, operations) },
    async connect(init) {
      const connection = await plugin.connect(init)
      const capabilities = without(connection.capabilities, operations)
      Object.defineProperty(connection, 'capabilities', { value: capabilities })
      // What belonged to a capability that is gone must not be there either.
      const hidden = names.filter(name => !declares(capabilities, name))
      // Listing uploads is for each client to have or not, but only with uploads.
      const withUploads = hidden.includes('doUploadPart') ? [...hidden, 'doListUploads'] : hidden
      for (const name of withUploads) Object.defineProperty(connection, name, { value: undefined })
      return connection
    },
  }
}

/** Those of the operations that belong to one capability. */
export function operationsOf(
  capability: keyof Capabilities,
  { capabilities }: AnyPlugin['manifest'],
  of: readonly Operation[],
): readonly Operation[] {
  const said = JSON.stringify(capabilities[capability])
  return of.filter(name => JSON.stringify(operations[name](capabilities)[capability]) !== said)
}

function without(capabilities: Capabilities, taken: readonly Operation[]): Capabilities {
  return taken.reduce<Capabilities>((left, name) => operations[name](left), capabilities)
}

/** An operation is declared when taking its capability away changes something. */
function declares(capabilities: Capabilities, name: Operation): boolean {
  return JSON.stringify(sorted(capabilities)) !== JSON.stringify(sorted(operations[name](capabilities)))
}

/** `served` and `across` may be absent, which says the same as false. */
function sorted({ copy, share, ...rest }: Capabilities): readonly unknown[] {
  const parts = [
    copy === false ? false : { ...copy, across: copy.across === true },
    share === false ? false : { ...share, served: share.served === true },
  ]
  return [...parts, ...Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1))].map(ordered)
}

function ordered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function withoutParts({ write, ...rest }: Capabilities): Capabilities {
  return { ...rest, write: write === false ? false : { ...write, resumable: false } }
}
