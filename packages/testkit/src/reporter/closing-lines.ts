/** What failed: by its messages, those of steps that are not written among them. */
export interface Failures {
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

function byUrgency(a: string, b: string): number {
  const rank = (line: string): number => ['left', 'expo', 'late', 'next'].indexOf(line.slice(0, 4))
  return rank(a) - rank(b)
}
