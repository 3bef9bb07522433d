/** What went wrong, as a closed set that programs may switch on. Its table is in docs/reference/errors.md. */
export const errorCodes = [
  'not-found',
  'already-exists',
  'precondition-failed',
  'permission-denied',
  'unauthenticated',
  'quota-exceeded',
  'rate-limited',
  'unavailable',
  'network',
  'timeout',
  'integrity',
  'range-invalid',
  'path-invalid',
  'input-invalid',
  'config-invalid',
  'unsupported',
  'plugin-invalid',
  'unexpected',
] as const

/** One of {@link errorCodes}. */
export type ErrorCode = (typeof errorCodes)[number]

/** `never`: the same call fails again. `later`: it may pass. `exhausted`: it was retried and still failed. */
export type Retry = 'never' | 'later' | 'exhausted'

/** What is known of a failure besides its code and message. */
export interface ErrorDetails {
  /** Default: `later` for rate-limited, unavailable, network and timeout, else `never`. */
  readonly retry?: Retry
  /** Milliseconds the service asked us to wait (Retry-After). */
  readonly retryAfterMs?: number
  readonly connection?: string
  readonly operation?: string
  readonly path?: string
  /** HTTP status, where there was one. */
  readonly status?: number
  readonly requestId?: string
  /** What to do next: one sentence, a command where there is one. */
  readonly hint?: string
  readonly cause?: unknown
}

const brand = Symbol.for('fairlead.error')
const retriedCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['rate-limited', 'unavailable', 'network', 'timeout'])

/**
 * The one error class. Recognise it with {@link FairleadError.is}, never with `instanceof`: two copies of this package
 * may be installed. `message` says what was wrong and where; `hint` says what to do next. Neither may hold a secret.
 */
export class FairleadError extends Error {
  override readonly name = 'FairleadError'
  readonly code: ErrorCode
  readonly retry: Retry
  readonly retryAfterMs?: number
  readonly connection?: string
  readonly operation?: string
  readonly path?: string
  readonly status?: number
  readonly requestId?: string
  readonly hint?: string
  readonly [brand] = true

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.retry = details.retry ?? (retriedCodes.has(code) ? 'later' : 'never')
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs
    if (details.connection !== undefined) this.connection = details.connection
    if (details.operation !== undefined) this.operation = details.operation
    if (details.path !== undefined) this.path = details.path
    if (details.status !== undefined) this.status = details.status
    if (details.requestId !== undefined) this.requestId = details.requestId
    if (details.hint !== undefined) this.hint = details.hint
  }

  /** Whether a value is one of these errors (of that code), whichever copy of the package made it. */
  static is(value: unknown, code?: ErrorCode): value is FairleadError {
    return value instanceof Error && brand in value && (code === undefined || ('code' in value && value.code === code))
  }

  /** The same failure with more of its place known; what is already known stays. */
  with(details: ErrorDetails): FairleadError {
    const error = new FairleadError(this.code, this.message, {
      ...details,
      ...this.details(),
      ...(details.retry === 'exhausted' ? { retry: 'exhausted' } : {}),
    })
    if (this.stack !== undefined) error.stack = this.stack
    return error
  }

  /** Stable and free of causes: a cause may hold a request with its headers. */
  toJSON(): Record<string, unknown> {
    const { cause: _cause, ...details } = this.details()
    return { code: this.code, message: this.message, ...details }
  }

  private details(): ErrorDetails {
    return {
      retry: this.retry,
      ...(this.retryAfterMs !== undefined && { retryAfterMs: this.retryAfterMs }),
      ...(this.connection !== undefined && { connection: this.connection }),
      ...(this.operation !== undefined && { operation: this.operation }),
      ...(this.path !== undefined && { path: this.path }),
      ...(this.status !== undefined && { status: this.status }),
      ...(this.requestId !== undefined && { requestId: this.requestId }),
      ...(this.hint !== undefined && { hint: this.hint }),
      ...(this.cause !== undefined && { cause: this.cause }),
    }
  }
}
