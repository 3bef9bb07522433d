import type { Capabilities, Manifest } from '@fairlead/core'

/** The settings of a container of OpenStack Swift. */
export const options = {
  container: { type: 'string', required: true, help: 'The container that holds the objects.' },
  prefix: { type: 'string', default: '', help: 'The folder in the container to use as the root. Default: the whole container.' },
  'auth-url': {
    type: 'url',
    env: ['OS_AUTH_URL', 'ST_AUTH'],
    help: "The URL to log in at: Keystone (https://…:5000/v3) or the cluster's own login (https://…/auth/v1.0).",
  },
  username: { type: 'string', env: ['OS_USERNAME', 'ST_USER'], help: 'The user name; account:user for auth version 1.' },
  password: {
    type: 'secret',
    env: ['OS_PASSWORD', 'ST_KEY'],
    help: 'The password of the user. You are prompted for it at a terminal if it is not set.',
  },
  project: {
    type: 'string',
    env: ['OS_PROJECT_NAME', 'OS_TENANT_NAME'],
    help: 'The name of the project (or tenant) that owns the container.',
  },
  'project-id': { type: 'string', env: ['OS_PROJECT_ID', 'OS_TENANT_ID'], help: 'The ID of the project, instead of its name.' },
  region: { type: 'string', env: ['OS_REGION_NAME'], help: 'The region of the object store, if there are several.' },
  'application-credential-id': {
    type: 'string',
    env: ['OS_APPLICATION_CREDENTIAL_ID'],
    help: 'The ID of an application credential, instead of user, password and project.',
  },
  'application-credential-name': {
    type: 'string',
    env: ['OS_APPLICATION_CREDENTIAL_NAME'],
    advanced: true,
    help: "The name of the user's application credential, instead of its ID.",
  },
  'application-credential-secret': {
    type: 'secret',
    env: ['OS_APPLICATION_CREDENTIAL_SECRET'],
    help: 'The secret of the application credential.',
  },
  'user-id': { type: 'string', env: ['OS_USER_ID'], advanced: true, help: 'The ID of the user, instead of name and domain.' },
  'user-domain': {
    type: 'string',
    env: ['OS_USER_DOMAIN_NAME'],
    advanced: true,
    help: 'The domain of the user, by name. Default: the domain with the ID default.',
  },
  'user-domain-id': {
    type: 'string',
    env: ['OS_USER_DOMAIN_ID'],
    advanced: true,
    help: "The ID of the user's domain, instead of its name.",
  },
  'project-domain': {
    type: 'string',
    env: ['OS_PROJECT_DOMAIN_NAME'],
    advanced: true,
    help: 'The domain of the project, by name. Default: the domain with the ID default.',
  },
  'project-domain-id': {
    type: 'string',
    env: ['OS_PROJECT_DOMAIN_ID'],
    advanced: true,
    help: "The ID of the project's domain, instead of its name.",
  },
  'auth-version': {
    type: 'string',
    env: ['OS_IDENTITY_API_VERSION', 'ST_AUTH_VERSION'],
    default: 'auto',
    advanced: true,
    help: 'The auth version: 1, 2, 3, or auto, which detects it from auth-url and the service.',
  },
  interface: {
    type: 'string',
    env: ['OS_INTERFACE', 'OS_ENDPOINT_TYPE'],
    default: 'public',
    advanced: true,
    help: 'The endpoint of the object store to use: public, internal or admin.',
  },
  'storage-url': {
    type: 'url',
    env: ['OS_STORAGE_URL'],
    advanced: true,
    help: 'The storage URL of the account. Use it with token instead of a login, or to override the URL that the login returns.',
  },
  token: { type: 'secret', env: ['OS_AUTH_TOKEN'], advanced: true, help: 'An existing token. It is not renewed.' },
  'create-container': {
    type: 'boolean',
    default: false,
    advanced: true,
    help: 'Create the container on the first write if it does not exist.',
  },
  'segment-container': {
    type: 'string',
    advanced: true,
    help: 'The container for the segments of large objects. Default: the folder .file-segments in the same container.',
  },
  'large-objects': {
    type: 'string',
    choices: ['slo', 'none'],
    default: 'slo',
    advanced: true,
    help: 'slo: upload large files in segments, which can be resumed. none: upload in one request, for clusters without static large objects.',
  },
  'temp-url-key': {
    type: 'secret',
    generated: true,
    help: 'The Temp-URL key of the container or account that signs links. --generate creates a strong one and sets it on the container.',
  },
  'temp-url-digest': {
    type: 'string',
    choices: ['sha256', 'sha512', 'sha1'],
    default: 'sha256',
    advanced: true,
    help: 'The digest for signing links. Use sha1 for clusters that support nothing else.',
  },
  'link-ip': {
    type: 'string',
    perCommand: true,
    advanced: true,
    help: 'The IP address, or a range such as 192.0.2.0/24, that can use the link.',
  },
  'link-filename': { type: 'string', perCommand: true, advanced: true, help: 'The file name for downloads from the link.' },
  'link-inline': {
    type: 'boolean',
    default: false,
    perCommand: true,
    advanced: true,
    help: 'Let browsers show the file instead of saving it.',
  },
} as const

/** What Swift keeps for large objects, at the root of a container; rclone calls and hides it alike. */
export const segmentFolder = '.file-segments'

/**
 * What Swift can do by its defaults. It decides no condition of a write: `If-None-Match: *` is looked at before the body
 * is read, so two writers at once both pass, and `If-Match` is not looked at.
 */
export const capabilities: Capabilities = {
  list: { recursive: true, ordered: true, after: true, directories: 'implied' },
  read: { range: true, versions: false, validator: true },
  write: {
    unknownSize: true,
    empty: true,
    conditions: [],
    modified: 'metadata',
    // Of Swift's 4,096 bytes, the modified time and the SHA-256 take their part.
    metadata: { maxBytes: 3900, keys: 'token', values: 'unicode' },
    resumable: { order: 'any', partBytes: [1024 ** 2, 5 * 1024 ** 3], multipleOf: 1, maxParts: 1000 },
  },
  copy: { across: true, ifMatch: true },
  remove: { recursive: false, batch: 1000 },
  search: { native: false },
  share: {
    targets: ['object', 'prefix'],
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
    forbidden: '',
    reserved: [segmentFolder],
    case: 'sensitive',
    unicode: 'bytes',
    fileAndFolder: true,
  },
  checksums: ['md5', 'sha256'],
  consistency: 'eventual',
}

/** The manifest of the Swift client: pure data. */
export const manifest: Manifest<typeof options> = {
  contract: 1,
  name: 'swift',
  title: 'OpenStack Swift',
  summary: 'A container in OpenStack Swift, or in a service with the same API.',
  package: '@fairlead/client-swift',
  options,
  credentials: [
    'auth-url',
    'username',
    'password',
    'project',
    'project-id',
    'application-credential-id',
    'application-credential-name',
    'application-credential-secret',
    'user-id',
    'user-domain',
    'user-domain-id',
    'project-domain',
    'project-domain-id',
    'auth-version',
    'storage-url',
    'token',
  ],
  identity: [
    'auth-url',
    'storage-url',
    'username',
    'user-id',
    'application-credential-id',
    'project',
    'project-id',
    'region',
    'container',
    'prefix',
  ],
  capabilities,
}
