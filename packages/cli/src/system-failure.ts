import { FairleadError } from '@fairlead/core'

/** https://www.sqlite.org/rescode.html */
const sqliteFull = 13
const sqliteReadOnly = 8
const sqliteCannotOpen = 14

function isFull(error: Error): boolean {
  if ('code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) return true
  return primaryCode(error) === sqliteFull
}

function isReadOnly(error: Error): boolean {
  return ('code' in error && error.code === 'EROFS') || primaryCode(error) === sqliteReadOnly
}

function primaryCode(error: Error): number | undefined {
  return 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined
}

/**
 * What was thrown, where it is a state of the machine that no code is at fault for: a disk that is full or may not be
 * written to. What an error while tidying up would hide comes first. Anything else is given back as it is.
 */
export function systemFailure(thrown: unknown): unknown {
  if (thrown instanceof SuppressedError) return systemFailure(thrown.suppressed)
  if (!(thrown instanceof Error) || FairleadError.is(thrown)) return thrown
  const path = 'path' in thrown && typeof thrown.path === 'string' ? thrown.path : undefined
  const where = path === undefined ? '' : `${path} can't be written: `
  const place = { cause: thrown, ...(path !== undefined && { path }) }
  if (isFull(thrown)) {
    return new FairleadError('quota-exceeded', `${where}the disk is full`, {
      ...place,
      hint: 'Free some space, then run the same command again.',
    })
  }
  if (isReadOnly(thrown)) {
    return new FairleadError('permission-denied', `${where}the disk can only be read`, {
      ...place,
      hint: 'Choose a folder you can write to.',
    })
  }
  if (primaryCode(thrown) === sqliteCannotOpen) {
    return new FairleadError('permission-denied', "a database can't be opened or created", {
      ...place,
      hint: 'Check that you can write to the folder .fairlead of the project, and to the folders shown by: fairlead paths',
    })
  }
  return thrown
}
