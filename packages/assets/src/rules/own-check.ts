import { isOfType } from '../traits/column.ts'
import type { TraitValue } from '../traits/trait.ts'
import type { Verdict } from './rule.ts'
import { inMessage, thrownText } from './thrown.ts'

/** A check of one's own, as it comes out of a definition: nothing is known of what it gives. */
export type OwnCheck = (value: unknown) => unknown

/** Whether a value can be called as a check. */
export function isCheck(value: unknown): value is OwnCheck {
  return typeof value === 'function'
}

/** Whether a value is a promise; one that fails later is heard, since it would end the process otherwise. */
export function isPromise(value: unknown): boolean {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function'
  if (!isObject || !('then' in value) || typeof value.then !== 'function') return false
  if (value instanceof Promise) value.catch(thrownText)
  return true
}

/** A check says true or undefined where it holds, false or a sentence where not; anything else is a fault of the check. */
function verdictOf(rule: string, result: unknown): Verdict {
  if (result === true || result === undefined) return undefined
  if (result === false || result === '') return `fails the check ${rule}`
  if (typeof result === 'string') return `fails the check ${rule}: ${inMessage(result)}`
  if (isPromise(result)) return `could not be checked by ${rule}: it returned a promise, but a check must be synchronous`
  const isShown = isOfType('json', result) || typeof result === 'number' || result === null
  const what = isShown ? inMessage(String(result)) : `a value of type ${typeof result}`
  return `could not be checked by ${rule}: it returned ${what}, which is neither a boolean nor text`
}

/** A rule that throws is a rule that failed, told by its name; whatever it throws, the run goes on. */
export function guarded<V>(rule: string, check: (value: V) => Verdict): (value: V) => Verdict {
  return value => {
    try {
      return check(value)
    } catch (error) {
      return `could not be checked by ${rule}: it threw ${thrownText(error)}`
    }
  }
}

/** Values are shared between checks: what one does to a list must not reach the next. */
function own(value: TraitValue): TraitValue {
  return typeof value === 'object' ? [...value] : value
}

/** A check of one file's value. */
export function eachCheck(rule: string, check: OwnCheck): (value: TraitValue) => Verdict {
  return guarded(rule, value => verdictOf(rule, check(own(value))))
}

/** A check of the values of all files. */
export function allCheck(rule: string, check: OwnCheck): (values: readonly TraitValue[]) => Verdict {
  return guarded(rule, values => verdictOf(rule, check(values.map(own))))
}
