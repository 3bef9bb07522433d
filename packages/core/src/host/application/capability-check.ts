import type { Capabilities } from '../../contract/capabilities.ts'

/** Words from the most that is possible to the least. */
const orders: Readonly<Record<string, readonly unknown[]>> = {
  order: ['any', 'sequential'],
  modified: ['settable', 'metadata', false],
  keys: ['any', 'token'],
  values: ['unicode', 'ascii'],
  case: ['sensitive', 'preserving'],
  unicode: ['bytes', 'nfc'],
  consistency: ['strong', 'eventual'],
}

/**
 * The place where capabilities claim more than the manifest's, or undefined: a connection may take away and tighten
 * limits, never add.
 */
export function widenedCapability(most: Capabilities, actual: Capabilities): string | undefined {
  return widened(most, actual, 'capabilities')
}

/** The place where `actual` claims more than `most`, or undefined. */
function widened(most: unknown, actual: unknown, place: string): string | undefined {
  const key = place.split('.').at(-1) ?? ''
  if (Object.is(most, actual)) return undefined
  const order = orders[key]
  if (order !== undefined) return order.indexOf(actual) >= order.indexOf(most) && order.includes(actual) ? undefined : place
  if (actual === false) return undefined
  if (key === 'forbidden')
    return typeof most === 'string' && typeof actual === 'string' && [...most].every(character => actual.includes(character))
      ? undefined
      : place
  if (typeof actual === 'number') {
    if (key === 'multipleOf') return typeof most === 'number' && actual % most === 0 ? undefined : place
    // A limit that the manifest doesn't have may be added.
    return most === undefined || (typeof most === 'number' && actual <= most) ? undefined : place
  }
  if (Array.isArray(actual) && Array.isArray(most)) return narrowerList(most, actual, key) ? undefined : place
  if (isObject(most) && isObject(actual)) {
    for (const name of new Set([...Object.keys(most), ...Object.keys(actual)])) {
      const wider = widened(most[name], actual[name], `${place}.${name}`)
      if (wider !== undefined) return wider
    }
    return undefined
  }
  return place
}

function narrowerList(most: readonly unknown[], actual: readonly unknown[], key: string): boolean {
  if (key === 'partBytes') return Number(actual[0]) >= Number(most[0]) && Number(actual[1]) <= Number(most[1])
  // Reserved names are a limit: more of them is narrower.
  return key === 'reserved' ? most.every(item => actual.includes(item)) : actual.every(item => most.includes(item))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
