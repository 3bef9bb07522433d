import { definePlugin } from '@fairlead/core'
import { SwiftConnection } from './connection.ts'
import { manifest } from './manifest.ts'

export { manifest }

/** Fairlead client for OpenStack Swift. */
export const swift = definePlugin({
  contract: 1,
  manifest,
  connect: async init => new SwiftConnection(init),
})
