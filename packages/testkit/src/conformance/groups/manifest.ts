import { definePlugin } from '@fairlead/core'
import { expect } from 'vitest'
import type { Group } from '../case.ts'

const exactly = 'defines each operation exactly when its capability is declared, and widens none'

/** The case that a client fails of which something is declared and not written. */
export const exactness = `manifest/${exactly}`

/** The manifest: its form, and that the connection has exactly what it declares. */
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
      name: exactly,
      // The host refuses a connection that is not what its manifest says, in every application.
      run: async ({ connect }) => {
        await connect()
      },
    },
  ],
}
