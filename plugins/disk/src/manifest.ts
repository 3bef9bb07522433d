import type { Capabilities, Manifest } from '@fairlead/core'

/** The settings of a directory on disk. */
export const options = {
  root: { type: 'path', help: 'The directory to store files in. Created on the first write.', required: true },
  durability: {
    type: 'string',
    choices: ['fsync', 'none'],
    default: 'fsync',
    advanced: true,
    help: 'fsync: a write is done once it is on disk. none: once the operating system has it; faster, but lost if the power fails.',
  },
  'share-url': {
    type: 'url',
    default: 'http://127.0.0.1:8390',
    advanced: true,
    help: 'The address at which `fairlead share --serve` serves the links of this connection.',
  },
} as const

/** What a directory can do; a connection narrows the paths to what the platform keeps. */
export const capabilities: Capabilities = {
  list: { recursive: true, ordered: true, directories: 'real' },
  read: { range: true, versions: false, validator: true },
  write: {
    unknownSize: true,
    empty: true,
    conditions: ['absent', 'match'],
    modified: 'settable',
    metadata: { maxBytes: 64 * 1024, keys: 'any', values: 'unicode' },
    resumable: { order: 'sequential', partBytes: [1, 1024 ** 3], multipleOf: 1 },
  },
  copy: { ifMatch: true },
  remove: { recursive: true, batch: 1000 },
  search: { native: false },
  share: {
    targets: ['object', 'prefix'],
    kinds: ['signed-url'],
    methods: ['GET', 'HEAD'],
    password: false,
    list: true,
    revoke: true,
    served: true,
  },
  assets: 'objects',
  paths: {
    segmentBytes: 255,
    pathBytes: 4000,
    forbidden: '',
    reserved: ['.fairlead'],
    case: 'sensitive',
    unicode: 'bytes',
    fileAndFolder: false,
  },
  checksums: [],
  consistency: 'strong',
}

/** The manifest of the disk client: pure data. */
export const manifest: Manifest<typeof options> = {
  contract: 1,
  name: 'disk',
  title: 'Disk',
  summary: 'A directory on this machine or on a mounted file system.',
  package: '@fairlead/client-disk',
  options,
  identity: ['root'],
  capabilities,
}
