/** What somebody else sees at one moment: the state of each thing by its name, and what must never be seen. */
export interface Sight {
  /** A digest; what isn't there is {@link absent}. */
  readonly states: ReadonlyMap<string, string>
  readonly problems: readonly string[]
}

export const absent = 'absent'

/** Looks at the things that a command changes, as a reader of its own would. */
export interface Watch extends AsyncDisposable {
  /** A thorough look reads all content; any other only what changed since the last one, where reading takes long. */
  look(thorough: boolean): Promise<Sight>
}

/** The states that a thing may have, in their order: it never goes back. */
export class Progress {
  private readonly before: Sight
  private readonly between: readonly string[]
  private readonly after: Sight
  private readonly reached = new Map<string, number>()

  constructor(before: Sight, between: readonly string[], after: Sight) {
    this.before = before
    this.between = between
    this.after = after
  }

  /** Everything that is wrong with a sight. */
  problemsOf(sight: Sight): string[] {
    const problems = [...sight.problems]
    for (const name of new Set([...this.before.states.keys(), ...this.after.states.keys(), ...sight.states.keys()])) {
      const [before, after] = [this.before, this.after].map(({ states }) => states.get(name) ?? absent)
      const allowed = before === after ? [before] : [before, ...this.between, after]
      const state = sight.states.get(name) ?? absent
      const last = this.reached.get(name) ?? 0
      const at = allowed.indexOf(state, last)
      if (at < 0) problems.push(`${name} is ${state} where only ${allowed.slice(last).join(', ')} may be`)
      else this.reached.set(name, at)
    }
    return problems
  }

  /** What is not as it must be in the end. */
  unfinished(sight: Sight): string[] {
    const names = [...new Set([...this.after.states.keys(), ...sight.states.keys()])]
    const states = names.map(name => [name, sight.states.get(name) ?? absent, this.after.states.get(name) ?? absent] as const)
    return [
      ...sight.problems,
      ...states
        .filter(([, found, wanted]) => found !== wanted)
        .map(([name, found, wanted]) => `${name} is ${found} in the end, not ${wanted}`),
    ]
  }
}
