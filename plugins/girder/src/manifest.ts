import type { Capabilities, Manifest } from '@fairlead/core'

/** The settings of a place in a Girder. */
export const options = {
  url: {
    type: 'url',
    required: true,
    help: 'The URL of the Girder server, such as https://girder.example.org. /api/v1 is added if missing.',
  },
  root: {
    type: 'string',
    required: true,
    help: 'The collection or folder to use as the root: /collection/NAME, /collection/NAME/FOLDER, /user/LOGIN/FOLDER, or an ID.',
  },
  'root-type': {
    type: 'string',
    choices: ['collection', 'folder', 'user'],
    default: 'collection',
    advanced: true,
    help: 'What kind of ID root is.',
  },
  prefix: { type: 'string', default: '', help: 'A folder below root to use as the root of the connection. Default: root itself.' },
  'api-key': { type: 'secret', env: ['GIRDER_API_KEY'], help: 'An API key. Create one in Girder under "My account", "API keys".' },
  username: { type: 'string', help: 'The user name, for logging in with a password instead of an API key.' },
  password: { type: 'secret', help: 'The password of the user. You are prompted for it at a terminal if it is not set.' },
  token: { type: 'secret', advanced: true, help: 'An existing token. It is not renewed.' },
} as const

/** Files of a root that has no place for files itself, such as a collection, lie in a folder of this name. */
export const rootFiles = '(root)'

/**
 * What Girder can do. It decides no condition of a write: of two items of one name that are made at once both are there.
 * Chunks have at least 5 MiB by its defaults (the setting core.upload_minimum_chunk_size).
 */
export const capabilities: Capabilities = {
  list: { recursive: false, ordered: false, directories: 'real' },
  read: { range: true, versions: false, validator: true },
  write: {
    unknownSize: false,
    empty: true,
    conditions: [],
    modified: 'metadata',
    metadata: { maxBytes: 65_536, keys: 'any', values: 'unicode' },
    resumable: { order: 'sequential', partBytes: [5 * 1024 ** 2, 1024 ** 3], multipleOf: 1 },
  },
  copy: {},
  remove: { recursive: true, batch: 100 },
  search: { native: false },
  share: {
    targets: ['object', 'prefix'],
    kinds: ['signed-url', 'public-link', 'grant'],
    methods: ['GET'],
    endless: { 'public-link': 'always', grant: 'always' },
    password: false,
    list: true,
    revoke: true,
  },
  describe: true,
  assets: 'objects',
  paths: {
    segmentBytes: 1024,
    pathBytes: 8192,
    forbidden: '',
    reserved: [rootFiles],
    case: 'sensitive',
    unicode: 'bytes',
    fileAndFolder: false,
  },
  checksums: ['sha256'],
  consistency: 'strong',
}

/** The manifest of the Girder client: pure data. */
export const manifest: Manifest<typeof options> = {
  contract: 1,
  name: 'girder',
  title: 'Girder',
  summary: 'A collection or folder on a Girder data management server.',
  package: '@fairlead/client-girder',
  options,
  credentials: ['api-key', 'username', 'password', 'token'],
  identity: ['url', 'root', 'root-type', 'prefix', 'username'],
  capabilities,
}
