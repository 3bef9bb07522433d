import type { ApiConnection } from '../../contract/connection.ts'
import { FairleadError } from '../../contract/errors.ts'
import type { Manifest } from '../../contract/manifest.ts'
import { widenedCapability } from './capability-check.ts'

type Method = Exclude<Extract<keyof ApiConnection, `do${string}` | 'locate'>, 'doRefresh' | 'doClose'>

/** Whether a manifest asks for each method; undefined: the connection is free to have it. */
function declared({
  capabilities,
  options,
  commands = {},
}: Pick<Manifest, 'capabilities' | 'options' | 'commands'>): Readonly<Record<Method, boolean | undefined>> {
  const { list, read, write, copy, remove, search, share, assets } = capabilities
  const resumable = write !== false && write.resumable !== false
  const native = assets === 'native'
  return {
    doGenerate: Object.values(options).some(option => option.type === 'secret' && option.generated === true),
    // Whether the service tells whose account it is depends on it.
    doAccount: undefined,
    doCommand: Object.keys(commands).length > 0,
    doStat: read === false ? undefined : true,
    doList: list !== false,
    doRead: read !== false,
    doWrite: write !== false,
    doCopy: copy !== false,
    doCopyFrom: copy !== false && copy.across === true,
    doRemove: remove !== false,
    doRemoveAll: remove !== false && remove.recursive,
    doBeginUpload: resumable,
    doUploadPart: resumable,
    doUploadedParts: resumable,
    doCompleteUpload: resumable,
    doAbortUpload: resumable,
    // Not every service can tell what lies unfinished on it.
    doListUploads: resumable ? undefined : false,
    doDescribe: capabilities.describe === true,
    doShare: share !== false,
    doListShares: share !== false && share.list,
    doRevokeShare: share !== false && share.revoke,
    doOpenShare: share !== false && share.served === true,
    doSearch: search.native !== false,
    doResolve: native,
    doCommit: native,
    doUntag: native,
    doEnumerate: native,
    locate: native,
  }
}

/**
 * Checks that a connection has exactly the methods its manifest declares, and no more capabilities than it. Throws
 * `plugin-invalid` that names the method or the capability.
 */
export function checkConnection(manifest: Manifest, connection: ApiConnection): void {
  const refuse = (what: string): never => {
    throw new FairleadError('plugin-invalid', `client "${manifest.name}": ${what}`, { hint: `Tell the authors of ${manifest.package}.` })
  }
  const methods: Readonly<Record<string, unknown>> = collect(connection, declared(manifest))
  for (const [method, wanted] of Object.entries(declared(manifest))) {
    const present = typeof methods[method] === 'function'
    if (wanted === true && !present)
      refuse(`its manifest declares a capability that needs ${method}, but the connection has no such method`)
    if (wanted === false && present) refuse(`the connection has ${method}, but its manifest does not declare the capability for it`)
  }
  if (manifest.login !== undefined && connection.doRefresh === undefined)
    refuse('its manifest declares a login, but the connection has no doRefresh that renews its token')
  const wider = widenedCapability(manifest.capabilities, connection.capabilities)
  if (wider !== undefined) refuse(`a connection may only narrow what the manifest declares, but widens ${wider}`)
}

function collect(connection: ApiConnection, methods: Readonly<Record<Method, unknown>>): Readonly<Record<string, unknown>> {
  const found: Record<string, unknown> = {}
  let method: Method
  for (method in methods) found[method] = connection[method]
  return found
}
