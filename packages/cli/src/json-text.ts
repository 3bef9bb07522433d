/** What JSON may hold as it is and a terminal, or a reader of one, takes for something else: further controls, marks of direction. */
// oxlint-disable-next-line no-control-regex
const misleading = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** A value as JSON in which every control and every mark of direction is written as an escape: the same value to a program. */
export function jsonText(value: unknown, indent = 0): string {
  return JSON.stringify(value, undefined, indent).replace(misleading, found => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
