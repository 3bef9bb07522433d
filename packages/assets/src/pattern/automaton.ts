import { UnsupportedPattern, type Assertion, type PatternNode } from './syntax.ts'

/** A state of the machine; `next` and `other` are indexes of states. */
type State =
  | { readonly kind: 'one'; readonly test: (text: string) => boolean; readonly next: number }
  | { readonly kind: 'assert'; readonly at: Assertion; readonly next: number }
  | { readonly kind: 'fork'; readonly next: number; readonly other: number }
  | { readonly kind: 'match' }

/** A nondeterministic automaton (Thompson 1968): it is in many states at once, so it never goes back in the text. */
export interface Automaton {
  readonly states: readonly State[]
  readonly start: number
  readonly hasAssertions: boolean
}

/** Builds the automaton of a tree. Throws {@link UnsupportedPattern} for more than `maxStates` states. */
export function buildAutomaton(top: PatternNode, flags: string, maxStates: number): Automaton {
  const states: State[] = [{ kind: 'match' }]
  let hasAssertions = false
  const add = (state: State): number => {
    if (states.length >= maxStates)
      throw new UnsupportedPattern(`is too large: repetitions count, and ${maxStates} characters are the most`)
    return states.push(state) - 1
  }
  const repeat = (part: PatternNode, least: number, most: number, after: number): number => {
    let next = after
    if (most === Infinity) {
      // The loop must know itself before its body is there.
      const loop = add({ kind: 'match' })
      states[loop] = { kind: 'fork', next: build(part, loop), other: after }
      next = loop
    } else for (let count = least; count < most; count++) next = add({ kind: 'fork', next: build(part, next), other: after })
    for (let count = 0; count < least; count++) {
      const before = states.length
      next = build(part, next)
      if (states.length === before) break
    }
    return next
  }
  /** Builds backwards: from what comes after a node to where the node begins. */
  const build = (node: PatternNode, after: number): number => {
    switch (node.kind) {
      case 'one':
        return add({ kind: 'one', test: singleTest(node.source, flags), next: after })
      case 'assert':
        hasAssertions = true
        return add({ kind: 'assert', at: node.at, next: after })
      case 'sequence':
        return node.parts.reduceRight((next, part) => build(part, next), after)
      case 'either':
        return node.choices.map(choice => build(choice, after)).reduceRight((other, next) => add({ kind: 'fork', next, other }))
      case 'repeat':
        return repeat(node.part, node.least, node.most, after)
    }
  }
  const start = build(top, 0)
  return { states, start, hasAssertions }
}

/** JavaScript itself says what a class or an escape means; on one character that takes no time to speak of. */
function singleTest(source: string, flags: string): (text: string) => boolean {
  const one = new RegExp(`^(?:${source})$`, flags.replace('m', ''))
  return text => one.test(text)
}
