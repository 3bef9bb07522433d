import type { Reporter, TestModule } from 'vitest/node'

/** Says at the end of a run which tests did not run, and why: no skip goes unread. */
export default class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const reasons = new Map<string, number>()
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const result = test.result()
        const reason = result.state === 'skipped' ? result.note : undefined
        // Left out by a filter on the command line, not by the test itself.
        if (reason === undefined && test.options.mode === 'run') continue
        const key = `${module.project.name}: ${reason ?? `a platform or program that is not here, for "${test.fullName}"`}`
        reasons.set(key, (reasons.get(key) ?? 0) + 1)
      }
    }
    for (const [reason, count] of reasons) process.stdout.write(`skipped ${count} × ${reason}\n`)
  }
}
