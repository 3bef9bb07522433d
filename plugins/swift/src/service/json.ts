/** Any value that was JSON. */
export type Json = unknown

/** Whether a value is an object with string keys. */
export function isRecord(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value if it is text. */
export function textOf(value: Json): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** The value if it is a whole number of zero or more. */
export function countOf(value: Json): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

/** The objects of a list. */
export function recordsOf(value: Json): ReadonlyArray<Readonly<Record<string, Json>>> {
  return Array.isArray(value) ? value.filter(isRecord) : []
}
