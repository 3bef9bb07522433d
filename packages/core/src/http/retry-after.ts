/**
 * Milliseconds that a Retry-After value (RFC 9110 §10.2.3: whole seconds, or an HTTP date) asks for, counted from `now`;
 * never negative. `undefined` when there is no value or it is neither form.
 */
export function parseRetryAfter(value: string | undefined, now: Date): number | undefined {
  const text = value?.trim()
  if (text === undefined || text === '') return undefined
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1000
  // Every form of an HTTP date begins with the name of a day; Date.parse alone also takes "2" or "-5".
  if (!/^(mon|tue|wed|thu|fri|sat|sun)/i.test(text)) return undefined
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : Math.max(0, time - now.getTime())
}
