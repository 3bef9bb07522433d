import { inMessage } from './thrown.ts'

/** A text in which `{}` stands for the next argument and `{0}`, `{1}`, … for one of them; or a function of the arguments. */
export type ValidationMessage<A extends readonly unknown[]> = string | ((...args: A) => string)

/** True where a value is right, a sentence that says what is wrong where not: what rules take under `each` and `all`. */
export type Validator<A extends readonly unknown[]> = (...args: A) => true | string

const maxTold = 10

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
}

function fill(message: string, args: readonly unknown[]): string {
  let next = 0
  return message.replaceAll(/\{(\d*)\}/g, (whole, digits: string) => {
    const index = digits === '' ? next++ : Number(digits)
    return index < args.length ? textOf(args[index]) : whole
  })
}

/**
 * Turns a predicate into a validator with a message of its own. The first argument is the value; what else the predicate
 * takes, the validator takes too. What the predicate throws, the validator throws: rules tell it by the name they have.
 *
 * ```ts
 * const isMultipleOf = validate('{} is no multiple of {}', (value: number, of: number) => value % of === 0)
 * defineSpecification({ …, rules: { width: { each: { multiple: width => isMultipleOf(width, 16) } } } })
 * ```
 */
export function validate<V, A extends readonly unknown[] = []>(
  message: ValidationMessage<[value: V, ...args: A]>,
  predicate: (value: V, ...args: A) => boolean,
): Validator<[value: V, ...args: A]> {
  return (value, ...args) => {
    const holds: unknown = predicate(value, ...args)
    if (holds === true) return true
    // A promise would hold whatever it comes to.
    if (typeof holds !== 'boolean') throw new TypeError(`the predicate returned a value of type ${typeof holds}, not true or false`)
    const text = typeof message === 'string' ? fill(message, [value, ...args]) : message(value, ...args)
    return text === '' ? 'is not valid' : text
  }
}

/**
 * The same for every element of a list: right when all are, else the messages of those that are not, each once and ten at
 * most.
 */
export function validateEach<V, A extends readonly unknown[] = []>(
  message: ValidationMessage<[value: V, ...args: A]>,
  predicate: (value: V, ...args: A) => boolean,
): Validator<[values: readonly V[], ...args: A]> {
  const one = validate(message, predicate)
  return (values, ...args) => {
    const wrong = new Set<string>()
    for (const value of values) {
      const verdict = one(value, ...args)
      if (verdict !== true) wrong.add(inMessage(verdict))
    }
    if (wrong.size === 0) return true
    const told = [...wrong].slice(0, maxTold).join('; ')
    return wrong.size > maxTold ? `${told}; and ${wrong.size - maxTold} more` : told
  }
}
