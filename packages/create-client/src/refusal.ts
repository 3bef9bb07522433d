/** A wish that can't be fulfilled: what was wrong, and what to do next. */
export class Refusal extends Error {
  readonly hint: string

  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}
