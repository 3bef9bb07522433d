import { expect } from 'vitest'
import type { Bench } from './bench.ts'
import type { Case } from './case.ts'
import { expectError } from './expect-error.ts'

/** What a client does not declare is refused as `unsupported`, with a hint, and no request is made. */
export function refused(what: string, call: (bench: Bench) => Promise<unknown>): Case {
  return {
    name: `refuses to ${what}, which is not declared, without a request`,
    run: async bench => {
      const count = await bench.requests(async () => {
        const error = await expectError(call(bench), 'unsupported')
        expect(error.hint).toBeTruthy()
      })
      expect(count).toBe(0)
    },
  }
}
