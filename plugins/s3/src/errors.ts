import { codeFromStatus, errorFromStatus, FairleadError, type ErrorCode, type Operation } from '@fairlead/core'
import { readAnswer } from './service/xml.ts'

/** What the service said of a failure. */
export interface Failure {
  readonly status: number
  /** Its own name of the failure, such as `NoSuchKey`; absent where there was no body, as of HEAD. */
  readonly code?: string
  readonly message?: string
  /** Further fields of its answer: Region, Endpoint, RequestTime, ServerTime … */
  readonly fields: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  /** True where a web page answered. */
  readonly page: boolean
}

/** Where it happened. */
export interface At {
  readonly connection: string
  readonly bucket: string
  readonly region: string
  readonly endpoint: string
  readonly path?: string
  readonly key?: string
  /** The permission the request needs, such as `s3:PutObject`. */
  readonly permission: string
  readonly now: Date
}

interface Meaning {
  readonly code: ErrorCode
  readonly what: (at: At, failure: Failure) => string
  readonly hint?: (at: At, failure: Failure) => string
  readonly retry?: 'later' | 'never'
}

const place = ({ path, bucket }: At): string => (path === undefined || path === '' ? `bucket "${bucket}"` : `"${path}"`)
const keysHint = ({ connection }: At): string =>
  `Check access-key-id and secret-access-key: fairlead client set ${connection} secret-access-key`
const allow = ({ permission, bucket, connection }: At): string =>
  `The keys need ${permission} on "${bucket}", in their own policy and in the bucket's; to see which keys are used: \`fairlead client show ${connection}\`.`
const absent: Meaning = {
  code: 'not-found',
  what: at => `there is nothing at ${place(at)}`,
  hint: () => 'List what is there with `fairlead ls`.',
}
const noBucket: Meaning = {
  code: 'not-found',
  what: ({ bucket, endpoint }) => `there is no bucket "${bucket}" at ${endpoint}`,
  hint: ({ connection }) =>
    `Correct the name with \`fairlead client set ${connection} bucket=NAME\`, or create it on the first write: fairlead client set ${connection} create-bucket=true`,
}
const refusedKeys: Meaning = {
  code: 'unauthenticated',
  what: ({ endpoint }) => `${endpoint} does not recognize the access key`,
  hint: keysHint,
}
const ended: Meaning = { code: 'unauthenticated', what: () => 'the temporary keys have expired', hint: keysHint }
const denied: Meaning = { code: 'permission-denied', what: at => `the service does not allow it on ${place(at)}`, hint: allow }
const busy: Meaning = { code: 'rate-limited', what: () => 'the service asks for fewer requests', retry: 'later' }
const down: Meaning = { code: 'unavailable', what: () => "the service can't respond at the moment", retry: 'later' }
const again: Meaning = { code: 'unavailable', what: at => `another request changes ${place(at)} at the same time`, retry: 'later' }
const full: Meaning = {
  code: 'quota-exceeded',
  what: ({ bucket }) => `there is no space left in "${bucket}"`,
  hint: ({ connection }) =>
    `Free some space or have the quota raised, then run the same command again. Unfinished uploads also take up space: fairlead client clean ${connection}`,
}
const damaged: Meaning = {
  code: 'network',
  what: at => `the received data of ${place(at)} is not what was sent`,
  retry: 'later',
}
const region: Meaning = {
  code: 'config-invalid',
  what: ({ bucket, region }) => `the bucket "${bucket}" is not in the region ${region}, but the service does not say which region it is in`,
  hint: ({ connection }) => `Set its region: fairlead client set ${connection} region=REGION`,
}
const noTwo: Meaning = {
  code: 'path-invalid',
  what: at => `the service stores objects as files, and ${place(at)} or a part of it is a file where a folder is needed, or the reverse`,
  hint: () => 'Choose another name.',
}
const archived: Meaning = {
  code: 'unavailable',
  retry: 'never',
  what: (at, { fields }) =>
    `${place(at)} is in an archive${fields.StorageClass ? ` (${fields.StorageClass})` : ''} and must be restored before it can be read`,
  hint: ({ bucket, key }) =>
    `Restore it, which takes minutes to days: aws s3api restore-object --bucket ${bucket} --key ${quoted(key ?? '')} --restore-request Days=7`,
}
const invalidEndpoint: Meaning = {
  code: 'config-invalid',
  what: ({ endpoint }) => `${endpoint} is not an S3 service`,
  hint: ({ connection }) =>
    `A web page responded. Set the endpoint of the API, not of the console: fairlead client set ${connection} endpoint=https://…`,
}

