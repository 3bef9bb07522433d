/** Replaces secrets that this process has met by `[secret]` in text that is about to be shown. */
export interface Redactor {
  hide(secretText: string): void
  redact(text: string): string
}

/** Shorter texts occur by chance, and hiding them would garble messages more than it protects. */
const shortest = 6

/** A redactor that knows nothing yet. */
export function createRedactor(): Redactor {
  let known: readonly string[] = []
  return {
    hide(secretText) {
      for (const form of [secretText, encodeURIComponent(secretText), JSON.stringify(secretText).slice(1, -1)]) {
        if (form.length >= shortest && !known.includes(form)) known = [...known, form]
      }
      // Longest first: a secret may be the beginning of another.
      known = known.toSorted((a, b) => b.length - a.length)
    },
    redact(text) {
      let result = text
      for (const form of known) if (result.includes(form)) result = result.replaceAll(form, '[secret]')
      return result
    },
  }
}
