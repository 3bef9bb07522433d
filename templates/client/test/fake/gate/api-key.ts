import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Answer } from '../answer.ts'

/** Who may pass: whoever has the key. */
export class Gate {
  readonly #key = `key-${randomUUID()}`

  /** The settings that get a client past it. */
  readonly settings = { 'api-key': this.#key }

  /** Answers requests of its own, before any login is asked for; none here. */
  async answer(_path: string, _request: IncomingMessage): Promise<object | undefined> {
    return undefined
  }

  /** The name of who asks; 401 for anybody else. */
  check(authorization: string | undefined): string {
    if (authorization !== `Bearer ${this.#key}`) throw new Answer(401, 'this key is not known')
    return 'ann'
  }
}