/** What the codes of S3 and of those who speak its protocol mean: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const meanings: Readonly<Record<string, Meaning>> = {
  NoSuchKey: absent,
  NoSuchVersion: {
    ...absent,
    what: at => `this version of ${place(at)} does not exist`,
    hint: () => 'List them with `fairlead ls --versions`.',
  },
  NoSuchUpload: {
    ...absent,
    what: at => `the unfinished upload of ${place(at)} no longer exists`,
    hint: () => 'Run the same command again: it starts over.',
  },
  NoSuchBucket: noBucket,
  InvalidBucketName: { ...noBucket, code: 'config-invalid', what: ({ bucket }) => `"${bucket}" is not a valid bucket name` },
  InvalidAccessKeyId: refusedKeys,
  InvalidClientTokenId: refusedKeys,
  UnrecognizedClientException: refusedKeys,
  SignatureDoesNotMatch: {
    code: 'unauthenticated',
    what: () => 'the secret does not belong to the access key',
    hint: keysHint,
  },
  ExpiredToken: ended,
  ExpiredTokenException: ended,
  TokenRefreshRequired: ended,
  InvalidToken: { ...ended, what: () => 'the service does not accept the session token' },
  AccessDenied: denied,
  AllAccessDisabled: denied,
  AccountProblem: { ...denied, hint: () => "The account can't be used: check its billing page, or ask its owner." },
  NotSignedUp: { ...denied, hint: () => 'Sign the account up for S3 first.' },
  InvalidPayer: { ...denied, hint: ({ connection }) => `Pay for requests: fairlead client set ${connection} requester-pays=true` },
  AccessControlListNotSupported: {
    code: 'config-invalid',
    what: ({ bucket }) => `the bucket "${bucket}" does not accept ACLs`,
    hint: ({ connection }) => `Remove the setting: fairlead client unset ${connection} acl`,
  },
  RequestTimeTooSkewed: {
    code: 'config-invalid',
    what: skewed,
    hint: () => 'Set the clock of this machine (for example `sudo timedatectl set-ntp true`), then run the same command again.',
  },
  SlowDown: busy,
  TooManyRequests: busy,
  ThrottlingException: busy,
  RequestLimitExceeded: busy,
  Throttling: busy,
  SlowDownRead: busy,
  SlowDownWrite: busy,
  ServiceUnavailable: down,
  InternalError: down,
  Busy: down,
  RequestTimeout: { code: 'timeout', what: () => 'the service waited too long for the body', retry: 'later' },
  OperationAborted: again,
  ConditionalRequestConflict: again,
  PreconditionFailed: {
    code: 'precondition-failed',
    what: at => `${place(at)} has changed`,
    hint: () => 'Check what is there now with `fairlead ls`, then try again.',
  },
  InvalidRange: {
    code: 'range-invalid',
    what: at => `the range is beyond the end of ${place(at)}`,
    hint: () => 'Ask for its size with `fairlead ls -l`.',
  },
  EntityTooLarge: {
    code: 'input-invalid',
    what: (at, { fields }) =>
      `${place(at)} is larger than the service allows${fields.MaxSizeAllowed ? ` (${fields.MaxSizeAllowed} bytes)` : ''}`,
    hint: () => 'Split it into smaller files.',
  },
  KeyTooLongError: { code: 'path-invalid', what: at => `${place(at)} is longer than the service allows`, hint: () => 'Shorten it.' },
  KeyTooLong: { code: 'path-invalid', what: at => `${place(at)} is longer than the service allows`, hint: () => 'Shorten it.' },
  ExistingObjectIsDirectory: noTwo,
  ExistingObjectIsFile: noTwo,
  ObjectParentIsFile: noTwo,
  XMinioParentIsObject: noTwo,
  XMinioObjectExistsAsDirectory: noTwo,
  XMinioInvalidObjectName: {
    code: 'path-invalid',
    what: at => `${place(at)} is not a name the service can store`,
    hint: () => 'Choose another name.',
  },
  MetadataTooLarge: { code: 'input-invalid', what: at => `the metadata of ${place(at)} takes more than 2 KiB`, hint: () => 'Shorten it.' },
  InvalidTag: {
    code: 'config-invalid',
    what: () => 'the service does not accept the tags',
    hint: ({ connection }) => `Correct them: fairlead client set ${connection} tags=KEY=VALUE,…`,
  },
  InvalidStorageClass: {
    code: 'config-invalid',
    what: () => 'the service has no such storage class',
    hint: ({ connection }) => `Correct it: fairlead client set ${connection} storage-class=CLASS`,
  },
  QuotaExceeded: full,
  InsufficientStorage: full,
  XMinioStorageFull: full,
  XAmzQuota: full,
  ServiceQuotaExceededException: full,
  BucketAlreadyExists: {
    code: 'config-invalid',
    what: ({ bucket }) => `the name "${bucket}" is taken: another account has a bucket with this name`,
    hint: ({ connection }) => `Choose another name: fairlead client set ${connection} bucket=NAME`,
  },
  TooManyBuckets: {
    ...full,
    what: () => 'the account has reached its limit of buckets',
    hint: () => 'Delete one, or have the quota raised.',
  },
  BadDigest: damaged,
  InvalidDigest: damaged,
  XAmzContentSHA256Mismatch: damaged,
  XAmzContentChecksumMismatch: damaged,
  IncompleteBody: { ...damaged, what: at => `the body of ${place(at)} broke off` },
  InvalidPart: {
    ...absent,
    what: at => `a part of ${place(at)} is not there any more`,
    hint: () => 'Run the same command again: it starts over.',
  },
  EntityTooSmall: {
    code: 'input-invalid',
    what: at => `a part of ${place(at)} is smaller than the service allows`,
    hint: () => 'Report it: parts are fitted by the host.',
  },
  InvalidObjectState: archived,
  ObjectNotInActiveTierError: archived,
  PermanentRedirect: region,
  TemporaryRedirect: { ...down, what: ({ bucket }) => `the bucket "${bucket}" is being moved` },
  AuthorizationHeaderMalformed: region,
  IllegalLocationConstraintException: region,
  NotImplemented: {
    code: 'unsupported',
    what: ({ endpoint }) => `${endpoint} does not have what this needs`,
    hint: () => 'Use another endpoint for it.',
  },
  MethodNotAllowed: {
    code: 'unsupported',
    what: at => `the service does not allow this on ${place(at)}`,
    hint: () => 'It may be a deleted version: list them with `fairlead ls --versions`.',
  },
  KMSDisabledException: { ...denied, what: () => 'the KMS key is disabled', hint: () => 'Enable it, or set another one: sse-kms-key-id' },
  KMSNotFoundException: {
    ...denied,
    what: () => 'the KMS key does not exist',
    hint: ({ connection }) => `Correct it: fairlead client set ${connection} sse-kms-key-id=KEY`,
  },
}

/** Statuses that say more here than anywhere else. */
const byStatus: Readonly<Record<number, Meaning>> = {
  301: region,
  307: { ...down, what: ({ bucket }) => `the bucket "${bucket}" is being moved` },
  403: denied,
  404: absent,
  412: meanings.PreconditionFailed ?? denied,
  416: meanings.InvalidRange ?? denied,
  507: full,
}

