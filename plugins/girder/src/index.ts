import { definePlugin } from '@fairlead/core'
import { GirderConnection } from './connection.ts'
import { manifest } from './manifest.ts'

export { manifest }

/** Fairlead client for Girder. */
export const girder = definePlugin({
  contract: 1,
  manifest,
  connect: async init => new GirderConnection(init),
})
