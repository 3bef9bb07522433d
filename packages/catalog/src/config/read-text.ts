import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { FairleadError } from '@fairlead/core'

/** Far more than anyone writes; a parser needs minutes and gigabytes for what somebody named by mistake. */
const mostBytes = 16 * 2 ** 20

/**
 * The text of a configuration file, undefined when there is none. Only a regular file is read: a pipe or a device would
 * keep its reader waiting, or never end. Throws `config-invalid` for anything else and for what can't be opened.
 */
export function readConfigText(file: string): string | undefined {
  let handle: number
  try {
    // Without waiting: opening a pipe for reading blocks until somebody writes to it.
    handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw unreadable(file, `can't be opened (${code})`, cause)
  }
  try {
    const stat = fstatSync(handle)
    if (!stat.isFile()) throw unreadable(file, 'is not a regular file')
    if (stat.size > mostBytes) throw unreadable(file, `has more than ${mostBytes / 2 ** 20} MiB`)
    return readFileSync(handle, 'utf8')
  } finally {
    closeSync(handle)
  }
}

function unreadable(file: string, what: string, cause?: unknown): FairleadError {
  return new FairleadError('config-invalid', `${file} ${what}`, {
    path: file,
    hint: 'Put a readable file there.',
    ...(cause !== undefined && { cause }),
  })
}
