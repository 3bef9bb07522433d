import type { Capabilities, Manifest } from '@fairlead/core'

/** The settings of a container of OpenStack Swift. */
export const options = {
  container: { type: 'string', required: true, help: 'The container that holds the objects.' },
  prefix: { type: 'string', default: '', help: 'A folder in the container that is the root; the whole container without it.' },
  'auth-url': {
    type: 'url',
    env: ['OS_AUTH_URL', 'ST_AUTH'],
    help: "Where to log in: Keystone (https://…:5000/v3) or the cluster's own login (https://…/auth/v1.0).",
  },
  username: { type: 'string', env: ['OS_USERNAME', 'ST_USER'], help: 'Who logs in; account:user for a login of version 1.' },
  password: {
    type: 'secret',
    env: ['OS_PASSWORD', 'ST_KEY'],
    help: 'The password of the user; asked for at a terminal where it is not set.',
  },
  project: {
    type: 'string',
    env: ['OS_PROJECT_NAME', 'OS_TENANT_NAME'],
    help: 'The name of the project (or tenant) that owns the container.',
  },
  'project-id': { type: 'string', env: ['OS_PROJECT_ID', 'OS_TENANT_ID'], help: 'The id of the project, in place of its name.' },
  region: { type: 'string', env: ['OS_REGION_NAME'], help: 'The region of the object store, where there are several.' },
  'application-credential-id': {
    type: 'string',
    env: ['OS_APPLICATION_CREDENTIAL_ID'],
    help: 'An application credential, in place of user, password and project.',
  },
  'application-credential-name': {
    type: 'string',
    env: ['OS_APPLICATION_CREDENTIAL_NAME'],
    advanced: true,
    help: 'The name of an application credential of the user, in place of its id.',
  },
  'application-credential-secret': {
    type: 'secret',
    env: ['OS_APPLICATION_CREDENTIAL_SECRET'],
    help: 'The secret of the application credential.',
  },
  'user-id': { type: 'string', env: ['OS_USER_ID'], advanced: true, help: 'The id of the user, in place of name and domain.' },
  'user-domain': { type: 'string', env: ['OS_USER_DOMAIN_NAME'], advanced: true, help: 'The domain of the user; Default without it.' },
  'user-domain-id': { type: 'string', env: ['OS_USER_DOMAIN_ID'], advanced: true, help: 'The id of that domain, in place of its name.' },
  'project-domain': {
    type: 'string',
    env: ['OS_PROJECT_DOMAIN_NAME'],
    advanced: true,
    help: 'The domain of the project; Default without it.',
  },
  'project-domain-id': {
    type: 'string',
    env: ['OS_PROJECT_DOMAIN_ID'],
    advanced: true,
    help: 'The id of that domain, in place of its name.',
  },
  'auth-version': {
    type: 'string',
    env: ['OS_IDENTITY_API_VERSION', 'ST_AUTH_VERSION'],
    default: 'auto',
    advanced: true,
    help: 'The version of the login: 1, 2, 3, or auto, which looks at auth-url and asks the service.',
  },
  interface: {
    type: 'string',
    env: ['OS_INTERFACE', 'OS_ENDPOINT_TYPE'],
    default: 'public',
    advanced: true,
    help: 'Which address of the object store is used: public, internal or admin.',
  },
  'storage-url': {
    type: 'url',
    env: ['OS_STORAGE_URL'],
    advanced: true,
    help: 'The address of the account: with token in place of a login, or in place of the address that the login names.',
  },
  token: { type: 'secret', env: ['OS_AUTH_TOKEN'], advanced: true, help: 'A token that somebody has got already; it is not renewed.' },
  'create-container': {
    type: 'boolean',
    default: false,
    advanced: true,
    help: 'Makes the container at the first write where there is none.',
  },
  'segment-container': {
    type: 'string',
    advanced: true,
    help: 'Where the segments of large objects go; without it into .file-segments of the same container.',
  },
  'large-objects': {
    type: 'string',
    choices: ['slo', 'none'],
    default: 'slo',
    advanced: true,
    help: 'slo: big files go in segments, resumably. none: in one request, for clusters without static large objects.',
  },
  'temp-url-key': {
    type: 'secret',
    generated: true,
    help: 'What links are signed with: a Temp-URL key of the container or account. --generate makes a strong one and sets it on the container.',
  },
  'temp-url-digest': {
    type: 'string',
    choices: ['sha256', 'sha512', 'sha1'],
    default: 'sha256',
    advanced: true,
    help: 'How links are signed; sha1 for clusters that know nothing else.',
  },
  'link-ip': {
    type: 'string',
    perCommand: true,
    advanced: true,
    help: 'Who may follow the link: one address, or a range such as 192.0.2.0/24.',
  },
  'link-filename': { type: 'string', perCommand: true, advanced: true, help: 'What the file is called where the link is saved.' },
  'link-inline': {
    type: 'boolean',
    default: false,
    perCommand: true,
    advanced: true,
    help: 'Lets a browser show what the link gives, not save it.',
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
  summary: 'A container of OpenStack Swift, or of a service that speaks its API.',
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
