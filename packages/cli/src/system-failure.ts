import { FairleadError } from '@fairlead/core'

/** https://www.sqlite.org/rescode.html */
const sqliteFull = 13
const sqliteReadOnly = 8

function isFull(error: Error): boolean {
  if ('code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) return true
  return 'errcode' in error && error.errcode === sqliteFull
}

function isReadOnly(error: Error): boolean {
  return (
    ('code' in error && error.code === 'EROFS') ||
    ('errcode' in error && typeof error.errcode === 'number' && (error.errcode & 0xff) === sqliteReadOnly)
  )
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
      hint: 'Choose a folder that you may write to.',
    })
  }
  return thrown
}
