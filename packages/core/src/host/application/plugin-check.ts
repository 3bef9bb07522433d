import type { Capabilities } from '../../contract/capabilities.ts'
import type { ApiConnection } from '../../contract/connection.ts'
import { FairleadError } from '../../contract/errors.ts'
import type { Manifest } from '../../contract/manifest.ts'

type Method = Exclude<Extract<keyof ApiConnection, `do${string}` | 'locate'>, 'doRefresh' | 'doClose'>

/** Whether a manifest asks for each method; undefined: the connection is free to have it. */
function declared(capabilities: Capabilities): Readonly<Record<Method, boolean | undefined>> {
  const { list, read, write, copy, remove, search, share, assets } = capabilities
  const resumable = write !== false && write.resumable !== false
  const native = assets === 'native'
  return {
    doStat: read === false ? undefined : true,
    doList: list !== false,
    doRead: read !== false,
    doWrite: write !== false,
    doCopy: copy !== false,
    doRemove: remove !== false,
    doRemoveAll: remove !== false && remove.recursive,
    doBeginUpload: resumable,
    doUploadPart: resumable,
    doUploadedParts: resumable,
    doCompleteUpload: resumable,
    doAbortUpload: resumable,
    // Not every service can tell what lies unfinished on it.
    doListUploads: resumable ? undefined : false,
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
  const methods: Readonly<Record<string, unknown>> = collect(connection, declared(manifest.capabilities))
  for (const [method, wanted] of Object.entries(declared(manifest.capabilities))) {
    const present = typeof methods[method] === 'function'
    if (wanted === true && !present) refuse(`its manifest declares what needs ${method}, but the connection has no such method`)
    if (wanted === false && present) refuse(`the connection has ${method}, but its manifest does not declare what it is for`)
  }
  const wider = widened(manifest.capabilities, connection.capabilities, 'capabilities')
  if (wider !== undefined) refuse(`a connection may only narrow what the manifest declares, but widens ${wider}`)
}

function collect(connection: ApiConnection, methods: Readonly<Record<Method, unknown>>): Readonly<Record<string, unknown>> {
  const found: Record<string, unknown> = {}
  let method: Method
  for (method in methods) found[method] = connection[method]
  return found
}

/** Words from the most that is possible to the least. */
const orders: Readonly<Record<string, readonly unknown[]>> = {
  order: ['any', 'sequential'],
  modified: ['settable', 'metadata', false],
  keys: ['any', 'token'],
  values: ['unicode', 'ascii'],
  case: ['sensitive', 'preserving'],
  unicode: ['bytes', 'nfc'],
  consistency: ['strong', 'eventual'],
}

/** The place where `actual` claims more than `most`, or undefined. */
function widened(most: unknown, actual: unknown, place: string): string | undefined {
  const key = place.split('.').at(-1) ?? ''
  if (Object.is(most, actual)) return undefined
  const order = orders[key]
  if (order !== undefined) return order.indexOf(actual) >= order.indexOf(most) && order.includes(actual) ? undefined : place
  if (actual === false) return undefined
  if (key === 'forbidden')
    return typeof most === 'string' && typeof actual === 'string' && [...most].every(character => actual.includes(character))
      ? undefined
      : place
  if (typeof actual === 'number') {
    if (key === 'multipleOf') return typeof most === 'number' && actual % most === 0 ? undefined : place
    // A limit that the manifest doesn't have may be added.
    return most === undefined || (typeof most === 'number' && actual <= most) ? undefined : place
  }
  if (Array.isArray(actual) && Array.isArray(most)) return narrowerList(most, actual, key) ? undefined : place
  if (isObject(most) && isObject(actual)) {
    for (const name of new Set([...Object.keys(most), ...Object.keys(actual)])) {
      const wider = widened(most[name], actual[name], `${place}.${name}`)
      if (wider !== undefined) return wider
    }
    return undefined
  }
  return place
}

function narrowerList(most: readonly unknown[], actual: readonly unknown[], key: string): boolean {
  if (key === 'partBytes') return Number(actual[0]) >= Number(most[0]) && Number(actual[1]) <= Number(most[1])
  // Reserved names are a limit: more of them is narrower.
  return key === 'reserved' ? most.every(item => actual.includes(item)) : actual.every(item => most.includes(item))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
