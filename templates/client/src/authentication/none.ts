import type { ConnectionInit } from '@fairlead/core'
import type { credentials } from '../credentials/none.ts'

/** What every request carries to say who asks: nothing here. */
export class Authentication {
  constructor(_init: ConnectionInit<typeof credentials>) {}

  async headers(_signal?: AbortSignal): Promise<Readonly<Record<string, string>>> {
    return {}
  }
}
