import { errorFromStatus, FairleadError, type ErrorCode, type Operation } from '@fairlead/core'
import { recordOf, textOf } from './mapping.ts'

/** An answer of the service that was no success. */
export class DriveAnswer extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Google's own word for what is wrong, such as `userRateLimitExceeded`. */
  readonly reason: string | undefined

  constructor(status: number, headers: Readonly<Record<string, string>>, body: string) {
    super(`the service answered ${status}`)
    this.status = status
    this.headers = headers
    this.body = body
    this.reason = reasonIn(body)
  }
}

/** Whether a value is an answer with that status. */
export function isAnswer(cause: unknown, ...statuses: readonly number[]): cause is DriveAnswer {
  return cause instanceof DriveAnswer && statuses.includes(cause.status)
}

/** Whether Drive says that a file which was named by its id is no more, or not seen by this login. */
export function isGone(cause: unknown): boolean {
  return isAnswer(cause, 404) && cause.reason === 'notFound'
}

/** The reason in an error body: https://developers.google.com/workspace/drive/api/guides/handle-errors */
function reasonIn(body: string): string | undefined {
  try {
    const error = recordOf(recordOf(JSON.parse(body))['error'])
    const details = Array.isArray(error['details']) ? error['details'].map(recordOf) : []
    const precise = details.map(detail => textOf(detail['reason'])).find(reason => reason !== undefined)
    const first = Array.isArray(error['errors']) ? textOf(recordOf(error['errors'][0])['reason']) : undefined
    return precise ?? first
  } catch {
    // A gateway on the way answered, or the body broke off: the status has to do.
    return undefined
  }
}

interface Meaning {
  readonly code: ErrorCode
  readonly what: string
  readonly hint?: string
  readonly retry?: 'later' | 'never'
}

/** What each reason means; the rest follows from the status. `$` stands for the connection. */
const meanings: Readonly<Record<string, Meaning>> = {
  rateLimitExceeded: { code: 'rate-limited', what: 'too many requests in a short time' },
  userRateLimitExceeded: { code: 'rate-limited', what: 'too many requests of this user in a short time' },
  sharingRateLimitExceeded: {
    code: 'rate-limited',
    what: 'too much was shared today',
    retry: 'never',
    hint: 'Share less at a time, without emails (--set share-notify=false), or continue tomorrow.',
  },
  dailyLimitExceeded: {
    code: 'quota-exceeded',
    what: 'the project has used up its daily quota of requests',
    hint: 'Continue tomorrow, or request a higher quota at https://console.cloud.google.com/apis/api/drive.googleapis.com/quotas.',
  },
  storageQuotaExceeded: {
    code: 'quota-exceeded',
    what: 'the storage of the account is full',
    hint: 'Empty the trash or buy storage. A service account has no storage of its own: let it write to a shared drive (setting drive).',
  },
  teamDriveFileLimitExceeded: {
    code: 'quota-exceeded',
    what: 'the shared drive has reached its limit of files',
    hint: 'Remove some, or use another drive.',
  },
  numChildrenInNonRootLimitExceeded: {
    code: 'quota-exceeded',
    what: 'the folder has reached its limit of files (500,000)',
    hint: 'Use another folder.',
  },
  teamDriveHierarchyTooDeep: { code: 'path-invalid', what: 'folders of a shared drive are at most 100 deep', hint: 'Use fewer levels.' },
  insufficientFilePermissions: {
    code: 'permission-denied',
    what: 'this account does not have permission to do that with the file',
    hint: 'Ask its owner to make you an editor; in a shared drive, only managers and content managers can remove files.',
  },
  insufficientPermissions: {
    code: 'permission-denied',
    what: 'the login does not include that access',
    hint: 'Log in for more with `fairlead client login $ --access full`.',
  },
  ACCESS_TOKEN_SCOPE_INSUFFICIENT: {
    code: 'permission-denied',
    what: 'the login does not include that access',
    hint: 'Log in for more with `fairlead client login $ --access full`.',
  },
  appNotAuthorizedToFile: {
    code: 'permission-denied',
    what: 'this login sees only what Fairlead created',
    hint: 'Log in for more with `fairlead client login $ --access full`.',
  },
  accessNotConfigured: {
    code: 'config-invalid',
    what: 'the Drive API is not enabled in the project of the OAuth client or key',
    hint: 'Enable it at https://console.cloud.google.com/apis/library/drive.googleapis.com, and wait some minutes.',
  },
  SERVICE_DISABLED: {
    code: 'config-invalid',
    what: 'the Drive API is not enabled in the project of the OAuth client or key',
    hint: 'Enable it at https://console.cloud.google.com/apis/library/drive.googleapis.com, and wait some minutes.',
  },
  domainPolicy: {
    code: 'permission-denied',
    what: 'the administrators of the domain do not allow it',
    hint: 'Ask them to allow third-party apps in Drive, or use another account.',
  },
  cannotDownloadAbusiveFile: {
    code: 'permission-denied',
    what: 'Google considers the file malware or spam',
    hint: 'Its owner can have it reviewed on its page in Drive.',
  },
  exportSizeLimitExceeded: {
    code: 'input-invalid',
    what: 'the document is larger than the 10 MB that Google exports',
    hint: 'Download it on its page in Drive, or export it as another format (setting export).',
  },
  cannotSetExpiration: {
    code: 'unsupported',
    what: 'this account or file has no shares that end by themselves',
    hint: 'Share without --expires, and revoke it with `fairlead share revoke ID`.',
  },
  expirationDateTooFar: { code: 'input-invalid', what: 'a share ends within a year', hint: 'Ask for a shorter time.' },
  publishOutNotPermitted: {
    code: 'permission-denied',
    what: 'the domain does not allow links for everyone',
    hint: 'Share it with people by --to ADDRESS.',
  },
  invalidSharingRequest: {
    code: 'input-invalid',
    what: "it can't be shared with that address",
    hint: 'Check the address. People without a Google account must be notified by email: leave share-notify on.',
  },
}

