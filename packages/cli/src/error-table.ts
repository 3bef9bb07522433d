import { errorCodes, FairleadError, type ErrorCode } from '@fairlead/core'
import { exitCodeOf } from './exit.ts'

/** What each code means, one sentence: docs/reference/errors.md is made of it. */
const meanings: Readonly<Record<ErrorCode, string>> = {
  'not-found': 'What was named is not there.',
  'already-exists': 'Something else is there already; nothing was replaced.',
  'precondition-failed': 'What was there changed meanwhile, so nothing was done.',
  'permission-denied': 'The account may not do this.',
  unauthenticated: 'The credentials are missing, wrong or no longer valid.',
  'quota-exceeded': 'The account or the disk has no room left.',
  'rate-limited': 'The service asked to go slower.',
  unavailable: 'The service does not work at the moment.',
  network: 'The connection broke or could not be made.',
  timeout: 'No answer came in time.',
  integrity: 'The bytes are not the ones they should be.',
  'range-invalid': 'The range of bytes does not lie in the object.',
  'path-invalid': 'The path can not be kept by the store or by this file system.',
  'input-invalid': 'An argument, a reference or a file can not be used.',
  'config-invalid': 'A setting, a connection or the project file is missing or wrong.',
  unsupported: 'The client does not declare that it can do this; nothing was sent.',
  'plugin-invalid': 'A client plugin does not keep to the contract.',
  unexpected: 'Something that nobody thought of.',
}

/** Every code with its meaning, the exit code it gives, and whether the same call may succeed later. */
export const errorTable = errorCodes.map(code => {
  const error = new FairleadError(code, '')
  return { code, meaning: meanings[code], exitCode: exitCodeOf(error), retry: error.retry }
})
