import type { Capabilities, Manifest } from '@fairlead/core'

/** The settings of a container. Names in `env` are those of Azure's own tools. */
export const options = {
  container: { type: 'string', help: 'The container.', required: true },
  account: {
    type: 'string',
    help: 'The storage account. Default: the account in the connection string.',
    env: ['AZURE_STORAGE_ACCOUNT'],
  },
  prefix: { type: 'string', help: 'The folder in the container to use as the root. Default: the whole container.', default: '' },
  'connection-string': {
    type: 'secret',
    help: 'A connection string with an account key or a SAS, as shown in the Azure portal.',
    env: ['AZURE_STORAGE_CONNECTION_STRING'],
  },
  'account-key': { type: 'secret', help: 'An access key of the storage account.', env: ['AZURE_STORAGE_KEY'] },
  sas: { type: 'secret', help: 'A shared access signature for the account or the container.', env: ['AZURE_STORAGE_SAS_TOKEN'] },
  'azure-ad': {
    type: 'boolean',
    help: 'Log in with Azure AD: environment, workload identity, managed identity or Azure CLI. Requires the package @azure/identity.',
    default: false,
  },
  anonymous: { type: 'boolean', help: 'Send unsigned requests. For public containers.', default: false },
  endpoint: {
    type: 'url',
    help: 'The Blob service endpoint of the account. Default: https://ACCOUNT.blob.core.windows.net.',
    env: ['AZURE_STORAGE_SERVICE_ENDPOINT'],
    advanced: true,
  },
  'create-container': {
    type: 'boolean',
    help: 'Create the container (private) on the first write if it does not exist.',
    default: false,
    advanced: true,
  },
  tier: {
    type: 'string',
    choices: ['hot', 'cool', 'cold', 'archive'],
    help: "The access tier of new blobs. Default: the account's default tier.",
    advanced: true,
  },
  tags: { type: 'string', help: 'Index tags for new blobs: key=value,key=value.', advanced: true },
  'delete-snapshots': {
    type: 'boolean',
    help: 'Delete a blob together with its snapshots. When off, a blob that has snapshots is not deleted.',
    default: false,
    advanced: true,
  },
  'part-size': {
    type: 'bytes',
    help: 'The block size for uploading and copying large files. Default: 8 MiB, larger for files over 390 GiB.',
    min: 64 * 1024,
    max: 4000 * 1024 ** 2,
    advanced: true,
  },
  checksum: {
    type: 'string',
    choices: ['md5', 'none'],
    default: 'md5',
    help: 'The checksum sent with each upload and block for the service to verify.',
    advanced: true,
  },
} as const

const mebibyte = 1024 ** 2

/** The most blocks of a blob, and the largest: https://learn.microsoft.com/azure/storage/blobs/scalability-targets */
export const blockLimits = { maxParts: 50_000, partBytes: [1, 4000 * mebibyte] } as const

/** What a container can do; a connection narrows it to what its settings and credential allow. */
export const capabilities: Capabilities = {
  list: { recursive: true, ordered: true, directories: 'implied' },
  read: { range: true, versions: true, validator: true },
  write: {
    unknownSize: true,
    empty: true,
    maxBytes: blockLimits.maxParts * blockLimits.partBytes[1],
    conditions: ['absent', 'match'],
    modified: 'metadata',
    // The service keeps 8 KiB; the rest is for the modification time and the SHA-256.
    metadata: { maxBytes: 7936, keys: 'any', values: 'unicode' },
    resumable: {
      order: 'any',
      partBytes: blockLimits.partBytes,
      multipleOf: 1,
      maxParts: blockLimits.maxParts,
      expiresSeconds: 7 * 24 * 3600,
    },
  },
  copy: { across: true, ifMatch: true },
  remove: { recursive: false, batch: 256 },
  search: { native: false },
  share: {
    targets: ['object'],
    kinds: ['signed-url'],
    methods: ['GET', 'HEAD', 'PUT'],
    password: false,
    list: false,
    revoke: false,
  },
  assets: 'objects',
  paths: {
    segmentBytes: 1024,
    pathBytes: 1024,
    // A backslash becomes a slash at the service, and its listings are XML, which has no control characters.
    forbidden: `\\\u007f${Array.from({ length: 31 }, (_, index) => String.fromCharCode(index + 1)).join('')}`,
    reserved: [],
    case: 'sensitive',
    unicode: 'bytes',
    fileAndFolder: true,
  },
  checksums: ['sha256', 'md5'],
  consistency: 'strong',
}

/** The manifest of the Azure client: pure data. */
export const manifest: Manifest<typeof options> = {
  contract: 1,
  name: 'azure',
  title: 'Azure Blob Storage',
  summary: 'A container of Azure Blob Storage.',
  package: '@fairlead/client-azure',
  options,
  credentials: ['connection-string', 'account-key', 'sas', 'azure-ad', 'anonymous'],
  identity: ['endpoint', 'account', 'connection-string', 'container', 'prefix'],
  capabilities,
}
