import { randomBytes } from 'node:crypto'
import { fromHeader, toHeader } from '../mapping.ts'
import type { Container } from './container.ts'
import type { Wire } from './wire.ts'

/** The keys that links may be signed with, as far as this user may see them. */
export interface TempUrlKeys {
  readonly container: readonly string[]
  readonly account: readonly string[]
}

const names = ['temp-url-key', 'temp-url-key-2']

/** The Temp-URL keys of a container and its account. */
export class Keys {
  readonly #wire: Wire
  readonly #container: Container
  readonly #made = new Set<string>()

  constructor(wire: Wire, container: Container) {
    this.#wire = wire
    this.#container = container
  }

  /** Undefined: this user may not see them. Only who owns the account is shown any. */
  async visible(signal: AbortSignal): Promise<TempUrlKeys | undefined> {
    const ofContainer = await this.#wire.head({ method: 'HEAD', container: this.#container.name, signal })
    const ofAccount = await this.#wire.head({ method: 'HEAD', also: [403], signal })
    const keys = { container: keysIn(ofContainer, 'x-container-meta-'), account: keysIn(ofAccount, 'x-account-meta-') }
    // Owners are shown this header, with keys or without.
    const owner = keys.container.length + keys.account.length > 0 || ofAccount['x-account-container-count'] !== undefined
    return owner ? keys : undefined
  }

  /**
   * Sets a new key on the container and returns it. The one that was there stays valid as the second key, so that links made
   * with it last as long as they were to; another time ends them.
   */
  async rotate(signal: AbortSignal): Promise<string> {
    await this.#container.prepare(signal)
    const [before] = keysIn(await this.#wire.head({ method: 'HEAD', container: this.#container.name, signal }), 'x-container-meta-')
    const key = randomBytes(32).toString('base64url')
    const headers = {
      'x-container-meta-temp-url-key': key,
      // One that this same call set, and whose answer was lost, signed nothing: the one before it is kept.
      ...(before !== undefined && !this.#made.has(before) && { 'x-container-meta-temp-url-key-2': toHeader(before) }),
    }
    this.#made.add(key)
    await this.#wire.head({ method: 'POST', container: this.#container.name, headers, signal })
    this.#made.delete(key)
    return key
  }
}

function keysIn(headers: Readonly<Record<string, string>>, prefix: string): string[] {
  return names.flatMap(name => {
    const value = headers[prefix + name]
    return value === undefined || value === '' ? [] : [fromHeader(value)]
  })
}
