import { FairleadError, type ErrorDetails } from '@fairlead/core'

/** A failure as it crosses a thread border: class identity is lost there, its fields are not. */
export interface Failure {
  readonly code: FairleadError['code']
  readonly message: string
  readonly details: ErrorDetails
}

/** Any thrown value as a FairleadError; what is one already stays as it is. */
export function toError(thrown: unknown, handler: string): FairleadError {
  if (FairleadError.is(thrown)) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new FairleadError('unexpected', `handler "${handler}" failed: ${message}`, { cause: thrown })
}

/** The part of an error that can be cloned. */
export function toFailure(error: FairleadError): Failure {
  const { code, message, name: _name, ...details } = { name: '', ...error.toJSON(), code: error.code, message: error.message }
  return { code, message, details }
}

/** The error that {@link toFailure} took apart. */
export function fromFailure(failure: Failure): FairleadError {
  return new FairleadError(failure.code, failure.message, failure.details)
}
