import { definePlugin } from '@fairlead/core'
import { AzureConnection } from './connection.ts'
import { manifest } from './manifest.ts'

export { manifest }

/** Fairlead client for containers of Azure Blob Storage. */
export const azure = definePlugin({
  contract: 1,
  manifest,
  connect: async init => new AzureConnection(init),
})