/** How far a clock may be off before the service refuses everything. */
const skewMs = 15 * 60 * 1000

/** What an answer says, by its status, headers and body. */
export function failureOf(status: number, headers: Readonly<Record<string, string>>, body: string): Failure {
  const page = /^\s*(?:<!doctype html|<html)/i.test(body)
  const fields = page || !body.trimStart().startsWith('<') ? {} : fieldsOf(body)
  const { Code: code, Message: message } = fields
  return {
    status,
    ...(code !== undefined && code !== '' && { code }),
    ...(message !== undefined && message !== '' && { message }),
    fields,
    headers,
    page,
  }
}

function fieldsOf(body: string): Readonly<Record<string, string>> {
  try {
    const { root, fields, rows } = readAnswer(body)
    // Some wrap it as the older services of AWS did.
    return root === 'ErrorResponse' ? (rows.find(({ name }) => name === 'Error')?.fields ?? fields) : fields
  } catch (cause) {
    if (FairleadError.is(cause)) return {}
    throw cause
  }
}

/** The region a failed answer says the bucket is in. */
export function namedRegion({ headers, fields, code }: Failure): string | undefined {
  const named =
    headers['x-amz-bucket-region'] ?? (code === 'AuthorizationHeaderMalformed' ? (fields.Region ?? expecting(fields.Message)) : undefined)
  return named !== undefined && /^[a-z0-9-]{1,40}$/.test(named) ? named : undefined
}

