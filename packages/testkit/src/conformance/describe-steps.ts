import type { AnyPlugin } from '@fairlead/core'
import { describe, test } from 'vitest'
import type { Setup } from './harness.ts'
import { findUnwritten, unwrittenText } from './start-written.ts'
import { stepsOf, whatNext } from './steps.ts'
import { operationsOf } from './unwritten.ts'

/** A test for each step on the way to a whole client: it passes once it is written, and is left out with what to do until it is declared. */
export function describeSteps(plugin: AnyPlugin, setup: Setup): void {
  const steps = stepsOf(plugin.manifest)
  describe('has come as far as', () => {
    for (const step of steps) {
      test(step.name, async context => {
        const reason = whatNext(step, steps)
        if (reason !== undefined) context.skip(reason)
        if (step.capability === undefined) return
        const unwritten = operationsOf(step.capability, plugin.manifest, await findUnwritten(plugin, setup))
        // The reporter finds it by its first word.
        if (unwritten.length > 0) throw new Error(`next: ${step.name}. ${unwrittenText(unwritten)}`)
      })
    }
  })
}
