import { definePlugin } from '@fairlead/core'
import { DropboxConnection } from './connection.ts'
import { manifest } from './manifest.ts'

export { manifest }

/** Fairlead client for Dropbox. */
export const dropbox = definePlugin({
  contract: 1,
  manifest,
  connect: async init => new DropboxConnection(init),
})
