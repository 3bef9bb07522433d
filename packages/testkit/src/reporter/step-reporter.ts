import type { Reporter, TestModule } from 'vitest/node'

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

/** What failed: by its messages, those of steps that are not written among them. */
interface Failures {
  readonly names: readonly string[]
  readonly messages: readonly string[]
}

/** The lines for the reasons of tests that were left out, each with how often, the most urgent one last, where it is read. */
export function closingLines(reasons: ReadonlyMap<string, number>, failures?: Failures): readonly string[] {
  const lines = [...reasons].map(([reason, count]) => (/^(next|later): /.test(reason) ? reason : `left out ${count} × ${reason}`))
  if (failures === undefined) return lines.toSorted(byUrgency)
  if (lines.length === 0) return []
  const [first = '', ...others] = failures.names
  const red = `next: make what fails pass: ${first === '' ? 'a file that could not be loaded' : `"${first}"`}`
  const next =
    failures.messages.find(message => message.startsWith('next: ')) ?? (others.length === 0 ? red : `${red} and ${others.length} more`)
  return [...lines.map(line => line.replace(/^next: /, 'later: ')).toSorted(byUrgency), next]
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

function byUrgency(a: string, b: string): number {
  const rank = (line: string): number => ['left', 'expo', 'late', 'next'].indexOf(line.slice(0, 4))
  return rank(a) - rank(b)
}
