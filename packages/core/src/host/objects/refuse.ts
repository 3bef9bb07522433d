import { checkPath, normalizePath, quotePath, unquotePath } from '../../contract/path-rules.ts'
import type { WriteCondition } from '../../contract/connection.ts'
import type { Entry } from '../../contract/entry.ts'
import type { ByteRange } from '../../contract/source.ts'
import { FairleadError, type ErrorCode } from '../../contract/errors.ts'
import type { ClientRuntime } from '../runtime.ts'

/** What stands between a caller's path and a plugin: nothing that is not declared, allowed and confined gets through. */
export interface Gate {
  /** The logical path (normalised) and the one the store keeps. `path-invalid` for what can't be, or (an object) the root. */
  object(operation: string, path: string): PlacedPath
  /** As {@link Gate.object}, with the root allowed. */
  folder(path: string): PlacedPath
  /** An entry with its logical path. */
  entry(entry: Entry): Entry
  /** A failure of this connection at this place. */
  error(code: ErrorCode, operation: string, path: string | undefined, message: string, hint?: string): FairleadError
  /** `unsupported`: this client does not have what the call needs. */
  unsupported(operation: string, path: string | undefined, what: string, hint?: string): FairleadError
  /** The method of a plugin, or `unsupported` when the plugin does not have it. */
  method<T>(method: T | undefined, operation: string, path?: string): T
}

/** One path, as the caller knows it and as the store keeps it. */
export interface PlacedPath {
  readonly logical: string
  readonly stored: string
}

/** The gate of one client. */
export function createGate(runtime: ClientRuntime): Gate {
  const rules = runtime.capabilities.paths
  const special = new RegExp(`[%${rules.forbidden.replace(/[\\\]^-]/g, String.raw`\$&`)}]`)
  const plain = (path: string): boolean => rules.reserved.length === 0 && !special.test(path)

  const error: Gate['error'] = (code, operation, path, message, hint) =>
    new FairleadError(code, message, {
      connection: runtime.name,
      operation,
      ...(path !== undefined && { path }),
      ...(hint !== undefined && { hint }),
    })
  const unsupported: Gate['unsupported'] = (operation, path, what, hint) =>
    error(
      'unsupported',
      operation,
      path,
      `connection "${runtime.name}" (client ${runtime.manifest.name}) ${what}.`,
      hint ?? 'Use a connection that can: `fairlead client list` shows what each one does.',
    )

  const folder: Gate['folder'] = path => {
    const logical = normalizePath(path)
    checkPath(logical, rules)
    return { logical, stored: plain(logical) ? logical : quotePath(logical, rules) }
  }
  return {
    folder,
    object(operation, path) {
      const placed = folder(path)
      if (placed.logical === '')
        throw error(
          'path-invalid',
          operation,
          path,
          `an object needs a path, and "${path}" is the root of connection "${runtime.name}".`,
          'Give an object below it.',
        )
      return placed
    },
    entry(entry) {
      if (!entry.path.includes('%')) return entry
      const path = unquotePath(entry.path, rules)
      return path === entry.path ? entry : { ...entry, path }
    },
    error,
    unsupported,
    method(method, operation, path) {
      if (method === undefined) throw unsupported(operation, path, `can't ${operation}`)
      return method
    },
  }
}

/** `range-invalid` unless both ends are whole numbers, not negative, in order. */
export function checkRange(gate: Gate, operation: string, path: string, range: ByteRange): void {
  const { start, end } = range
  if (Number.isSafeInteger(start) && start >= 0 && (end === undefined || (Number.isSafeInteger(end) && end >= start))) return
  throw gate.error(
    'range-invalid',
    operation,
    path,
    `bytes ${start} to ${end ?? 'the end'} of "${path}" are not a valid range.`,
    'Count bytes from 0; the end is exclusive.',
  )
}

/** `unsupported` unless the service itself decides the condition. */
export function checkCondition(
  gate: Gate,
  conditions: ReadonlyArray<'absent' | 'match'>,
  path: string,
  condition: WriteCondition | undefined,
): void {
  if (condition === undefined || conditions.includes(condition.if)) return
  throw gate.unsupported(
    'write',
    path,
    `can't write "${path}" on the condition "${condition.if}"`,
    'Write without a condition, one writer at a time.',
  )
}
