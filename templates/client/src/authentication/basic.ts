import type { ConnectionInit } from '@fairlead/core'
import type { credentials } from '../credentials/basic.ts'

/** What every request carries to say who asks. */
export class Authentication {
  readonly #init: ConnectionInit<typeof credentials>

  constructor(init: ConnectionInit<typeof credentials>) {
    this.#init = init
  }

  /** RFC 7617. */
  async headers(_signal?: AbortSignal): Promise<Readonly<Record<string, string>>> {
    const { username, password } = this.#init.settings
    return { authorization: `Basic ${Buffer.from(`${username}:${password.reveal()}`).toString('base64')}` }
  }
}
