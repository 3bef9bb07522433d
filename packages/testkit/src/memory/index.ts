import { definePlugin } from '@fairlead/core'
import { MemoryReader } from './connection.ts'
import { memoryManifest, memoryNativeManifest, memoryReadOnlyManifest, memorySequentialManifest } from './manifest.ts'
import { MemoryFullConnection, MemoryNativeConnection, MemoryServedConnection } from './variants.ts'

/** Every capability, parts of an upload in any order. */
export const memory = definePlugin({
  contract: 1,
  manifest: memoryManifest,
  connect: async init => new MemoryFullConnection(init, memoryManifest.capabilities),
})

/** The limits of a file share: uploads in sequence, forbidden characters, names without case, served links. */
export const memorySequential = definePlugin({
  contract: 1,
  manifest: memorySequentialManifest,
  connect: async init => new MemoryServedConnection(init, memorySequentialManifest.capabilities),
})

/** Assets in the server's own shape. */
export const memoryNative = definePlugin({
  contract: 1,
  manifest: memoryNativeManifest,
  connect: async init => new MemoryNativeConnection(init, memoryNativeManifest.capabilities),
})

/** Lists and reads, nothing else. */
export const memoryReadOnly = definePlugin({
  contract: 1,
  manifest: memoryReadOnlyManifest,
  connect: async init => new MemoryReader(init, memoryReadOnlyManifest.capabilities),
})
