import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Operation } from './operation.ts'
import { Trials } from './trial.ts'

/** Trials of each operation: some in every run of the tests, enough for 200 and more together where FAIRLEAD_KILL_TRIALS says so. */
const count = Number(process.env['FAIRLEAD_KILL_TRIALS'] ?? 2)
/** The seed of the first trial: FAIRLEAD_KILL_SEED with one trial repeats one that failed. */
const firstSeed = Number(process.env['FAIRLEAD_KILL_SEED'] ?? 1)

/** Kills an operation at one instant a test; each must leave what anyone may see, and what the next run can finish. */
export function killTests(operations: readonly Operation[]): void {
  const compileCache = mkdtempSync(join(tmpdir(), 'fairlead-kill-cache-'))
  afterAll(() => rmSync(compileCache, { recursive: true, force: true }))
  describe.each(operations.map(operation => ({ name: operation.name, operation })))('$name, killed at any instant', ({ operation }) => {
    let trials: Trials
    beforeAll(async () => {
      trials = new Trials(operation, compileCache)
      await trials.prepare()
    })
    afterAll(() => trials[Symbol.dispose]())
    it.each(Array.from({ length: count }, (_, index) => firstSeed + index))(
      'is seen whole and finished by the next run (seed %i)',
      async seed => {
        expect(await trials.run(seed)).toEqual([])
      },
    )
  })
}
