import type { Capabilities, Manifest } from '@fairlead/core'

/** The settings of a Dropbox. */
export const options = {
  prefix: { type: 'string', default: '', help: 'A folder that is the root; the whole Dropbox, or the folder of the app, without it.' },
  'app-key': { type: 'string', env: ['DROPBOX_APP_KEY'], help: 'The App key of your app in the App Console of Dropbox.' },
  'app-secret': {
    type: 'secret',
    env: ['DROPBOX_APP_SECRET'],
    advanced: true,
    help: 'The App secret, where a refresh token was got with it; a login of Fairlead needs none.',
  },
  'refresh-token': {
    type: 'secret',
    env: ['DROPBOX_REFRESH_TOKEN'],
    help: 'What `fairlead client login` brings: lasts until it is revoked.',
  },
  'access-token': {
    type: 'secret',
    env: ['DROPBOX_ACCESS_TOKEN', 'DROPBOX_TOKEN'],
    help: 'An access token that somebody has got already, for some hours.',
  },
  namespace: {
    type: 'string',
    default: 'home',
    help: 'What paths are relative to: home (your own folder), root (the space of the team, with its team folders), or the id of a namespace.',
  },
  'team-member': {
    type: 'string',
    advanced: true,
    help: 'With the token of a team: the id (dbmid:…) of the member whose files these are.',
  },
  'team-admin': {
    type: 'string',
    advanced: true,
    help: 'With the token of a team: the id (dbmid:…) of an admin, who sees the files of the team.',
  },
  search: {
    type: 'string',
    choices: ['listing', 'dropbox'],
    default: 'listing',
    help: "listing: search reads the list of assets, and misses nothing. dropbox: asks Dropbox's own search, which is quick in large stores, and late by some minutes.",
  },
  'parallel-parts': {
    type: 'boolean',
    default: true,
    advanced: true,
    help: 'Sends several parts of a big file at once; off, one after the other.',
  },
  properties: {
    type: 'boolean',
    default: true,
    advanced: true,
    help: 'Keeps metadata and content type of a file in a property group of Dropbox.',
  },
  'link-audience': {
    type: 'string',
    choices: ['public', 'team', 'no_one'],
    default: 'public',
    perCommand: true,
    help: 'Who a link lets in: everybody who has it, the members of your team, or only who has access already.',
  },
  'link-password': {
    type: 'secret',
    perCommand: true,
    help: 'What a link asks for before it opens; given in the environment, or as a file that it names.',
  },
  'link-download': {
    type: 'boolean',
    default: true,
    perCommand: true,
    advanced: true,
    help: 'Off: a link only shows, and lets nobody download.',
  },
  'link-permanent': {
    type: 'boolean',
    default: false,
    perCommand: true,
    advanced: true,
    help: 'Makes a link without an end, to be revoked: accounts of the Basic plan can make no other.',
  },
  endpoint: {
    type: 'url',
    advanced: true,
    help: 'The address that stands for all of those of Dropbox: a private gateway, or a server for tests.',
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
  summary: 'A Dropbox, or a folder of one, with the folders of its team.',
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
      'Choose "App folder" for an app that sees a folder of its own only, or "Full Dropbox"; any name will do.',
      'Under Permissions, tick files.metadata.read, files.metadata.write, files.content.read, files.content.write, sharing.read and sharing.write, and submit.',
      'Under Settings, add these redirect URIs: {redirect}',
      'Copy the App key from the same page; the App secret is not needed.',
    ],
  },
  capabilities,
}
