import { errorCodes, FairleadError, type ErrorCode } from '@fairlead/core'
import { exitCodeOf } from './exit.ts'

/** What each code means, one sentence: docs/reference/errors.md is made of it. */
const meanings: Readonly<Record<ErrorCode, string>> = {
  'not-found': 'The named thing does not exist.',
  'already-exists': 'Something else already exists there. Nothing was replaced.',
  'precondition-failed': 'The target changed in the meantime. Nothing was done.',
  'permission-denied': 'The account does not have the permission.',
  unauthenticated: 'The credentials are missing, wrong or no longer valid.',
  'quota-exceeded': 'The account or disk is full.',
  'rate-limited': 'The service is limiting requests.',
  unavailable: 'The service is temporarily unavailable.',
  network: 'The network connection failed or was interrupted.',
  timeout: 'No response arrived in time.',
  integrity: 'The data does not match its checksum or size.',
  'range-invalid': 'The byte range is outside the object.',
  'path-invalid': 'The store or this file system cannot store the path.',
  'input-invalid': 'An argument, a reference or a file is not valid.',
  'config-invalid': 'A setting, a connection or the project file is missing or wrong.',
  unsupported: 'The client does not support this operation. Nothing was sent.',
  'plugin-invalid': 'A client plugin does not follow the contract.',
  unexpected: 'An error that Fairlead did not expect.',
}

/** Every code with its meaning, the exit code it gives, and whether the same call may succeed later. */
export const errorTable = errorCodes.map(code => {
  const error = new FairleadError(code, '')
  return { code, meaning: meanings[code], exitCode: exitCodeOf(error), retry: error.retry }
})
