import { test } from 'vitest'

/** Leaves out what needs a program that is not here, and says so at the end of the run. */
export function leaveOut(reason: string): void {
  test('can run here', context => context.skip(reason))
}
