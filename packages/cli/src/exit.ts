import { FairleadError, type ErrorCode } from '@fairlead/core'

/** 0: done. 1: some assets are invalid, or a step failed. 2: wrong use. */
export type ExitCode = 0 | 1 | 2

/** What the caller can correct in the command, its configuration or its input. */
const wrongUse: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'input-invalid',
  'config-invalid',
  'path-invalid',
  'unsupported',
  'range-invalid',
])

/** The exit code of a failure. */
export function exitCodeOf(error: unknown): ExitCode {
  return FairleadError.is(error) && wrongUse.has(error.code) ? 2 : 1
}

/** A wrong use of the command line. */
export function usageError(message: string, hint?: string): FairleadError {
  return new FairleadError('input-invalid', message, hint === undefined ? {} : { hint })
}

/** The signal that ended a command, as the reason of its abort. */
export class Interrupted extends Error {
  readonly signal: 'SIGINT' | 'SIGTERM'
  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`ended by ${signal}`)
    this.signal = signal
  }

  /** 128 and the number of the signal, as shells have it. */
  get exitCode(): 130 | 143 {
    return this.signal === 'SIGINT' ? 130 : 143
  }
}
