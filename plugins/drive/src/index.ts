import { definePlugin } from '@fairlead/core'
import { DriveConnection } from './connection.ts'
import { manifest } from './manifest.ts'

export { manifest }

/** Fairlead client for Google Drive. */
export const drive = definePlugin({
  contract: 1,
  manifest,
  connect: async init => new DriveConnection(init),
})
