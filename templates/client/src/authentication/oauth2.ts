import type { ConnectionInit } from '@fairlead/core'
import type { credentials } from '../credentials/oauth2.ts'

/** What every request carries to say who asks. */
export class Authentication {
  readonly #init: ConnectionInit<typeof credentials>

  constructor(init: ConnectionInit<typeof credentials>) {
    this.#init = init
  }

  /** The host keeps the token for all processes and renews it ahead of its end: ask each time. */
  async headers(signal?: AbortSignal): Promise<Readonly<Record<string, string>>> {
    const token = await this.#init.host.login.accessToken(signal)
    return { authorization: `Bearer ${token.reveal()}` }
  }

  /** After the service refused a token. */
  async renew(): Promise<void> {
    await this.#init.host.login.renew()
  }
}
