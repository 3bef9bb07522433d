import { FairleadError, type ErrorCode, type Operation } from '@fairlead/core'

/** An answer of the server that was no success. */
export class StatusError extends Error {
  readonly status: number
  readonly retryAfterMs: number | undefined

  constructor(status: number, message: string, retryAfterMs: number | undefined) {
    super(message)
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}

const codes: Readonly<Record<number, ErrorCode>> = {
  400: 'input-invalid',
  401: 'unauthenticated',
  403: 'permission-denied',
  404: 'not-found',
  409: 'already-exists',
  412: 'precondition-failed',
  416: 'range-invalid',
  429: 'rate-limited',
  507: 'quota-exceeded',
}

const hints: Partial<Record<ErrorCode, string>> = {
  'not-found': 'List the folder to see what is there.',
  'already-exists': 'Choose another path, or remove the existing object first.',
  'precondition-failed': 'Read the object again and repeat the change.',
  'permission-denied': 'Ask the owner of the store for access.',
  unauthenticated: 'Set the key of the memory server again.',
  'quota-exceeded': 'Free space in the store.',
  'range-invalid': 'Ask for bytes inside the object.',
}

/** One error for one answer. */
export function toMemoryError(cause: unknown, at: Operation): FairleadError {
  const place = at.path === undefined ? at.name : `${at.name} "${at.path}"`
  if (!(cause instanceof StatusError)) {
    return new FairleadError('unexpected', `${place} failed: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
      hint: 'Run the command again with FAIRLEAD_LOG_LEVEL=debug.',
    })
  }
  const code = codes[cause.status] ?? (cause.status >= 500 ? 'unavailable' : 'unexpected')
  const hint = hints[code]
  return new FairleadError(code, `${place} failed: ${cause.message}`, {
    status: cause.status,
    cause,
    ...(cause.retryAfterMs !== undefined && { retryAfterMs: cause.retryAfterMs }),
    ...(hint !== undefined && { hint }),
  })
}
