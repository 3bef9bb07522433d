import type { Capabilities, Manifest } from '@fairlead/core'

/** The settings of a Google Drive. */
export const options = {
  prefix: { type: 'string', default: '', help: 'The folder in the drive to use as the root. Created on the first write.' },
  folder: {
    type: 'string',
    help: 'The ID or URL of a folder to use instead of My Drive, such as one shared with you.',
  },
  drive: { type: 'string', help: 'The name or ID of a shared drive to use instead of My Drive.' },
  'client-id': { type: 'string', env: ['GOOGLE_CLIENT_ID'], help: 'The ID of the OAuth client to log in with.' },
  'client-secret': { type: 'secret', env: ['GOOGLE_CLIENT_SECRET'], help: 'The secret of the OAuth client.' },
  'refresh-token': { type: 'secret', help: 'The refresh token that access tokens are requested with. Set by `fairlead client login`.' },
  'access-token': { type: 'secret', help: 'An existing access token, used until Google rejects it.' },
  'key-file': {
    type: 'path',
    env: ['GOOGLE_APPLICATION_CREDENTIALS'],
    help: 'A service account key, or another credentials file from Google, to use instead of a login.',
  },
  subject: {
    type: 'string',
    advanced: true,
    help: 'The email address of the user a service account acts for. Requires domain-wide delegation in Google Workspace.',
  },
  'application-default': {
    type: 'boolean',
    default: false,
    advanced: true,
    help: "Use this machine's credentials: gcloud's, or those of the cloud instance.",
  },
  access: {
    type: 'string',
    choices: ['app', 'read', 'full'],
    default: 'full',
    advanced: true,
    help: 'The access to request with a key file or the credentials of this machine. For a login, use --access.',
  },
  removal: {
    type: 'string',
    choices: ['trash', 'erase'],
    default: 'trash',
    help: 'trash: deleted files stay in the trash for 30 days. erase: they are deleted permanently.',
  },
  export: {
    type: 'string',
    default: 'docx,xlsx,pptx,svg,json',
    help: 'Export formats for Google documents, as file extensions in order of preference. none hides these documents.',
  },
  thumbnail: {
    type: 'path',
    env: ['FAIRLEAD_THUMBNAIL'],
    help: 'The thumbnail for files that Drive makes no thumbnail of. Default: a built-in one.',
  },
  thumbnails: { type: 'boolean', default: true, advanced: true, help: 'Add a thumbnail to such files.' },
  'share-role': {
    type: 'string',
    choices: ['reader', 'commenter', 'writer'],
    default: 'reader',
    perCommand: true,
    help: 'What people you share a file with can do.',
  },
  'share-notify': { type: 'boolean', default: true, perCommand: true, help: 'Whether Google notifies them by email.' },
  'share-message': { type: 'string', perCommand: true, help: 'A message to include in that email.' },
  endpoint: {
    type: 'url',
    advanced: true,
    help: "A URL to use instead of Google's for the API and for logins, such as a private gateway or a test server.",
  },
} as const

/** What Google Drive can do. It decides no condition of a write, and its names are no keys: what resolves them is in `tree.ts`. */
export const capabilities: Capabilities = {
  list: { recursive: true, ordered: false, directories: 'real' },
  read: { range: true, versions: false, validator: true },
  write: {
    unknownSize: true,
    empty: true,
    maxBytes: 5_497_558_138_880,
    conditions: [],
    modified: 'settable',
    // They lie in appProperties: 30 pairs of 124 bytes, some of which are ours.
    metadata: { maxBytes: 1500, keys: 'any', values: 'unicode' },
    resumable: { order: 'sequential', partBytes: [256 * 1024, 1024 ** 3], multipleOf: 256 * 1024, expiresSeconds: 604_800 },
  },
  copy: {},
  remove: { recursive: true, batch: 100 },
  search: { native: ['metadata'] },
  share: {
    targets: ['object', 'prefix'],
    kinds: ['public-link', 'grant'],
    methods: ['GET'],
    maxExpirySeconds: 31_536_000,
    endless: { 'public-link': 'always', grant: 'unless-asked' },
    password: false,
    list: true,
    revoke: true,
  },
  assets: 'objects',
  paths: {
    segmentBytes: 1024,
    pathBytes: 8192,
    forbidden: '',
    reserved: [],
    case: 'sensitive',
    unicode: 'bytes',
    fileAndFolder: true,
  },
  checksums: ['md5', 'sha1', 'sha256'],
  consistency: 'eventual',
}

const scope = 'https://www.googleapis.com/auth/drive'

/** The scope of each access. https://developers.google.com/workspace/drive/api/guides/api-specific-auth */
export const scopes = { app: [`${scope}.file`], read: [`${scope}.readonly`], full: [scope] } as const

/** The manifest of the Drive client: pure data. */
export const manifest: Manifest<typeof options> = {
  contract: 1,
  name: 'drive',
  title: 'Google Drive',
  summary: 'A folder in Google Drive, or a shared drive.',
  package: '@fairlead/client-drive',
  options,
  credentials: ['refresh-token', 'access-token', 'key-file', 'subject', 'application-default'],
  identity: ['endpoint', 'drive', 'folder', 'prefix', 'key-file', 'subject'],
  login: {
    kind: 'oauth2',
    authorizationEndpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
    tokenEndpoint: 'https://oauth2.googleapis.com/token',
    deviceEndpoint: 'https://oauth2.googleapis.com/device/code',
    revocationEndpoint: 'https://oauth2.googleapis.com/revoke',
    issuer: 'https://accounts.google.com',
    endpointSetting: 'endpoint',
    settings: { clientId: 'client-id', clientSecret: 'client-secret', refreshToken: 'refresh-token', accessToken: 'access-token' },
    access: scopes,
    defaultAccess: 'app',
    deviceAccess: ['app'],
    parameters: { access_type: 'offline', prompt: 'consent' },
    redirect: {},
    guide: [
      'Open https://console.cloud.google.com/projectcreate and create a project, or choose an existing one.',
      'Open https://console.cloud.google.com/apis/library/drive.googleapis.com and press "Enable".',
      'Open https://console.cloud.google.com/auth/overview and fill in the consent screen; add yourself under "Audience" as a test user, or publish it.',
      'Open https://console.cloud.google.com/auth/clients, press "Create client", and choose "Desktop app" ("TVs and Limited Input devices" for --device).',
      'Press "Download JSON", and pass that file with --client-file.',
    ],
  },
  capabilities,
}
