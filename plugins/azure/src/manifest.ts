import type { Capabilities, Manifest } from '@fairlead/core'

/** The settings of a container. Names in `env` are those of Azure's own tools. */
export const options = {
  container: { type: 'string', help: 'The container.', required: true },
  account: {
    type: 'string',
    help: 'The storage account; by default the one that the connection string names.',
    env: ['AZURE_STORAGE_ACCOUNT'],
  },
  prefix: { type: 'string', help: 'The folder in the container that is the root; by default the whole container.', default: '' },
  'connection-string': {
    type: 'secret',
    help: 'Account and key, or account and SAS, in one text, as the portal shows it.',
    env: ['AZURE_STORAGE_CONNECTION_STRING'],
  },
  'account-key': { type: 'secret', help: 'A key of the account.', env: ['AZURE_STORAGE_KEY'] },
  sas: { type: 'secret', help: 'A shared access signature for the account or the container.', env: ['AZURE_STORAGE_SAS_TOKEN'] },
  'azure-ad': {
    type: 'boolean',
    help: 'Log in with Azure AD: environment, workload or managed identity, Azure CLI. Needs the package @azure/identity.',
    default: false,
  },
  anonymous: { type: 'boolean', help: 'Sign nothing: for public containers.', default: false },
  endpoint: {
    type: 'url',
    help: "Where the account's blobs are; by default https://ACCOUNT.blob.core.windows.net.",
    env: ['AZURE_STORAGE_SERVICE_ENDPOINT'],
    advanced: true,
  },
  'create-container': {
    type: 'boolean',
    help: 'Make the container, private, at the first write where there is none.',
    default: false,
    advanced: true,
  },
  tier: {
    type: 'string',
    choices: ['hot', 'cool', 'cold', 'archive'],
    help: "The access tier of what is written; by default the account's.",
    advanced: true,
  },
  tags: { type: 'string', help: 'Index tags of what is written: key=value,key=value.', advanced: true },
  'delete-snapshots': {
    type: 'boolean',
    help: 'Delete the snapshots of a blob with it; otherwise a blob that has some is not deleted.',
    default: false,
    advanced: true,
  },
  'part-size': {
    type: 'bytes',
    help: 'The size of the blocks that a big body is sent or copied in; by default 8 MiB, more for bodies beyond 390 GiB.',
    min: 64 * 1024,
    max: 4000 * 1024 ** 2,
    advanced: true,
  },
  checksum: {
    type: 'string',
    choices: ['md5', 'none'],
    default: 'md5',
    help: 'What goes along with each body and block for the service to check.',
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
