import { FairleadError } from '@fairlead/core'
import { isOfType, type ColumnType } from './column.ts'
import type { TraitFile } from './trait-file.ts'
import type { Trait, TraitRegistry, TraitValue } from './trait.ts'

/** The traits of one file, and for each that could not be measured why. */
export interface FileTraits {
  readonly traits: Readonly<Record<string, TraitValue>>
  readonly errors: Readonly<Record<string, string>>
  /** Some function failed for a reason that may pass, such as a service that did not answer: measure again next time. */
  readonly isTransient?: true
}

const typeWords: Readonly<Record<ColumnType, string>> = {
  text: 'text',
  integer: 'a whole number',
  number: 'a finite number',
  boolean: 'true or false',
  texts: 'a list of texts',
  integers: 'a list of whole numbers',
  numbers: 'a list of finite numbers',
  json: 'text, a finite number, a truth value or a list of these',
}

function shown(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value)
  if (typeof value === 'string') return value.length > 40 ? 'a text' : JSON.stringify(value)
  return Array.isArray(value) ? 'a list' : `a value of the type ${typeof value}`
}

function reason(cause: unknown): string {
  if (FairleadError.is(cause)) return cause.message
  if (cause instanceof Error) return `${cause.name}: ${cause.message}`
  return typeof cause === 'string' ? cause.slice(0, 500) : `It threw ${shown(cause)}.`
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/** A promise's value, or a rejection when it takes too long. */
function inTime(promise: PromiseLike<unknown>, timeoutMs: number | undefined): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const late = () =>
      reject(
        new FairleadError('timeout', `It returned no value within ${(timeoutMs ?? 0) / 1000} s.`, {
          hint: 'Set timeoutMs in defineTrait for traits that take longer.',
        }),
      )
    const timer = timeoutMs === undefined ? undefined : setTimeout(late, timeoutMs)
    promise.then(resolve, reject).then(
      () => clearTimeout(timer),
      () => clearTimeout(timer),
    )
  })
}

interface Results {
  readonly traits: Record<string, TraitValue>
  readonly errors: Record<string, string>
  isTransient?: true
}

function fail(results: Results, name: string, cause: unknown): void {
  results.errors[name] = reason(cause)
  // What is wrong with the bytes themselves stays wrong until the file changes.
  if (!FairleadError.is(cause, 'input-invalid')) results.isTransient = true
}

function take({ traits, errors }: Results, name: string, trait: Trait, value: unknown): void {
  if (value === undefined) return
  if (isOfType(trait.type, value)) traits[name] = value
  else errors[name] = `It must be ${typeWords[trait.type]}, but is ${shown(value)}.`
}

/** The same, in the order of the registry and not in that in which promises were kept. */
function inOrder(registry: TraitRegistry, { traits, errors, isTransient }: Results): FileTraits {
  const names = Object.keys(registry)
  const sorted = <T>(values: Readonly<Record<string, T>>) =>
    Object.fromEntries(names.flatMap(name => (values[name] === undefined ? [] : [[name, values[name]]])))
  return { traits: sorted(traits), errors: sorted(errors), ...(isTransient && { isTransient }) }
}

/**
 * Measures every trait of a registry on one file; what fails is told by trait, nothing is thrown. Gives a promise only when
 * a trait function does, which never rejects: the file must stay readable until it settles.
 */
export function measureTraits(registry: TraitRegistry, file: TraitFile): FileTraits | Promise<FileTraits> {
  const results: Results = { traits: {}, errors: {} }
  let pending: Promise<void>[] | undefined
  for (const name of Object.keys(registry)) {
    const trait = registry[name]
    if (trait === undefined) continue
    try {
      const value: unknown = trait.measure(file)
      if (isThenable(value)) {
        const settled = inTime(value, trait.timeoutMs)
          .then(later => take(results, name, trait, later))
          .catch((cause: unknown) => {
            fail(results, name, cause)
          })
        pending = [...(pending ?? []), settled]
      } else take(results, name, trait, value)
    } catch (cause) {
      fail(results, name, cause)
    }
  }
  return pending === undefined ? results : Promise.all(pending).then(() => inOrder(registry, results))
}
