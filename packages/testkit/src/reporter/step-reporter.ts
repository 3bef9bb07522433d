import type { Reporter, TestModule } from 'vitest/node'
import { closingLines, type Failures } from './closing-lines.ts'

/**
 * A reporter for vitest beside the usual one: says at the end why tests were left out, which for a client that is being
 * written (`steps: true` of the suite) is what to do next. What fails comes before what could be declared.
 */
export class StepReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = closingLines(leftOut(modules), modules.every(module => module.ok()) ? undefined : failures(modules))
    if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`)
  }
}

function leftOut(modules: readonly TestModule[]): ReadonlyMap<string, number> {
  const reasons = new Map<string, number>()
  for (const test of modules.flatMap(module => [...module.children.allTests('skipped')])) {
    const result = test.result()
    if (result.state === 'skipped' && result.note !== undefined) reasons.set(result.note, (reasons.get(result.note) ?? 0) + 1)
  }
  return reasons
}

function failures(modules: readonly TestModule[]): Failures {
  const failed = modules.flatMap(module => [...module.children.allTests('failed')])
  return {
    names: failed.map(test => test.fullName),
    messages: failed.flatMap(test => test.result().errors?.map(({ message }) => message) ?? []),
  }
}
