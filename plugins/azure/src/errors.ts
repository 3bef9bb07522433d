import { errorFromStatus, FairleadError, printable, redactText, type Operation } from '@fairlead/core'
import { meanings, type Meaning } from './error-codes.ts'
import { toName } from './mapping.ts'

/** An answer of the service that is no success. */
export class AzureFailure extends Error {
  readonly status: number
  /** The service's own code, such as `BlobNotFound`; undefined where something on the way answered. */
  readonly code: string | undefined
  /** The service's own sentence. */
  readonly said: string | undefined
  readonly headers: Readonly<Record<string, string>>
  /** Of which of several objects it is said. */
  readonly path: string | undefined

  constructor(status: number, headers: Readonly<Record<string, string>>, body: string, path?: string) {
    const code = headers['x-ms-error-code'] ?? /<Code>([A-Za-z]{1,100})<\/Code>/.exec(body)?.[1]
    super(code ?? `status ${status}`)
    this.status = status
    this.code = code
    this.said = /<Message>([^<]{1,400})/.exec(body)?.[1]?.split('\n')[0]
    this.headers = headers
    this.path = path
  }
}

/** What is known of a connection that messages tell: names, never a secret. */
export interface AzureFacts {
  readonly connection: string
  readonly account: string
  readonly container: string
  /** The folder in the container that is the root. */
  readonly root: string
  readonly credential: 'key' | 'sas' | 'azure-ad' | 'anonymous'
  /** Of a SAS: until when it counts, and its permissions, as letters. */
  readonly sas?: { readonly expires: Date | undefined; readonly permissions: string | undefined }
  readonly now: () => Date
}

/** The service takes no request whose time is further from its own: https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key */
const maxSkewMs = 15 * 60_000

/** Maps whatever was thrown to the one error class, by the service's code, else by the status. */
export function toAzureError(cause: unknown, at: Operation, facts: AzureFacts): FairleadError {
  const inner = failureIn(cause)
  if (FairleadError.is(inner)) return inner
  const path = (inner instanceof AzureFailure ? inner.path : undefined) ?? at.path
  const place = path === undefined || path === '' ? at.name : `"${printable(path)}"`
  const details = { operation: at.name, ...(path !== undefined && { path }) }
  if (!(inner instanceof AzureFailure)) {
    const text = cause instanceof Error ? cause.message : String(cause)
    return new FairleadError('unexpected', `${place}: ${redactText(printable(text === '' ? at.name : text, 300))}`, {
      ...details,
      cause,
      hint: 'Run it again with FAIRLEAD_LOG_LEVEL=debug and report the output.',
    })
  }
  const { status, code, said, headers } = inner
  const base = errorFromStatus(status, { headers, ...(said !== undefined && { message: said }) })
  const known = {
    ...details,
    status,
    ...(base.retryAfterMs !== undefined && { retryAfterMs: base.retryAfterMs }),
    ...(base.requestId !== undefined && { requestId: base.requestId }),
  }
  const listed = code !== undefined && Object.hasOwn(meanings, code) ? meanings[code] : undefined
  const meaning = code === undefined ? undefined : (refusal(inner, code, facts) ?? listed)
  if (meaning !== undefined) {
    const { code: ours, what, hint, retry } = meaning
    return new FairleadError(ours, `${place}: ${filled(what, facts, path)} (${code}).`, {
      ...known,
      hint: filled(hint, facts, path),
      ...(retry !== undefined && { retry }),
    })
  }
  return new FairleadError(base.code, `${place}: ${code === undefined ? '' : `${code}, `}${base.message}`, known)
}

