import type { Capabilities, Manifest } from '@fairlead/core'

/** The settings of a directory on disk. */
export const options = {
  root: { type: 'path', help: 'The directory that is the store; made at the first write.', required: true },
  durability: {
    type: 'string',
    choices: ['fsync', 'none'],
    default: 'fsync',
    advanced: true,
    help: 'fsync: an object counts once the disk has it. none: once the operating system has it, faster and lost at a power cut.',
  },
  'share-url': {
    type: 'url',
    default: 'http://127.0.0.1:8390',
    advanced: true,
    help: 'Where `fairlead share --serve` answers the links of this connection.',
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
