import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Answer } from '../answer.ts'

/** Who may pass: a user with a password. */
export class Gate {
  /** The settings that get a client past it. */
  readonly settings = { username: 'ann', password: `password-${randomUUID()}` }

  /** Answers requests of its own, before any login is asked for; none here. */
  async answer(_path: string, _request: IncomingMessage): Promise<object | undefined> {
    return undefined
  }

  /** The name of who asks; 401 for anybody else. */
  check(authorization: string | undefined): string {
    const { username, password } = this.settings
    const wanted = Buffer.from(`${username}:${password}`).toString('base64')
    if (authorization !== `Basic ${wanted}`) throw new Answer(401, 'user or password is wrong')
    return username
  }
}
