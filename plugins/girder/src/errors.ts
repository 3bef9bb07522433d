import { errorFromStatus, FairleadError, type ErrorCode, type ErrorDetails, type Operation } from '@fairlead/core'

/** An answer of Girder that was no success. */
export class GirderAnswer extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** What Girder calls it: rest, validation, access, girder, internal. */
  readonly type: string | undefined
  /** The field that it did not like, of a validation. */
  readonly field: string | undefined

  constructor(status: number, headers: Readonly<Record<string, string>>, body: string) {
    super(`Girder answered ${status}`)
    this.status = status
    this.headers = headers
    this.body = body
    const said = parsed(body)
    this.type = said('type')
    this.field = said('field')
  }
}

function parsed(body: string): (key: string) => string | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return key => {
      const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
      return typeof found === 'string' ? found : undefined
    }
  } catch (cause) {
    if (cause instanceof SyntaxError) return () => undefined
    throw cause
  }
}

/** Whether Girder itself said that something is not as asked for: an id that is not there (any more) is a 400 like what is malformed. */
export function isRefusal(cause: unknown): cause is GirderAnswer {
  return cause instanceof GirderAnswer && cause.status === 400 && (cause.type === 'rest' || cause.type === 'validation')
}

/** Whose failure it is, for messages and commands. */
export interface Place {
  readonly connection: string
  readonly root: string
  /** Nobody has logged in. */
  readonly anonymous: boolean
}

interface Meaning {
  readonly code: ErrorCode
  readonly what: string
  readonly hint?: string
  readonly retry?: 'later'
}

/** Maps a failure to the one error class: what was wrong and where, in Girder's own terms, and what to do next. */
export function toGirderError(cause: unknown, at: Operation, place: Place): FairleadError {
  const details = { operation: at.name, ...(at.path !== undefined && { path: at.path }) }
  const where = at.path === undefined || at.path === '' ? place.root : `"${at.path}"`
  if (!(cause instanceof GirderAnswer)) {
    const text = cause instanceof Error && cause.message !== '' ? cause.message : typeof cause === 'string' ? cause : 'no reason given'
    return new FairleadError('unexpected', `${at.name} of ${where} failed: ${text}.`, {
      ...details,
      cause,
      hint: 'Run it again with FAIRLEAD_LOG_LEVEL=debug and report the output.',
    })
  }
  const base = errorFromStatus(cause.status, { headers: cause.headers, body: cause.body })
  const said = base.message.replace(/^status \d+(, )?/, '').replace(/\.$/, '')
  const { code, what, hint, retry } = meaningOf(cause, place) ?? { code: base.code, what: said || 'it was refused' }
  return new FairleadError(code, `${where}: ${what} (status ${cause.status}).`, {
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

function meaningOf({ status, type, body }: GirderAnswer, { connection, anonymous }: Place): Meaning | undefined {
  switch (status) {
    case 400:
      // Girder has no status of its own for it.
      return /insufficient free space|quota/i.test(body)
        ? { code: 'quota-exceeded', what: 'the assetstore of Girder is full', hint: 'Ask who runs Girder for space.' }
        : undefined
    case 401:
      return anonymous
        ? {
            code: 'unauthenticated',
            what: 'you are not logged in, and it is not public',
            hint: `Store an API key with \`fairlead client set ${connection} api-key\`.`,
          }
        : {
            code: 'unauthenticated',
            what: 'Girder does not accept the token',
            hint: `Check the key with \`fairlead client check ${connection}\`, or store another with \`fairlead client set ${connection} api-key\`.`,
          }
    case 403:
      return {
        code: 'permission-denied',
        what: type === 'access' ? 'Girder does not allow it to this user, or to the scopes of this API key' : 'Girder refused it',
        hint: `Ask an administrator of the collection for access, or check whose key it is with \`fairlead client show ${connection}\`.`,
      }
    case 500:
      return {
        code: 'unavailable',
        what: 'Girder has an error inside',
        hint: 'Its log has the reason; ask the administrator.',
        retry: 'later',
      }
    default:
      return undefined
  }
}
