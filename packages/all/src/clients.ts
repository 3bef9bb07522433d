import type { LazyClient } from '@fairlead/core/host'
import { manifest as azure } from '@fairlead/client-azure/manifest'
import { manifest as disk } from '@fairlead/client-disk/manifest'
import { manifest as drive } from '@fairlead/client-drive/manifest'
import { manifest as dropbox } from '@fairlead/client-dropbox/manifest'
import { manifest as girder } from '@fairlead/client-girder/manifest'
import { manifest as s3 } from '@fairlead/client-s3/manifest'
import { manifest as swift } from '@fairlead/client-swift/manifest'

/**
 * Every client of Fairlead, for `createFairlead({ clients })`. Their manifests are here at once; the code of one, with the SDK of
 * its service, is loaded when a connection of it is used.
 */
export const clients: readonly LazyClient[] = [
  { manifest: azure, load: async () => (await import('@fairlead/client-azure')).azure },
  { manifest: disk, load: async () => (await import('@fairlead/client-disk')).disk },
  { manifest: drive, load: async () => (await import('@fairlead/client-drive')).drive },
  { manifest: dropbox, load: async () => (await import('@fairlead/client-dropbox')).dropbox },
  { manifest: girder, load: async () => (await import('@fairlead/client-girder')).girder },
  { manifest: s3, load: async () => (await import('@fairlead/client-s3')).s3 },
  { manifest: swift, load: async () => (await import('@fairlead/client-swift')).swift },
]
