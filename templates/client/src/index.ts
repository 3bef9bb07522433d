import { definePlugin } from '@fairlead/core'
import { ShelfConnection } from './connection.ts'
import { manifest } from './manifest.ts'

export { manifest }

/** Fairlead client for Shelf. */
export const shelf = definePlugin({
  contract: 1,
  manifest,
  connect: async init => new ShelfConnection(init),
})