function expecting(message: string | undefined): string | undefined {
  return /expecting '([a-z0-9-]+)'/.exec(message ?? '')?.[1]
}

/** The error a failed answer means, with what to do next. */
export function toError(failure: Failure, at: At): FairleadError {
  const { status, code, headers, message } = failure
  const meaning = meaningOf(failure, at)
  const said = errorFromStatus(status, {
    headers,
    message: [code, message].filter(text => text !== undefined).join(': ') || codeFromStatus(status),
  })
  if (meaning === undefined) return said
  const details = [status > 0 ? `status ${status}` : '', code ?? '', known(code) ? '' : (message ?? '')]
    .filter(text => text !== '')
    .join(', ')
  const { requestId, retryAfterMs } = said
  const hint = meaning.hint?.(at, failure)
  return new FairleadError(meaning.code, `${capitalized(meaning.what(at, failure))} (${details}).`, {
    ...(status > 0 && { status }),
    ...(meaning.retry !== undefined && { retry: meaning.retry }),
    ...(hint !== undefined && { hint }),
    ...(requestId !== undefined && { requestId }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })
}

function meaningOf(failure: Failure, at: At): Meaning | undefined {
  const { status, code, headers, page } = failure
  if (page && status < 500) return invalidEndpoint
  const off = Math.abs(Date.parse(headers.date ?? '') - at.now.getTime())
  if (status === 403 && off > skewMs && (code === undefined || code === 'SignatureDoesNotMatch' || code === 'AccessDenied'))
    return meanings.RequestTimeTooSkewed
  if (code !== undefined && Object.hasOwn(meanings, code)) return meanings[code]
  return byStatus[status]
}

function known(code: string | undefined): boolean {
  return code !== undefined && Object.hasOwn(meanings, code)
}

/** Both times, as the service tells them or by the Date of its answer. */
function skewed({ now }: At, { fields, headers }: Failure): string {
  const there = fields.ServerTime ?? (Number.isNaN(Date.parse(headers.date ?? '')) ? undefined : new Date(headers.date ?? '').toISOString())
  return `this machine's clock says ${now.toISOString()} and the service's ${there ?? 'something else'}, which is too far apart`
}

/** A text as a shell takes it for one word. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

function capitalized(text: string): string {
  // An address stays as it is.
  return /^[a-z]+:\/\//.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1)
}

/** Anything that was thrown and is no answer of the service. */
export function toS3Error(cause: unknown, { name, path }: Operation): FairleadError {
  const text = cause instanceof Error && cause.message !== '' ? cause.message : String(cause)
  const where = path === undefined || path === '' ? name : `${name} "${path}"`
  return new FairleadError('unexpected', `${where} failed: ${text}`, {
    cause,
    hint: 'Run it again with FAIRLEAD_LOG_LEVEL=debug and report the output.',
  })
}