/** Maps a failure to the one error class: what was wrong and where, in the service's own terms, and what to do next. */
export function toDriveError(cause: unknown, at: Operation, connection: string): FairleadError {
  const details = { operation: at.name, ...(at.path !== undefined && { path: at.path }) }
  const where = at.path === undefined || at.path === '' ? `connection "${connection}"` : `"${at.path}"`
  if (!(cause instanceof DriveAnswer)) {
    const text = cause instanceof Error && cause.message !== '' ? cause.message : typeof cause === 'string' ? cause : 'no reason given'
    return new FairleadError('unexpected', `${at.name} of ${where} failed: ${text}.`, {
      ...details,
      cause,
      hint: 'Run it again with FAIRLEAD_LOG_LEVEL=debug and report the output.',
    })
  }
  const { status, headers, body, reason } = cause
  const base = errorFromStatus(status, { headers, body })
  const { code, what, hint, retry } = meaningOf(cause, where) ?? {
    code: base.code,
    what: base.message.replace(/^status \d+(, )?/, '') || 'it was refused',
  }
  return new FairleadError(code, `${where}: ${what} (status ${status}${reason === undefined ? '' : `, ${reason}`}).`, {
    ...details,
    status,
    cause,
    ...(hint !== undefined && { hint: hint.replaceAll('$', connection) }),
    ...(retry !== undefined && { retry }),
    ...(base.retryAfterMs !== undefined && { retryAfterMs: base.retryAfterMs }),
    ...(base.requestId !== undefined && { requestId: base.requestId }),
  })
}

function meaningOf({ status, reason }: DriveAnswer, where: string): Meaning | undefined {
  const known = reason === undefined || !Object.hasOwn(meanings, reason) ? undefined : meanings[reason]
  if (known !== undefined) return known
  switch (status) {
    case 401:
      return { code: 'unauthenticated', what: 'Google does not accept the token' }
    case 404:
      return {
        code: 'not-found',
        what: "nothing is there, or this login can't see it",
        hint: `List what is there with \`fairlead ls $:/\`; a login with --access app sees only what Fairlead created.`,
      }
    case 410:
      return { code: 'not-found', what: 'it is there no more', hint: 'Run the command again.' }
    case 416:
      return { code: 'range-invalid', what: `${where} has no bytes in the range`, hint: 'Ask for bytes that are there.' }
    default:
      return undefined
  }
}
