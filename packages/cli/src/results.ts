import { count, digest, flag, list, object, oneOf, optional, record, text } from './schema.ts'

const outcome = oneOf(['created', 'replaced', 'unchanged', 'planned'], 'planned: with --dry-run.')

/** What push and tag give. */
export const pushResult = object({
  uri: text('The reference, with connection and tag.'),
  digest: digest(),
  files: count(),
  bytes: count('Of all files.'),
  sent: count('Bytes that had to be sent.'),
  outcome,
})

export const pullResult = object({
  uri: text(),
  digest: digest(),
  path: text('The file or folder that was created.'),
  files: count(),
  bytes: count(),
  received: count('Bytes that had to be received.'),
  outcome,
})

/** An asset as search and ls list it. */
export const assetSummary = object({
  uri: text(),
  collection: text(),
  name: text(),
  tag: text(),
  digest: optional(digest()),
  type: optional(oneOf(['file', 'sequence', 'complex'])),
  count: optional(count('Files.')),
  bytes: optional(count()),
  labels: optional(record(text())),
  specification: optional(text()),
  time: optional(text('When it was pushed: ISO 8601, UTC.')),
})

/** An object or folder as ls lists it. */
export const entryResult = object({
  path: text('connection:/path'),
  kind: oneOf(['object', 'prefix']),
  size: optional(count('Bytes.')),
  modified: optional(text('ISO 8601, UTC.')),
  etag: optional(text()),
  contentType: optional(text()),
  version: optional(text('What `fairlead cat --version` takes.')),
  latest: optional(flag('Whether this is the current version.')),
})

export const shareResult = object({
  id: optional(text('What `fairlead share revoke` takes.')),
  url: text(),
  path: text(),
  kind: oneOf(['signed-url', 'public-link', 'grant']),
  expires: optional(text('ISO 8601, UTC.')),
  created: optional(text('ISO 8601, UTC.')),
  revocable: flag(),
})

export const sharesResult = object({ shares: list(shareResult) })

/** A stored setting, and where it went. */
export const savedSetting = object({
  name: text(),
  place: oneOf(['settings', 'keychain', 'file']),
  path: optional(text()),
  reason: optional(text('Why a secret is not in the keychain.')),
})

/** What copy gives. */
export const copyResult = object({
  sources: list(text('As they were written.')),
  destination: text('As it was written.'),
  dryRun: flag(),
  files: count('Found and wanted, those that failed included.'),
  bytes: count('Of all of them.'),
  sent: count('Files that were sent; with --dry-run, that would be.'),
  sentBytes: count(),
  inService: count('Of those sent, how many the service copied itself.'),
  kept: count('Files that were already there.'),
  leftOut: count('Symbolic links and special files of this machine.'),
  lost: count("Files with something that the target can't keep; --report shows what."),
  failed: count('Files that were not copied.'),
  failures: list(
    object({ source: text(), destination: text(), code: text(), message: text(), hint: optional(text()) }),
    'The first 20 of them.',
  ),
})

const syncTotals = object({
  added: count('Files that DEST did not have.'),
  addedBytes: count(),
  changed: count('Files that were replaced.'),
  changedBytes: count(),
  moved: count('With --track-renames: files that DEST had under another name.'),
  movedBytes: count(),
  deleted: count(),
  deletedBytes: count(),
  unchanged: count('Files that are the same on both sides.'),
  unchangedBytes: count(),
  destination: count('Files of DEST that were compared.'),
})

/** What sync gives. */
export const syncResult = object({
  source: text('An absolute path, or connection:/path.'),
  dest: text(),
  dryRun: flag('Also with --plan.'),
  plan: optional(text('The plan that was written, or applied.')),
  totals: syncTotals,
  failed: count('Files that were not copied, moved or deleted; conflicts are among them.'),
  conflicts: count('Files that were skipped because one side had changed.'),
  failures: list(
    object({ path: text(), action: oneOf(['copy', 'move', 'delete']), code: text(), message: text(), hint: optional(text()) }),
    'The first 20 of them.',
  ),
  checks: object(
    {
      asked: count('Objects that were looked up one by one.'),
      hashed: count('Files of this machine that were read.'),
      unchecked: count('With --checksum: files copied because no checksum is known on both sides.'),
    },
    'What was checked in addition to the listings.',
  ),
  skipped: count("Links, special files, and folders of SOURCE that can't be read."),
  protected: count('Paths of assets at DEST that were not touched.'),
  declined: optional(flag('Nothing was done, because the answer at the terminal was no.')),
  keptBecause: optional(text('Why nothing was deleted despite --delete.')),
})
