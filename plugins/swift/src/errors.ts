import { errorFromStatus, FairleadError, type ErrorCode, type ErrorDetails, type Operation } from '@fairlead/core'

/** An answer of the service that was no success. */
export class SwiftAnswer extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** What the request was about. */
  readonly of: 'object' | 'container' | 'account'

  constructor(status: number, headers: Readonly<Record<string, string>>, body: string, of: SwiftAnswer['of']) {
    super(`the service answered ${status}`)
    this.status = status
    this.headers = headers
    this.body = body
    this.of = of
  }
}

/** Whose failure it is, for messages and commands. */
export interface Place {
  readonly connection: string
  readonly container: string
}

/** Whether a value is an answer with that status. */
export function isAnswer(cause: unknown, status: number): cause is SwiftAnswer {
  return cause instanceof SwiftAnswer && cause.status === status
}

interface Meaning {
  readonly code?: ErrorCode
  readonly what: string
  readonly hint?: string
  readonly retry?: 'later'
}

/** Maps a failure to the one error class: what was wrong and where, in the service's own terms, and what to do next. */
export function toSwiftError(cause: unknown, at: Operation, place: Place): FairleadError {
  const details = { operation: at.name, ...(at.path !== undefined && { path: at.path }) }
  const where = at.path === undefined || at.path === '' ? `container "${place.container}"` : `"${at.path}"`
  if (!(cause instanceof SwiftAnswer)) {
    const text = cause instanceof Error && cause.message !== '' ? cause.message : typeof cause === 'string' ? cause : 'no reason given'
    return new FairleadError('unexpected', `${at.name} of ${where} failed: ${text}.`, {
      ...details,
      cause,
      hint: 'Run it again with FAIRLEAD_LOG_LEVEL=debug and report the output.',
    })
  }
  const base = errorFromStatus(cause.status, { headers: cause.headers, body: cause.body })
  const { code, what, hint, retry } = meaningOf(cause, at, place) ?? {
    what: base.message.replace(/^status \d+(, )?/, '') || 'it was refused',
  }
  return new FairleadError(code ?? base.code, `${where}: ${what} (status ${cause.status}).`, {
    ...details,
    status: cause.status,
    cause,
    ...(hint !== undefined && { hint }),
    ...carried(base, retry),
  })
}

function carried(base: FairleadError, retry: 'later' | undefined): ErrorDetails {
  return {
    ...(retry !== undefined && { retry }),
    ...(base.retryAfterMs !== undefined && { retryAfterMs: base.retryAfterMs }),
    ...(base.requestId !== undefined && { requestId: base.requestId }),
  }
}

/** Operations that make an object: the service misses nothing there but the container. */
const writes = new Set(['write', 'begin-upload', 'upload-part', 'complete-upload'])

function meaningOf({ status, body, of }: SwiftAnswer, { name }: Operation, { connection, container }: Place): Meaning | undefined {
  switch (status) {
    case 400:
      return /segment|manifest/i.test(body) && /404|not found/i.test(body)
        ? { code: 'not-found', what: 'segments of the large object are no longer there', hint: 'Send the file again.' }
        : undefined
    case 401:
      return { code: 'unauthenticated', what: 'the object store does not accept the token' }
    case 403:
      return {
        code: 'permission-denied',
        what: `the account or the container "${container}" does not allow it to this user`,
        hint: `Ask the owner of the container for access, or check user and project with \`fairlead client show ${connection}\`.`,
      }
    case 404:
      return of === 'object' && !writes.has(name)
        ? {
            code: 'not-found',
            what: `there is nothing with this name in container "${container}"`,
            hint: `List what is there with \`fairlead ls ${connection}:/\`.`,
          }
        : noContainer(connection, container)
    case 408:
      return { code: 'timeout', what: 'the service waited too long for the body', retry: 'later' }
    case 409:
      return of === 'object'
        ? { code: 'integrity', what: 'segments of the large object are missing or were changed', hint: 'Write the object again.' }
        : undefined
    case 412:
      return { code: 'precondition-failed', what: 'the object was changed in the meantime', hint: 'Read it again from its beginning.' }
    case 413:
      return /quota/i.test(body)
        ? {
            code: 'quota-exceeded',
            what: 'the quota of the container or account is used up',
            hint: `Free some space, or ask for more quota. Unfinished uploads also take up space: fairlead client clean ${connection}`,
          }
        : {
            code: 'input-invalid',
            what: 'it is larger than the service allows for one object',
            hint: 'Send it in segments (large-objects=slo).',
          }
    case 416:
      return { code: 'range-invalid', what: 'the object has no bytes in the range', hint: 'Ask for bytes that are there.' }
    case 422:
      return { code: 'integrity', what: 'other bytes arrived than were sent', retry: 'later' }
    case 429:
    case 498:
      return { code: 'rate-limited', what: 'the service asks for fewer requests', retry: 'later' }
    case 499:
      return { code: 'network', what: 'the connection broke while the body was sent', retry: 'later' }
    case 507:
      return { code: 'quota-exceeded', what: 'the disks of the service are full', hint: 'Ask who runs the service for space.' }
    default:
      return undefined
  }
}

function noContainer(connection: string, container: string): Meaning {
  return {
    code: 'not-found',
    what: `there is no container "${container}" in this account`,
    hint: `Check the name and the project, or let the first write create it with \`fairlead client set ${connection} create-container=true\`.`,
  }
}
