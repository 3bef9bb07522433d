import type { AnyPlugin, Manifest } from '@fairlead/core'
import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest'
import type { GroupBench } from './bench.ts'
import { exactness } from './groups/manifest.ts'
import type { GroupName } from './groups/all-groups.ts'
import type { Need, Setup } from './harness.ts'
import { plan, type PlannedCase } from './plan.ts'
import { describeSteps } from './describe-steps.ts'
import { startWritten, unwrittenText } from './start-written.ts'
import { belongsToAll } from './steps.ts'
import type { Operation } from './unwritten.ts'

/** The longest case lists 10,000 objects over HTTP. */
const defaultTimeoutMs = 120_000

/** What the suite is run on. */
export interface ConformanceOptions {
  readonly plugin: AnyPlugin
  readonly setups: readonly [Setup, ...Setup[]]
  /** Only these groups; by default all. */
  readonly groups?: readonly GroupName[]
  /**
   * Cases (`group/name`) that are known to fail, each with its reason. They run as expected failures: one that begins to
   * pass breaks the build until its entry is gone.
   */
  readonly deviations?: Readonly<Record<string, string>>
  /** The fewest cases that must really run on each hermetic setup. */
  readonly floor?: number
  /** For a client that is being written: a test for each step on the way, those that aren't declared yet left out with what to do. */
  readonly steps?: boolean
  /** A case that hangs fails after so many milliseconds; default two minutes. */
  readonly timeoutMs?: number
}

/**
 * Registers the conformance suite of one plugin with vitest: `conformance({ plugin: disk, setups })` is a whole test
 * file. What a manifest declares is tested, what it does not declare must be refused as `unsupported` without a request.
 */
export function conformance(options: ConformanceOptions): void {
  const { plugin, setups, deviations = {} } = options
  const cases = plan(plugin.manifest, options.groups)
  describe(`${plugin.manifest.name} conforms`, () => {
    test('has a setup that needs nothing but this machine', () => {
      expect(setups.some(setup => setup.hermetic)).toBe(true)
    })
    test('names only cases that exist as deviations and lacks', () => {
      const known = new Set(plan(plugin.manifest).map(({ id }) => id))
      const named = [...Object.keys(deviations), ...setups.flatMap(setup => Object.keys(setup.lacks ?? {}))]
      expect(named.filter(id => !known.has(id))).toEqual([])
    })
    for (const setup of setups) onSetup(setup, cases, options)
    if (options.steps === true) describeSteps(plugin, setups.find(({ hermetic }) => hermetic) ?? setups[0])
  })
}

function onSetup(setup: Setup, cases: readonly PlannedCase[], options: ConformanceOptions): void {
  const { plugin, deviations = {}, floor = 0, timeoutMs: timeout = defaultTimeoutMs } = options
  const unavailable = setup.unavailable?.(process.env)
  describe(`on ${setup.name}`, () => {
    if (unavailable !== undefined) {
      test(`can run here: ${unavailable}`, context => {
        if (setup.hermetic) throw new Error(`a hermetic setup can't be unavailable: ${unavailable}`)
        context.skip(unavailable)
      })
      return
    }
    let ran = 0
    for (const [group, planned] of Map.groupBy(cases, ({ group }) => group)) {
      describe(group, () => {
        let bench: GroupBench | undefined
        let unwritten: readonly Operation[] = []
        let manifest: Manifest = plugin.manifest
        let failure: unknown = new Error('the setup did not start')
        // What fails here fails every case of the group, each with this reason.
        beforeAll(async () => {
          try {
            ;({ bench, unwritten, manifest } = await startWritten(plugin, setup))
          } catch (cause) {
            failure = cause
          }
        }, timeout)
        afterAll(async () => {
          await bench?.[Symbol.asyncDispose]()
        }, timeout)
        for (const { id, case: declared } of planned) {
          const run = async (context: TestContext): Promise<void> => {
            if (bench === undefined) throw failure
            const one = unwritten.length === 0 ? declared : plan(manifest, [group]).find(other => other.id === id)?.case
            if (unwritten.length > 0 && id === exactness) throw new Error(unwrittenText(unwritten))
            if (one === undefined && belongsToAll(group)) context.skip(`waits for ${unwritten.join(', ')}`)
            if (one === undefined) throw new Error(unwrittenText(unwritten))
            const reason = setup.lacks?.[id] ?? missing(bench, one.needs)
            if (reason !== undefined) context.skip(reason)
            ran += 1
            await bench.run(one, reason => context.skip(reason))
          }
          const deviation = deviations[id]
          if (deviation === undefined) test(declared.name, { timeout }, run)
          else test.fails(`${declared.name} (deviation: ${deviation})`, { timeout }, run)
        }
      })
    }
    if (setup.hermetic && floor > 0) {
      test(`runs ${floor} cases or more`, () => {
        expect(ran).toBeGreaterThanOrEqual(floor)
      })
    }
  })
}

function missing(bench: GroupBench, needs: readonly Need[] = []): string | undefined {
  const lacking = needs.filter(need => bench.harness[need] === undefined)
  return lacking.length === 0 ? undefined : `this setup has no ${lacking.join(', no ')}`
}
