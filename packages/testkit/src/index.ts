export { memory, memoryNative, memoryReadOnly, memorySequential } from './memory/index.ts'
export { memoryServer, type MemoryServer, type MemoryServerOptions, type Tables } from './memory-server/server.ts'
export type { StoreRules } from './memory-server/store.ts'