/** The failure within what an SDK threw: its own error with the same fields, or the one of our sockets that it wrapped. */
function failureIn(cause: unknown): unknown {
  if (FairleadError.is(cause) || cause instanceof AzureFailure || !(cause instanceof Error)) return cause
  if ('statusCode' in cause && typeof cause.statusCode === 'number') {
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
    const headers = code === undefined ? {} : { 'x-ms-error-code': code }
    return new AzureFailure(cause.statusCode, headers, `<Message>${cause.message.replaceAll('<', ' ')}`)
  }
  return cause.cause === undefined ? cause : failureIn(cause.cause)
}

/** Refusals whose reason the code alone does not tell: the clock, a key that was replaced, a SAS that is over or too narrow. */
function refusal({ headers, status }: AzureFailure, code: string, { credential, sas, now }: AzureFacts): Meaning | undefined {
  if (code === 'AuthenticationFailed' || code === 'AuthorizationFailure') {
    const theirs = Date.parse(headers['date'] ?? '')
    const skewMs = Number.isNaN(theirs) ? 0 : now().getTime() - theirs
    if (Math.abs(skewMs) > maxSkewMs)
      return {
        // Not `unauthenticated`: neither another key nor another token would help.
        code: 'config-invalid',
        what: `this machine's clock is ${Math.round(Math.abs(skewMs) / 60_000)} minutes ${skewMs > 0 ? 'ahead of' : 'behind'} the service's, which rejects requests signed at that time`,
        hint: 'Set the clock of this machine, for example with `timedatectl set-ntp true`, then run the command again.',
      }
    if (sas !== undefined) {
      if (sas.expires !== undefined && sas.expires <= now())
        return {
          code: 'unauthenticated',
          what: `the SAS of "{connection}" expired at ${sas.expires.toISOString()}`,
          hint: 'Store a new one: fairlead client set {connection} sas',
        }
      if (code === 'AuthenticationFailed')
        return {
          code: 'unauthenticated',
          what: 'the service does not accept the SAS of "{connection}": it is cut off, not yet valid, or was signed with a key that was replaced',
          hint: 'Store a new one: fairlead client set {connection} sas',
        }
    }
    if (credential === 'key' && code === 'AuthenticationFailed')
      return {
        code: 'unauthenticated',
        what: 'the account "{account}" does not accept this key',
        hint: 'Store a key of the account again: fairlead client set {connection} account-key',
      }
    if (credential === 'key')
      return {
        code: 'permission-denied',
        what: 'the account "{account}" does not allow this key or this network',
        hint: "Check the key (fairlead client set {connection} account-key) and the account's firewall.",
      }
  }
  if (credential === 'anonymous' && (status === 401 || status === 403 || status === 409 || code === 'ResourceNotFound'))
    return {
      code: 'permission-denied',
      what: 'the container "{container}" is not public, or does not exist',
      hint: 'Store a credential: fairlead client set {connection} account-key (or sas, or azure-ad=true)',
    }
  if (code === 'AuthorizationPermissionMismatch' || code === 'AuthorizationFailure') {
    if (sas !== undefined && code === 'AuthorizationPermissionMismatch')
      return {
        code: 'permission-denied',
        what: `the SAS of "{connection}" does not allow this${sas.permissions === undefined ? '' : `: its permissions are "${sas.permissions}"`}`,
        hint: 'Store one with the permissions racwdl (read, add, create, write, delete, list): fairlead client set {connection} sas',
      }
    if (credential === 'azure-ad')
      return {
        code: 'permission-denied',
        what: 'this login does not have the permission in the container "{container}"',
        hint: 'Have the role "Storage Blob Data Contributor" (or Reader) assigned for the account or container; it counts after some minutes.',
      }
  }
  return undefined
}

function filled(text: string, { connection, account, container, root }: AzureFacts, path = ''): string {
  if (!text.includes('{')) return text
  const values: Readonly<Record<string, string>> = {
    connection,
    account,
    container,
    name: `'${toName(root, path).replaceAll("'", `'\\''`)}'`,
  }
  return text.replace(/\{(connection|account|container|name)\}/g, (_all, name: string) => values[name] ?? '')
}
