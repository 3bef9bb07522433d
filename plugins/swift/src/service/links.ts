import { FairleadError, type Host, type Resolved, type Share, type ShareRequest } from '@fairlead/core'
import type { options } from '../manifest.ts'
import { nameOf } from '../mapping.ts'
import type { Cluster } from './cluster.ts'
import type { Container } from './container.ts'
import { signTempUrl, tempUrlAddress, type TempUrl } from './temp-url.ts'
import type { Keys } from './temp-url-keys.ts'
import type { Wire } from './wire.ts'

/** Two clocks are never quite the same; Date headers tell whole seconds. */
const tolerableSkewMs = 5000

/** What links are made with. */
export interface LinksSetting {
  readonly wire: Wire
  readonly container: Container
  readonly root: string
  readonly keys: Keys
  readonly cluster: Cluster
  readonly settings: Resolved<typeof options>
  readonly host: Host
}

/** Temporary URLs: whoever has one is let in until it ends, or until the key that signed it is replaced. */
export class Links {
  readonly #at: LinksSetting

  constructor(setting: LinksSetting) {
    this.#at = setting
  }

  async create({ path, target, kind, method, expires }: ShareRequest, signal: AbortSignal): Promise<Share> {
    const { wire, container, root, settings, host } = this.#at
    const digest = settings['temp-url-digest']
    await this.#checkDigest(digest)
    const key = await this.#key(signal)
    const account = await wire.account()
    const name = nameOf(root, path)
    const prefix = target === 'prefix' ? (name === '' ? '' : `${name}/`) : undefined
    const ends = expires ?? new Date(host.clock.now().getTime() + 3_600_000)
    const ip = settings['link-ip']
    const skew = this.#skew()
    const seconds = Math.ceil((ends.getTime() + skew) / 1000)
    const url: TempUrl = {
      method,
      expires: seconds,
      path: `${decodeURIComponent(account.pathname)}/${container.name}/${prefix ?? name}`,
      ...(prefix !== undefined && { prefix }),
      ...(ip !== undefined && { ip }),
    }
    const filename = settings['link-filename']
    const address = tempUrlAddress(account.origin, url, signTempUrl(url, key, digest), {
      ...(filename !== undefined && { filename }),
      inline: settings['link-inline'],
    })
    return { url: address, path, kind, expires: new Date(seconds * 1000 - skew), created: host.clock.now(), revocable: false }
  }

  /** The service judges by its own clock, so a link is made to end by that one. */
  #skew(): number {
    const { wire, host } = this.#at
    const skew = wire.skewMs
    if (Math.abs(skew) <= tolerableSkewMs) return 0
    host.log.warn(
      `the clock of the service is ${Math.abs(Math.round(skew / 1000))} s ${skew > 0 ? 'ahead of' : 'behind'} this machine's; the link ends by the service's`,
    )
    return skew
  }

  /** The key of the settings, which the service must still have; without one the container's own, where this user may see it. */
  async #key(signal: AbortSignal): Promise<string> {
    const { settings, keys, host, container } = this.#at
    const generate = `Create one with \`fairlead client set ${host.connection} temp-url-key --generate\``
    const own = settings['temp-url-key']?.reveal()
    const known = await keys.visible(signal)
    if (own === undefined) {
      const found = known?.container[0] ?? known?.account[0]
      if (found !== undefined) return found
      throw new FairleadError('config-invalid', `links need a key, and there is none for container "${container.name}"`, {
        hint: `${generate}, or set the one you get from the owner of the container.`,
      })
    }
    if (known === undefined || known.container.includes(own) || known.account.includes(own)) return own
    throw new FairleadError(
      'config-invalid',
      `the stored temp-url-key is no longer a key of container "${container.name}" or its account`,
      {
        hint: `It was replaced. ${generate}, or set the one that is valid now.`,
      },
    )
  }

  async #checkDigest(digest: string): Promise<void> {
    const { cluster, host } = this.#at
    const info = await cluster.info()
    if (info === undefined || info.digests?.includes(digest) === true) return
    if (info.digests === undefined)
      throw new FairleadError('unsupported', 'this cluster has no temporary URLs', { hint: 'Ask who runs it for the tempurl middleware.' })
    throw new FairleadError('config-invalid', `this cluster does not accept links signed with ${digest}`, {
      hint: `Set it with \`fairlead client set ${host.connection} temp-url-digest=${info.digests[0] ?? 'sha1'}\`.`,
    })
  }
}
