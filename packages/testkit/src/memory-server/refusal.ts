/** An answer that is not a success: the server turns it into its status and a JSON body. */
export class Refusal extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Answers with that status. */
export function refuse(status: number, message: string): never {
  throw new Refusal(status, message)
}
