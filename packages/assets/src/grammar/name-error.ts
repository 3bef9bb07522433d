import { indicators, tokenShapes, type FieldName } from './fields.ts'

/** Which part of a field is wrong; `separator-or-end`: something stands where the next field or the end should be. */
export type NameErrorKind = 'indicator' | 'token' | 'separator-or-end'

/** Where and why a name is not legal. */
export interface NameError {
  /** The leftmost field that fails; null for `separator-or-end`. */
  readonly field: FieldName | null
  readonly kind: NameErrorKind
  /** 0-based index, in UTF-16 units, of the first wrong character; the name's length when something is missing at its end. */
  readonly position: number
  /** What was expected there and what was found. */
  readonly message: string
}

/** What stands at an index of a name, as words. */
function found(name: string, position: number): string {
  const code = name.charCodeAt(position)
  if (code > 34 && code < 127 && code !== 92) return `"${name.charAt(position)}"`
  const point = name.codePointAt(position)
  return point === undefined ? 'the end of the name' : JSON.stringify(String.fromCodePoint(point))
}

/** The indicator of a field is missing or wrong; `start` is where the field begins. */
export function indicatorError(name: string, field: FieldName, start: number): NameError {
  const indicator = indicators[field]
  let position = start
  while (name.charAt(position) === indicator.charAt(position - start)) position++
  const expected = indicator.charAt(position - start)
  const message = `The ${field} must start with "${indicator}": expected "${expected}", found ${found(name, position)}.`
  return { field, kind: 'indicator', position, message }
}

/** The token of a field has a character that cannot belong to it, or ends too early. */
export function tokenError(name: string, field: FieldName, position: number): NameError {
  return { field, kind: 'token', position, message: `The ${field} must be ${tokenShapes[field]}: found ${found(name, position)}.` }
}

/** Something stands after a whole token where the next field (`next`) or the end of the name (null) should be. */
export function separatorError(name: string, previous: FieldName, next: FieldName | null, position: number): NameError {
  const expected = next === null ? 'the end of the name' : `"_" and the ${next}`
  const message = `Expected ${expected} after the ${previous}, found ${found(name, position)}.`
  return { field: null, kind: 'separator-or-end', position, message }
}
