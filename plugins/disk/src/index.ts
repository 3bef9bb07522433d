import { definePlugin } from '@fairlead/core'
import { DiskConnection } from './connection.ts'
import { manifest } from './manifest.ts'

export { manifest }

/** Fairlead client for directories on disk. */
export const disk = definePlugin({
  contract: 1,
  manifest,
  connect: async init => new DiskConnection(init),
})
