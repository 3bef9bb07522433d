let leaving = false

/** Ends the process at once, where nobody reads its output or waits for it any more. */
export function leave(code: number): never {
  leaving = true
  process.exit(code)
}

/** Whether the command line itself ends the process. */
export function isLeaving(): boolean {
  return leaving
}
