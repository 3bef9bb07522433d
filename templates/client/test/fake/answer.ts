/** An answer of the service that is no success: a status, a sentence, and sometimes a word that programs can look at. */
export class Answer extends Error {
  readonly status: number
  readonly reason: string | undefined

  constructor(status: number, message: string, reason?: string) {
    super(message)
    this.status = status
    this.reason = reason
  }
}
