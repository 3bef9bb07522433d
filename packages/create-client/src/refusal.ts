/** Characters that steer a terminal, or turn the direction of what it shows. */
const steering = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

/** Whether a text can be shown as it is. */
export const isShowable = (text: string): boolean => !steering.test(text)

/** A wish that can't be fulfilled: what was wrong, and what to do next. Names in it that others gave are shown with escapes. */
export class Refusal extends Error {
  readonly hint: string

  constructor(message: string, hint: string) {
    super(escaped(message))
    this.hint = escaped(hint)
  }
}

function escaped(text: string): string {
  const shown = (character: string): string =>
    isShowable(character) || character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return [...text].map(shown).join('')
}
