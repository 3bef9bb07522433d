import { buildAutomaton, type Automaton } from './automaton.ts'
import { readPattern, UnsupportedPattern } from './syntax.ts'

/** A regular expression whose time is bounded by the lengths of text and expression. */
export interface LinearPattern {
  /** Whether it is found anywhere in a text. */
  test(text: string): boolean
}

/** The largest expression, in states: about one for each character, repetitions written out. */
const defaultMaxStates = 1000
const maxRemembered = 200_000

const asciiCodes = 128
const noneKnown: readonly undefined[] = Array.from({ length: asciiCodes }, () => undefined)

/** What stands beside a place: what assertions ask. */
type Beside = 'edge' | 'word' | 'line-end' | 'other'

/** A set of states that the automaton can be in at once, and where each character leads. */
interface Position {
  readonly states: readonly number[]
  readonly before: Beside
  /** By the code of an ASCII character; true: a match ends before it. */
  readonly ascii: Array<Position | true | undefined>
  /** The same by any other character. */
  readonly others: Map<string, Position | true>
  atEnd: boolean | undefined
}

function beside(character: string): Beside {
  if (/^\w$/.test(character)) return 'word'
  return /^[\n\r\u2028\u2029]$/.test(character) ? 'line-end' : 'other'
}

/**
 * Compiles a regular expression of JavaScript for patterns from files of others, where the built-in engine could take
 * time without end. Everything regular works; flags are i, m, s, u, others are left out. Throws a `SyntaxError` for what
 * JavaScript refuses, and {@link UnsupportedPattern} for references back, looking ahead or behind, flags inside and
 * expressions of more than `maxStates` states.
 */
export function compileLinearPattern(source: string, flags: string, maxStates: number = defaultMaxStates): LinearPattern {
  const legal = new RegExp(source, flags)
  const kept = flags.replaceAll(/[^imsu]/g, '')
  return new Matcher(buildAutomaton(readPattern(legal.source === '(?:)' ? '' : source, kept.includes('u')), kept, maxStates), kept)
}

/** {@link compileLinearPattern} for a pattern of somebody else: the pattern, or in words why it can't be used. */
export function linearPatternOf(source: string, flags: string): LinearPattern | string {
  try {
    return compileLinearPattern(source, flags)
  } catch (error) {
    if (error instanceof UnsupportedPattern) return `the expression ${source} ${error.message}, which can't be checked in bounded time`
    return error instanceof Error ? error.message : String(error)
  }
}

/** Walks the automaton and remembers where each set of states leads, so that most characters cost one look-up. */
class Matcher implements LinearPattern {
  private readonly automaton: Automaton
  private readonly isUnicode: boolean
  private readonly isMultiline: boolean
  private positions = new Map<string, Position>()
  private remembered = 0
  private first: Position | undefined

  constructor(automaton: Automaton, flags: string) {
    this.automaton = automaton
    this.isUnicode = flags.includes('u')
    this.isMultiline = flags.includes('m')
  }

  test(text: string): boolean {
    if (this.remembered > maxRemembered) this.forget()
    let position = (this.first ??= this.positionOf([], 'edge'))
    for (let index = 0; index < text.length;) {
      const code = text.charCodeAt(index)
      let next: Position | true
      if (code < asciiCodes) {
        next = position.ascii[code] ?? this.step(position, text.charAt(index))
        index++
      } else {
        const character = this.isUnicode ? String.fromCodePoint(text.codePointAt(index) ?? 0) : text.charAt(index)
        next = position.others.get(character) ?? this.step(position, character)
        index += character.length
      }
      if (next === true) return true
      position = next
    }
    position.atEnd ??= this.reach(position, 'edge') === true
    return position.atEnd
  }

  private forget(): void {
    this.positions = new Map()
    this.first = undefined
    this.remembered = 0
  }

  private step(position: Position, character: string): Position | true {
    const kind = this.automaton.hasAssertions ? beside(character) : 'other'
    const reached = this.reach(position, kind)
    const next = reached === true ? true : this.positionOf(this.move(reached, character), kind)
    const code = character.charCodeAt(0)
    if (code < asciiCodes) position.ascii[code] = next
    else position.others.set(character, next)
    this.remembered += next === true ? 1 : 16 + next.states.length
    return next
  }

  private move(states: ReadonlySet<number>, character: string): readonly number[] {
    const moved = new Set<number>()
    for (const index of states) {
      const state = this.automaton.states[index]
      if (state?.kind === 'one' && !moved.has(state.next) && state.test(character)) moved.add(state.next)
    }
    return [...moved].toSorted((a, b) => a - b)
  }

  /** Every state that is reached without a character, a new attempt among them; true when a match is. */
  private reach(position: Position, after: Beside): ReadonlySet<number> | true {
    const { states, start } = this.automaton
    const reached = new Set<number>()
    const open = [...position.states, start]
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      const state = states[index]
      if (state === undefined || reached.has(index)) continue
      reached.add(index)
      if (state.kind === 'match') return true
      if (state.kind === 'fork') open.push(state.other, state.next)
      else if (state.kind === 'assert' && this.holds(state.at, position.before, after)) open.push(state.next)
    }
    return reached
  }

  private holds(at: 'start' | 'end' | 'boundary' | 'no-boundary', before: Beside, after: Beside): boolean {
    if (at === 'start') return before === 'edge' || (this.isMultiline && before === 'line-end')
    if (at === 'end') return after === 'edge' || (this.isMultiline && after === 'line-end')
    return ((before === 'word') !== (after === 'word')) === (at === 'boundary')
  }

  private positionOf(states: readonly number[], before: Beside): Position {
    const key = `${before} ${states.join(' ')}`
    let position = this.positions.get(key)
    if (position === undefined)
      this.positions.set(key, (position = { states, before, ascii: [...noneKnown], others: new Map(), atEnd: undefined }))
    return position
  }
}
