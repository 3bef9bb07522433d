import { closeSync, constants, fstatSync, openSync } from 'node:fs'

/**
 * How a file is opened that was a regular one a moment ago: what was put in its place is neither followed (a link) nor
 * waited for (a named pipe without a writer). Systems that lack a flag have no bit for it.
 */
export const regularFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** Opens a regular file to read. Throws what `open` throws, and an error with the code `EINVAL` for anything but a regular file. */
export function openRegular(path: string): number {
  const descriptor = openSync(path, regularFlags)
  try {
    if (fstatSync(descriptor).isFile()) return descriptor
    throw Object.assign(new Error(`EINVAL: no regular file: ${path}`), { code: 'EINVAL' })
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}
