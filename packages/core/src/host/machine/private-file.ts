import { randomUUID } from 'node:crypto'
import { closeSync, existsSync, linkSync, openSync, unlinkSync } from 'node:fs'

/**
 * Makes an empty file for SQLite that only this account can read, unless it is there: SQLite itself would follow the
 * process's mask. It is made under another name, because closing any handle of a file frees every POSIX lock that this
 * process holds on it (POSIX.1, close), and SQLite's locks are such locks.
 */
export function makePrivateFile(file: string): void {
  if (existsSync(file)) return
  const temporary = `${file}.${process.pid}.${randomUUID()}`
  closeSync(openSync(temporary, 'wx', 0o600))
  try {
    linkSync(temporary, file)
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause
  } finally {
    unlinkSync(temporary)
  }
}
