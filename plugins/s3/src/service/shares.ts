import { FairleadError, type Context, type Share, type ShareRequest } from '@fairlead/core'
import { toKey } from '../mapping.ts'
import type { Store } from './objects.ts'

const hourMs = 3600 * 1000

/** Signed links. Nobody can take one back before it ends, except with the keys that signed it. */
export class Shares {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  /** A link signed with temporary keys ends with them, whatever it says: such a one is made shorter and told so. */
  async create({ path, kind, method, expires }: ShareRequest, context: Context): Promise<Share> {
    const { wire, root, init } = this.#store
    const { host } = init
    await wire.settle(context)
    const now = host.clock.now()
    // Signatures count whole seconds.
    const created = new Date(Math.floor(now.getTime() / 1000) * 1000)
    const wanted = expires?.getTime() ?? created.getTime() + hourMs
    const { expiration } = await wire.credentials.keys()
    const ends = Math.min(wanted, expiration?.getTime() ?? wanted)
    const seconds = Math.floor((ends - created.getTime()) / 1000)
    if (seconds < 1)
      throw new FairleadError('input-invalid', `A link to "${path}" would end before it can be used.`, {
        path,
        hint: 'Give a time above one second.',
      })
    if (ends < wanted) host.log.warn(`the link ends with the temporary keys that signed it, at ${new Date(ends).toISOString()}`)
    return {
      url: await wire.presign(method, toKey(root, path), seconds, created),
      path,
      kind,
      created,
      expires: new Date(created.getTime() + seconds * 1000),
      revocable: false,
    }
  }
}
