import type { ConnectionInit } from '@fairlead/core'
import type { credentials } from '../credentials/api-key.ts'

/** What every request carries to say who asks. */
export class Authentication {
  readonly #init: ConnectionInit<typeof credentials>

  constructor(init: ConnectionInit<typeof credentials>) {
    this.#init = init
  }

  /** A key that the service wants in a header of its own goes there: `'x-api-key': key`. */
  async headers(_signal?: AbortSignal): Promise<Readonly<Record<string, string>>> {
    return { authorization: `Bearer ${this.#init.settings['api-key'].reveal()}` }
  }
}
