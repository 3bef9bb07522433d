import type { Capabilities, Manifest, OptionsSpec } from '@fairlead/core'
// @if oauth2
// import { credentialNames, credentials, login } from './credentials/oauth2.ts'
// @else
import { credentialNames, credentials } from './credentials/api-key.ts'
// @end

/** The settings: they become flags, FAIRLEAD_<CONNECTION>_<SETTING>, prompts and typed `settings`. */
export const options = {
  url: { type: 'url', required: true, env: ['SHELF_URL'], help: 'The URL of the service.' },
  ...credentials,
} as const satisfies OptionsSpec

/** What the service can do: `false` is refused before any request, an object is present with its limits. */
const capabilities: Capabilities = {
  // @if list
  list: { recursive: true, ordered: true, directories: 'implied' },
  // @else
  // // Instead: { recursive: true, ordered: false, directories: 'implied' }
  // list: false,
  // @end
  // @if read
  read: { range: true, versions: false, validator: true },
  // @else
  // // Instead: { range: false, versions: false, validator: false }, and `true` for what the service can.
  // read: false,
  // @end
  // @if write
  write: { unknownSize: false, empty: true, conditions: ['absent', 'match'], modified: false, metadata: false, resumable: false },
  // @else
  // // Instead: { unknownSize: false, empty: true, conditions: [], modified: false, metadata: false, resumable: false }
  // write: false,
  // @end
  copy: false,
  // @if remove
  remove: { recursive: false, batch: 1 },
  // @else
  // // Instead: { recursive: false, batch: 1 }
  // remove: false,
  // @end
  search: { native: false },
  // @if share
  share: {
    targets: ['object'],
    kinds: ['public-link'],
    methods: ['GET', 'HEAD'],
    maxExpirySeconds: 7 * 24 * 3600,
    password: false,
    list: true,
    revoke: true,
  },
  // @else
  // // Instead: { targets: ['object'], kinds: ['public-link'], methods: ['GET'], password: false, list: false, revoke: false }
  // share: false,
  // @end
  assets: 'objects',
  // What the service can't keep in a path; the host quotes it, so that you only get what can be kept.
  paths: { segmentBytes: 255, pathBytes: 1024, forbidden: '', reserved: [], case: 'sensitive', unicode: 'bytes', fileAndFolder: true },
  // @if read
  checksums: ['sha256'],
  // @else
  // checksums: [],
  // @end
  consistency: 'strong',
}

/** The manifest of the Shelf client: pure data. */
export const manifest: Manifest<typeof options> = {
  contract: 1,
  name: 'shelf',
  title: 'Shelf',
  summary: 'A file store with a small HTTP API.',
  package: '@fairlead/client-shelf',
  options,
  credentials: credentialNames,
  identity: ['url'],
  // @if oauth2
  // login,
  // @end
  capabilities,
}
