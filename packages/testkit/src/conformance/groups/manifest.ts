import { definePlugin, type ApiConnection, type Capabilities } from '@fairlead/core'
import { expect } from 'vitest'
import type { Group } from '../case.ts'

type Method = Extract<keyof ApiConnection, `do${string}`> | 'locate'

/** The manifest: its form, and that the plugin has exactly what it declares. */
export const manifestGroup: Group = {
  name: 'manifest',
  cases: () => [
    {
      name: 'has the form that definePlugin checks',
      run: async ({ plugin }) => {
        expect(definePlugin(plugin)).toBe(plugin)
      },
    },
    {
      name: 'is pure data',
      run: async ({ manifest }) => {
        expect(JSON.parse(JSON.stringify(manifest))).toEqual(manifest)
      },
    },
    {
      name: 'says by which settings one endpoint is told from another',
      run: async ({ manifest }) => {
        if (Object.keys(manifest.options).length > 0) expect(manifest.identity).not.toEqual([])
      },
    },
    {
      name: 'defines each operation exactly when its capability is declared',
      run: async ({ client, capabilities }) => {
        const expected = declaredMethods(capabilities)
        const actual = Object.fromEntries(
          Object.keys(expected).map(name => [name, typeof Reflect.get(client.connection, name) === 'function']),
        )
        expect(actual).toEqual(expected)
      },
    },
    {
      name: 'is narrowed by its connections and never widened',
      run: async ({ client, capabilities }) => {
        const wider = Object.entries(client.connection.capabilities).filter(
          ([key, value]) => value !== false && Reflect.get(capabilities, key) === false,
        )
        expect(wider).toEqual([])
      },
    },
  ],
}

/** `doListUploads` and `doRefresh` are free: they exist where the service can. */
function declaredMethods({ list, read, write, copy, remove, search, share, assets }: Capabilities): Partial<Record<Method, boolean>> {
  const resumable = write !== false && write.resumable !== false
  const native = assets === 'native'
  return {
    doStat: list !== false || read !== false,
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
