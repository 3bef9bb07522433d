import { errorFromStatus, FairleadError, printable, type ErrorDetails, type Operation } from '@fairlead/core'
import { meaningOfTags, type Meaning } from './error-tags.ts'

/** An answer of the service that is no success. */
export class DropboxFailure extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** The tags of the error, from the outermost to the innermost. */
  readonly tags: readonly string[]
  /** The body as JSON, or its text. */
  readonly body: unknown

  constructor(status: number, headers: Readonly<Record<string, string>>, body: unknown) {
    const tags = tagsOf(field(body, 'error'))
    super(tags.length === 0 ? `the service answered ${status}` : tags.join('/'))
    this.status = status
    this.headers = headers
    this.tags = tags
    this.body = body
  }

  /** Whether its tags end so: `path/not_found`, `not_found`. */
  says(tags: string): boolean {
    return `/${this.tags.join('/')}`.endsWith(`/${tags}`)
  }

  /** What the error carries beside its tags, such as `correct_offset`. */
  detail(name: string): unknown {
    return find(field(this.body, 'error'), name)
  }
}

/** Whether a value is a refusal whose tags end so. */
export function isTagged(cause: unknown, tags: string): cause is DropboxFailure {
  return cause instanceof DropboxFailure && cause.says(tags)
}

/** Names of a connection that messages tell. */
export interface Place {
  readonly connection: string
}

/** Maps a failure to the one error class: what was wrong and where, and what to do next. */
export function toDropboxError(cause: unknown, at: Operation, { connection }: Place): FairleadError {
  const details = { operation: at.name, ...(at.path !== undefined && { path: at.path }) }
  const where = at.path === undefined || at.path === '' ? `${at.name} of "${connection}"` : `"${printable(at.path)}"`
  if (!(cause instanceof DropboxFailure)) {
    const text = cause instanceof Error && cause.message !== '' ? cause.message : typeof cause === 'string' ? cause : 'no reason given'
    return new FairleadError('unexpected', `${where}: ${at.name} failed: ${printable(text, 300)}.`, {
      ...details,
      cause,
      hint: 'Run it again with FAIRLEAD_LOG_LEVEL=debug and report the output.',
    })
  }
  const { status, headers, body, tags } = cause
  const said = typeof body === 'string' ? body : (field(field(body, 'user_message'), 'text') ?? field(body, 'error_summary'))
  const base = errorFromStatus(status, {
    headers,
    ...(typeof said === 'string' && { message: said }),
    ...(typeof body === 'string' && { body }),
  })
  const meaning: Meaning = meaningOfTags(cause, at, connection) ?? {
    // The status says no more than that the endpoint refused it.
    ...(status === 409 && tags.length > 0 && { code: 'unexpected' }),
    what: base.message.replace(/^status \d+(, )?/, '') || 'it was refused',
  }
  const retryAfterMs = base.retryAfterMs ?? secondsIn(cause.detail('retry_after'))
  return new FairleadError(meaning.code ?? base.code, `${where}: ${meaning.what} (status ${status}).`, {
    ...details,
    status,
    cause,
    ...(meaning.hint !== undefined && { hint: meaning.hint }),
    ...(meaning.retry !== undefined && { retry: meaning.retry }),
    ...carried(base, retryAfterMs),
  })
}

function carried({ requestId }: FairleadError, retryAfterMs: number | undefined): ErrorDetails {
  return { ...(retryAfterMs !== undefined && { retryAfterMs }), ...(requestId !== undefined && { requestId }) }
}

function secondsIn(value: unknown): number | undefined {
  return typeof value === 'number' ? value * 1000 : undefined
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  const fields: Readonly<Record<string, unknown>> = { ...value }
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}

/** A union holds the next one under its own tag; a struct that lies beside its tag holds it as `reason` or `metadata`. */
function tagsOf(error: unknown): string[] {
  const tags: string[] = []
  for (let at = error; tags.length < 8;) {
    const tag = field(at, '.tag')
    const reason = field(at, 'reason')
    if (typeof tag === 'string') tags.push(tag)
    else if (field(reason, '.tag') === undefined) return tags
    at = (typeof tag === 'string' ? field(at, tag) : undefined) ?? reason
  }
  return tags
}

function find(value: unknown, name: string, depth = 0): unknown {
  const own = field(value, name)
  if (own !== undefined || depth > 6 || typeof value !== 'object' || value === null) return own
  for (const inner of Object.values(value)) {
    const found = find(inner, name, depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}
