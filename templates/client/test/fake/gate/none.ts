import type { IncomingMessage } from 'node:http'

/** Who may pass: everybody. */
export class Gate {
  /** The settings that get a client past it. */
  readonly settings = {}

  /** Answers requests of its own, before any login is asked for; none here. */
  async answer(_path: string, _request: IncomingMessage): Promise<object | undefined> {
    return undefined
  }

  /** The name of who asks. */
  check(_authorization: string | undefined): string {
    return 'anybody'
  }
}
