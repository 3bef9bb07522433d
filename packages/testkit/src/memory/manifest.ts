import type { Capabilities, CommandsSpec, Manifest, OptionsSpec } from '@fairlead/core'

/** What every variant is configured by. */
const memoryOptions = {
  url: { type: 'url', help: 'Where the memory server answers.', required: true },
  key: { type: 'secret', help: 'The key that buys access tokens.', required: true },
  store: { type: 'string', help: 'The store on the server.', default: 'default' },
} as const satisfies OptionsSpec

/** The options of a memory client. */
export type MemoryOptions = typeof memoryOptions

/** Everything a client can declare, at its most capable. */
const fullCapabilities = {
  list: { recursive: true, ordered: true, directories: 'implied' },
  read: { range: true, versions: true, validator: true },
  write: {
    unknownSize: true,
    empty: true,
    conditions: ['absent', 'match'],
    modified: 'settable',
    metadata: { maxBytes: 2048, keys: 'any', values: 'unicode' },
    resumable: { order: 'any', partBytes: [1, 262_144], multipleOf: 1, maxParts: 10_000 },
  },
  copy: { ifMatch: true },
  remove: { recursive: true, batch: 1000 },
  search: { native: false },
  share: {
    targets: ['object', 'prefix'],
    kinds: ['signed-url'],
    methods: ['GET', 'HEAD', 'PUT'],
    password: true,
    list: true,
    revoke: true,
  },
  assets: 'objects',
  paths: { segmentBytes: 255, pathBytes: 1024, forbidden: '', reserved: [], case: 'sensitive', unicode: 'bytes', fileAndFolder: true },
  checksums: ['sha256'],
  consistency: 'strong',
} as const satisfies Capabilities

/** What only a memory server has. */
const commands = {
  count: {
    summary: 'Count the objects of the store',
    arguments: [{ name: 'FOLDER', help: 'Only below this folder' }],
    repeatable: true,
  },
  versions: {
    summary: 'Say how often an object was written',
    arguments: [{ name: 'PATH', help: 'The object', required: true }],
    repeatable: true,
  },
} as const satisfies CommandsSpec

function manifest(name: string, title: string, summary: string, capabilities: Capabilities): Manifest<MemoryOptions> {
  return {
    contract: 1,
    name,
    title,
    summary,
    package: '@fairlead/testkit',
    options: memoryOptions,
    credentials: ['key'],
    identity: ['url', 'store'],
    capabilities,
  }
}

/** Every capability, parts of an upload in any order, and commands of its own. */
export const memoryManifest: Manifest<MemoryOptions> = {
  ...manifest('memory', 'Memory', 'A server in the memory of a test, with every capability.', fullCapabilities),
  commands,
}

/** A fussy store: uploads in sequence, forbidden characters, names without case, one object a removal, served links. */
export const memorySequentialManifest = manifest(
  'memory-sequential',
  'Memory, in sequence',
  'A memory server with the limits of file shares.',
  {
    ...fullCapabilities,
    list: { recursive: false, ordered: false, directories: 'implied' },
    read: { range: true, versions: false, validator: true },
    write: {
      ...fullCapabilities.write,
      unknownSize: false,
      conditions: ['absent', 'match'],
      modified: 'metadata',
      resumable: { order: 'sequential', partBytes: [1024, 262_144], multipleOf: 1024 },
    },
    copy: false,
    remove: { recursive: false, batch: 1 },
    share: { ...fullCapabilities.share, targets: ['object'], methods: ['GET', 'HEAD'], served: true },
    paths: {
      segmentBytes: 255,
      pathBytes: 1024,
      forbidden: '\\:*?"<>|',
      reserved: ['con', 'nul'],
      case: 'preserving',
      unicode: 'nfc',
      fileAndFolder: false,
    },
  },
)

/** Assets in the server's own shape. */
export const memoryNativeManifest: Manifest<MemoryOptions> = {
  ...manifest('memory-native', 'Memory, native assets', 'A memory server that keeps assets in a table of its own.', {
    ...fullCapabilities,
    assets: 'native',
  }),
  commands,
}

/** Lists and reads, nothing else: what is not declared must be refused without a request. */
export const memoryReadOnlyManifest = manifest('memory-read-only', 'Memory, read only', 'A memory server that can only be read.', {
  ...fullCapabilities,
  read: { range: false, versions: false, validator: false },
  write: false,
  copy: false,
  remove: false,
  share: false,
})
