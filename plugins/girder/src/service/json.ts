import { FairleadError } from '@fairlead/core'

/** An object that was JSON. */
export type Json = Readonly<Record<string, unknown>>

/** Whether a value is an object with string keys. */
export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The objects of a list. */
export function recordsOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

/** The value if it is text. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** The value if it is a whole number of zero or more. */
export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

/** A text that an answer must have. Throws `unexpected`. */
export function needText(value: unknown, key: string): string {
  const text = isRecord(value) ? textOf(value[key]) : undefined
  if (text === undefined)
    throw new FairleadError('unexpected', `Girder answered without ${key}.`, { hint: 'Is it a Girder of version 3 or newer?' })
  return text
}
