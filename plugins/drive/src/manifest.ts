import type { Capabilities, Manifest } from '@fairlead/core'

/** The settings of a Google Drive. */
export const options = {
  prefix: { type: 'string', default: '', help: 'A folder in the drive that is the root; it is made when something is first written.' },
  folder: {
    type: 'string',
    help: 'The id or address of a folder that is the root in place of My Drive, such as one that somebody shares with you.',
  },
  drive: { type: 'string', help: 'The name or id of a shared drive, in place of My Drive.' },
  'client-id': { type: 'string', env: ['GOOGLE_CLIENT_ID'], help: 'The id of the OAuth client that logs in.' },
  'client-secret': { type: 'secret', env: ['GOOGLE_CLIENT_SECRET'], help: 'The secret of the OAuth client.' },
  'refresh-token': { type: 'secret', help: 'What access tokens are got with; `fairlead client login` sets it.' },
  'access-token': { type: 'secret', help: 'An access token that somebody has got already; it is used until it is refused.' },
  'key-file': {
    type: 'path',
    env: ['GOOGLE_APPLICATION_CREDENTIALS'],
    help: 'The key of a service account, or another file of credentials as Google gives them out, in place of a login.',
  },
  subject: {
    type: 'string',
    advanced: true,
    help: 'The e-mail address of the person for whom a service account works, where a Workspace lets it (domain-wide delegation).',
  },
  'application-default': {
    type: 'boolean',
    default: false,
    advanced: true,
    help: 'Uses the credentials of this machine: those of gcloud, or of the instance it runs on.',
  },
  access: {
    type: 'string',
    choices: ['app', 'read', 'full'],
    default: 'full',
    advanced: true,
    help: 'What a key file or the credentials of this machine ask for; a login says it with --access.',
  },
  removal: {
    type: 'string',
    choices: ['trash', 'erase'],
    default: 'trash',
    help: 'trash: what is deleted can be had back for 30 days. erase: it is gone at once.',
  },
  export: {
    type: 'string',
    default: 'docx,xlsx,pptx,svg,json',
    help: 'As what documents of Google are shown and read, by the endings of files; the first that suits is taken. none leaves them out.',
  },
  thumbnail: {
    type: 'path',
    env: ['FAIRLEAD_THUMBNAIL'],
    help: 'The picture that Drive shows for files of which it makes none itself; without it there is one of ours.',
  },
  thumbnails: { type: 'boolean', default: true, advanced: true, help: 'Whether files get such a picture.' },
  'share-role': {
    type: 'string',
    choices: ['reader', 'commenter', 'writer'],
    default: 'reader',
    perCommand: true,
    help: 'What those may do with whom a file is shared.',
  },
  'share-notify': { type: 'boolean', default: true, perCommand: true, help: 'Whether Google tells them by e-mail.' },
  'share-message': { type: 'string', perCommand: true, help: 'What that e-mail says besides.' },
  endpoint: {
    type: 'url',
    advanced: true,
    help: 'An address that takes the place of those of Google, for its API and for logins: private gateways, tests.',
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
  summary: 'A folder of Google Drive, or a shared drive.',
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
      'Open https://console.cloud.google.com/projectcreate and make a project, or choose one you have.',
      'Open https://console.cloud.google.com/apis/library/drive.googleapis.com and press "Enable".',
      'Open https://console.cloud.google.com/auth/overview and fill in the consent screen; add yourself under "Audience" as a test user, or publish it.',
      'Open https://console.cloud.google.com/auth/clients, press "Create client", and choose "Desktop app" ("TVs and Limited Input devices" for --device).',
      'Press "Download JSON", and give that file with --client-file.',
    ],
  },
  capabilities,
}
