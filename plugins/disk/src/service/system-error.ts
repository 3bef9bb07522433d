/** A failed call in the form the file system's own failures have, so that one table maps both. */
export function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code })
}

/** The code of a failed system call, such as `ENOENT`; `undefined` for any other error. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Whether a failure says that nothing is there. */
export function isMissing(error: unknown): boolean {
  return systemCode(error) === 'ENOENT'
}
