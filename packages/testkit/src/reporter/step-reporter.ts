import type { Reporter, TestModule } from 'vitest/node'

/**
 * A reporter for vitest beside the usual one: says at the end why tests were left out, which for a client that is being
 * written (`steps: true` of the suite) is what to do next.
 */
export class StepReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const reasons = new Map<string, number>()
    for (const test of modules.flatMap(module => [...module.children.allTests('skipped')])) {
      const result = test.result()
      if (result.state === 'skipped' && result.note !== undefined) reasons.set(result.note, (reasons.get(result.note) ?? 0) + 1)
    }
    const lines = [...reasons].map(([reason, count]) => (/^(next|later): /.test(reason) ? reason : `left out ${count} × ${reason}`))
    if (lines.length > 0) process.stdout.write(`${lines.toSorted(byUrgency).join('\n')}\n`)
  }
}

/** What to do next stands last, where it is read. */
function byUrgency(a: string, b: string): number {
  const rank = (line: string): number => ['left', 'expo', 'late', 'next'].indexOf(line.slice(0, 4))
  return rank(a) - rank(b)
}
