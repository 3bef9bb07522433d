import type { Capabilities, Manifest } from '@fairlead/core'

/** The settings of a Dropbox. */
export const options = {
  prefix: { type: 'string', default: '', help: 'The folder to use as the root. Default: the whole Dropbox, or the app folder.' },
  'app-key': { type: 'string', env: ['DROPBOX_APP_KEY'], help: 'The app key of your app in the Dropbox App Console.' },
  'app-secret': {
    type: 'secret',
    env: ['DROPBOX_APP_SECRET'],
    advanced: true,
    help: 'The app secret, if the refresh token was issued with it. Not needed for `fairlead client login`.',
  },
  'refresh-token': {
    type: 'secret',
    env: ['DROPBOX_REFRESH_TOKEN'],
    help: 'The refresh token, valid until it is revoked. Set by `fairlead client login`.',
  },
  'access-token': {
    type: 'secret',
    env: ['DROPBOX_ACCESS_TOKEN', 'DROPBOX_TOKEN'],
    help: 'An existing access token, valid for a few hours.',
  },
  namespace: {
    type: 'string',
    default: 'home',
    help: 'What paths are relative to: home (your own folder), root (the team space with its team folders), or a namespace ID.',
  },
  'team-member': {
    type: 'string',
    advanced: true,
    help: 'With a team token: the ID (dbmid:…) of the member whose files to use.',
  },
  'team-admin': {
    type: 'string',
    advanced: true,
    help: "With a team token: the ID (dbmid:…) of an admin, who can see the team's files.",
  },
  search: {
    type: 'string',
    choices: ['listing', 'dropbox'],
    default: 'listing',
    help: "listing: search reads the list of assets and misses nothing. dropbox: use Dropbox's own search, which is fast in large stores but lags a few minutes behind.",
  },
  'parallel-parts': {
    type: 'boolean',
    default: true,
    advanced: true,
    help: 'Upload several parts of a large file at once. When off, one after another.',
  },
  properties: {
    type: 'boolean',
    default: true,
    advanced: true,
    help: "Store a file's metadata and content type in a Dropbox property group.",
  },
  'link-audience': {
    type: 'string',
    choices: ['public', 'team', 'no_one'],
    default: 'public',
    perCommand: true,
    help: 'Who can use a link: anyone who has it, members of your team, or only people who already have access.',
  },
  'link-password': {
    type: 'secret',
    perCommand: true,
    help: 'The password of a link. Set it in an environment variable, or in a file that one names.',
  },
  'link-download': {
    type: 'boolean',
    default: true,
    perCommand: true,
    advanced: true,
    help: 'Allow downloads. When off, a link only shows the file.',
  },
  'link-permanent': {
    type: 'boolean',
    default: false,
    perCommand: true,
    advanced: true,
    help: 'Create a link that lasts until it is revoked, the only kind that Basic accounts can create.',
  },
  endpoint: {
    type: 'url',
    advanced: true,
    help: "A URL to use instead of all of Dropbox's, such as a private gateway or a test server.",
  },
} as const

/** Dropbox keeps bodies in blocks of so many bytes; parts that go at once are whole blocks. */
export const blockBytes = 4 * 1024 * 1024

/** What a Dropbox can do; a connection narrows it to what its settings allow. */
export const capabilities: Capabilities = {
  list: { recursive: true, ordered: false, directories: 'real' },
  read: { range: true, versions: true, validator: true, attributes: false },
  write: {
    unknownSize: true,
    empty: true,
    maxBytes: 2 ** 41 - 2 ** 22,
    conditions: ['absent', 'match'],
    modified: 'settable',
    metadata: { maxBytes: 1500, keys: 'any', values: 'unicode' },
    resumable: { order: 'any', partBytes: [blockBytes, 37 * blockBytes], multipleOf: blockBytes, expiresSeconds: 7 * 24 * 3600 },
  },
  copy: {},
  remove: { recursive: true, batch: 1000 },
  search: { native: ['text'] },
  share: {
    targets: ['object', 'prefix'],
    kinds: ['public-link'],
    methods: ['GET', 'HEAD'],
    password: true,
    list: true,
    revoke: true,
  },
  assets: 'objects',
  paths: {
    segmentBytes: 255,
    pathBytes: 2000,
    forbidden: '\\\u007f',
    reserved: ['desktop.ini', 'thumbs.db', '.ds_store', 'icon\r', '.dropbox', '.dropbox.attr'],
    case: 'preserving',
    unicode: 'nfc',
    fileAndFolder: false,
  },
  checksums: ['dropbox'],
  consistency: 'strong',
}

const readScopes = ['account_info.read', 'files.metadata.read', 'files.content.read', 'sharing.read']

/** The manifest of the Dropbox client: pure data. */
export const manifest: Manifest<typeof options> = {
  contract: 1,
  name: 'dropbox',
  title: 'Dropbox',
  summary: 'A Dropbox account or a folder in it, including team folders.',
  package: '@fairlead/client-dropbox',
  options,
  credentials: ['refresh-token', 'access-token'],
  identity: ['endpoint', 'refresh-token', 'team-member', 'team-admin', 'namespace', 'prefix'],
  login: {
    kind: 'oauth2',
    authorizationEndpoint: 'https://www.dropbox.com/oauth2/authorize',
    tokenEndpoint: 'https://api.dropboxapi.com/oauth2/token',
    revocationEndpoint: 'https://api.dropboxapi.com/2/auth/token/revoke',
    revocation: 'bearer',
    endpointSetting: 'endpoint',
    settings: { clientId: 'app-key', clientSecret: 'app-secret', refreshToken: 'refresh-token', accessToken: 'access-token' },
    access: {
      read: readScopes,
      full: [...readScopes, 'files.metadata.write', 'files.content.write', 'sharing.write'],
    },
    defaultAccess: 'full',
    parameters: { token_access_type: 'offline' },
    redirect: { ports: [53_682, 53_683, 53_684], host: 'localhost', paste: 'code' },
    guide: [
      'Open https://www.dropbox.com/developers/apps and choose "Create app", then "Scoped access".',
      'Choose "App folder" for an app that sees only its own folder, or "Full Dropbox"; any name will do.',
      'Under Permissions, tick files.metadata.read, files.metadata.write, files.content.read, files.content.write, sharing.read and sharing.write, and submit.',
      'Under Settings, add these redirect URIs: {redirect}',
      'Copy the App key from the same page. You do not need the App secret.',
    ],
  },
  capabilities,
}
