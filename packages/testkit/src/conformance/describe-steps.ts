import type { AnyPlugin } from '@fairlead/core'
import { describe, expect, test } from 'vitest'
import type { Setup } from './harness.ts'
import { plan } from './plan.ts'
import { findUnwritten, unwrittenText } from './start-written.ts'
import { stepsOf, whatNext } from './steps.ts'
import { withoutOperations } from './unwritten.ts'

/** A test for each step on the way to a whole client: it passes once it is written, and is left out with what to do until it is declared. */
export function describeSteps(plugin: AnyPlugin, setup: Setup): void {
  const steps = stepsOf(plugin.manifest)
  describe('has come as far as', () => {
    for (const step of steps) {
      test(step.name, async context => {
        const reason = whatNext(step, steps)
        if (reason !== undefined) context.skip(reason)
        const unwritten = await findUnwritten(plugin, setup)
        const written = new Set(plan(withoutOperations(plugin, unwritten).manifest, step.groups).map(({ id }) => id))
        const missing = plan(plugin.manifest, step.groups).filter(({ id }) => !written.has(id))
        expect(missing.length, unwrittenText(unwritten)).toBe(0)
      })
    }
  })
}
