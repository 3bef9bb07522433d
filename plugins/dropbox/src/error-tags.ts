import type { ErrorCode, Operation } from '@fairlead/core'

/** What a refusal means; without a code that of its status. */
export interface Meaning {
  readonly code?: ErrorCode
  readonly what: string
  readonly hint?: string
  readonly retry?: 'never' | 'later'
}

interface Tagged {
  readonly tags: readonly string[]
  detail(name: string): unknown
}

type Tell = (connection: string, failure: Tagged, at: Operation) => Meaning

const lookAt = (connection: string): string => `List what is there with \`fairlead ls ${connection}:/\`.`
const logIn = (connection: string): string => `Log in again: fairlead client login ${connection}`
const denied =
  (what: string, hint: string): Tell =>
  () => ({ code: 'permission-denied', what, hint })

/** Operations for which what is not there is their own upload. */
const uploading = new Set(['upload-part', 'uploaded-parts', 'complete-upload'])

/** By tag, see the unions of the API's specification. The innermost tag that is known decides. */
const meanings: Readonly<Record<string, Tell>> = {
  not_found: (connection, _failure, { name }) =>
    uploading.has(name)
      ? { code: 'not-found', what: 'Dropbox no longer has the upload', hint: 'Run the same command again: it starts over.' }
      : { code: 'not-found', what: 'nothing with this name is here', hint: lookAt(connection) },
  not_file: connection => ({ code: 'not-found', what: 'this is a folder, not a file', hint: lookAt(connection) }),
  not_folder: connection => ({ code: 'not-found', what: 'this is a file, not a folder', hint: lookAt(connection) }),
  malformed_path: () => ({
    code: 'path-invalid',
    what: 'Dropbox does not accept this path',
    hint: 'Rename it with common characters, at most 255 per name.',
  }),
  disallowed_name: () => ({ code: 'path-invalid', what: 'Dropbox does not save files with this name', hint: 'Choose another name.' }),
  file: () => ({
    code: 'precondition-failed',
    what: 'another file is there',
    hint: 'Check what is there now, then run the command again.',
  }),
  folder: () => ({
    code: 'already-exists',
    what: 'a folder with this name is in the way',
    hint: 'Choose another name, or move the folder.',
  }),
  file_ancestor: () => ({
    code: 'already-exists',
    what: 'a file is where a parent folder should be',
    hint: 'Choose another path, or move that file.',
  }),
  no_write_permission: denied('you do not have permission to write here', 'Ask the owner of the folder for the right to edit.'),
  access_restricted: denied('an admin of the team has restricted this', 'Ask an admin of your team.'),
  restricted_content: denied('the content is restricted, for example for legal reasons', 'Ask the owner of the file.'),
  team_folder: denied("a team folder can't be changed this way", 'Ask an admin of your team to do it in the Admin Console.'),
  operation_suppressed: denied('Dropbox does not allow this here', 'Choose another path.'),
  locked: denied('someone has locked the file', 'Ask who locked it, or wait until it is unlocked.'),
  access_denied: denied('you do not have permission to share this', 'Ask the owner of the file, or your team: links may be disabled.'),
  banned_member: denied("this account can't create links", 'See https://help.dropbox.com/share/banned-links.'),
  email_not_verified: denied(
    'the e-mail address of this account is not verified',
    'Verify it at https://www.dropbox.com/account, then share again.',
  ),
  not_authorized: connection => ({
    code: 'permission-denied',
    what: 'the plan of this account does not allow such a link',
    hint: `Passwords and expiry need a paid plan. For a link that does not expire: --set link-permanent=true; revoke it with \`fairlead share revoke --client ${connection} LINK\`.`,
  }),
  invalid_settings: () => ({
    code: 'input-invalid',
    what: 'Dropbox does not accept these link settings',
    hint: 'Choose a later end, or another audience.',
  }),
  shared_link_not_found: () => ({
    code: 'not-found',
    what: 'the link does not exist',
    hint: 'See which there are with `fairlead share list`.',
  }),
  shared_link_malformed: () => ({
    code: 'not-found',
    what: 'this is not a Dropbox link',
    hint: 'See which there are with `fairlead share list`.',
  }),
  shared_link_access_denied: denied('this link is not yours', 'Use the connection of the person who created it.'),
  insufficient_space: () => ({
    code: 'quota-exceeded',
    what: 'the space of the account is used up',
    hint: 'Free some space, or get more: https://www.dropbox.com/account/plan',
  }),
  insufficient_quota: () => ({
    code: 'quota-exceeded',
    what: 'the space of the account is used up',
    hint: 'Free some space, or get more: https://www.dropbox.com/account/plan',
  }),
  too_many_write_operations: () => ({ code: 'rate-limited', what: 'too many changes at once', retry: 'later' }),
  too_many_requests: () => ({ code: 'rate-limited', what: 'Dropbox asks for fewer requests', retry: 'later' }),
  too_many_files: () => ({
    code: 'input-invalid',
    what: 'these are more files than Dropbox handles at once',
    hint: 'Do it folder by folder.',
  }),
  content_hash_mismatch: () => ({ code: 'integrity', what: 'other bytes arrived than were sent', retry: 'later' }),
  payload_too_large: () => ({ code: 'input-invalid', what: 'a request can have at most 150 MiB', hint: 'Send it in parts.' }),
  too_large: () => ({ code: 'input-invalid', what: 'the file is larger than Dropbox allows', hint: 'Split it into smaller files.' }),
  unsupported_file: () => ({
    code: 'unsupported',
    what: 'a document of this kind has no bytes of its own',
    hint: 'Export it on the website of Dropbox.',
  }),
  internal_error: () => ({ code: 'unavailable', what: 'something went wrong inside Dropbox', retry: 'later' }),
  reset: () => ({
    code: 'precondition-failed',
    what: "Dropbox can't continue this listing",
    hint: 'Run the same command again: it lists from the beginning.',
  }),
  template_not_found: () => ({ code: 'unavailable', what: 'the template for property groups no longer exists', retry: 'later' }),
  concurrent_session_missing_data: () => ({
    code: 'not-found',
    what: 'not all parts of the upload are there',
    hint: 'Run the same command again: it starts over.',
  }),
  concurrent_session_not_closed: () => ({
    code: 'not-found',
    what: 'the last part of the upload is not there',
    hint: 'Run the same command again: it starts over.',
  }),
  closed: () => ({ code: 'not-found', what: 'the upload has already ended', hint: 'Run the same command again: it starts over.' }),
  expired_access_token: connection => ({ code: 'unauthenticated', what: 'the access token has expired', hint: logIn(connection) }),
  invalid_access_token: connection => ({
    code: 'unauthenticated',
    what: 'Dropbox does not accept the access token',
    hint: logIn(connection),
  }),
  user_suspended: denied('this account is suspended', 'Ask an admin of your team.'),
  missing_scope: (connection, failure) => ({
    code: 'permission-denied',
    what: `this login lacks the permission ${String(failure.detail('required_scope'))}`,
    hint: `Tick it under Permissions of the app at https://www.dropbox.com/developers/apps, then: fairlead client login ${connection} --access full`,
  }),
  invalid_select_user: connection => ({
    code: 'config-invalid',
    what: 'the team has no such member',
    hint: `Correct it: fairlead client set ${connection} team-member=dbmid:…`,
  }),
  invalid_select_admin: connection => ({
    code: 'config-invalid',
    what: 'the team has no such admin',
    hint: `Correct it: fairlead client set ${connection} team-admin=dbmid:…`,
  }),
  invalid_root: connection => ({
    code: 'config-invalid',
    what: 'the team space has changed',
    retry: 'later',
    hint: `See the setting namespace: fairlead client show ${connection}`,
  }),
  no_permission: connection => ({
    code: 'permission-denied',
    what: 'you do not have access to this namespace',
    hint: `Correct it: fairlead client set ${connection} namespace=home`,
  }),
}

/** What the tags of a refusal mean; undefined where none is known. */
export function meaningOfTags(failure: Tagged, at: Operation, connection: string): Meaning | undefined {
  for (const tag of failure.tags.toReversed()) {
    const tell = Object.hasOwn(meanings, tag) ? meanings[tag] : undefined
    if (tell !== undefined) return tell(connection, failure, at)
  }
  return undefined
}
