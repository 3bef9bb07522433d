import { definePlugin } from '@fairlead/core'
import { openConnection } from './connection.ts'
import { manifest } from './manifest.ts'

export { manifest }

/** Fairlead client for S3 and stores that speak its protocol. */
export const s3 = definePlugin({
  contract: 1,
  manifest,
  connect: openConnection,
})
