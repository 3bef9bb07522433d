import { isAnswer } from '../errors.ts'
import type { Wire } from './wire.ts'

/** The container of a connection, made on request. */
export class Container {
  readonly #wire: Wire
  readonly name: string
  readonly #create: boolean
  readonly #made = new Set<string>()

  constructor(wire: Wire, name: string, create: boolean) {
    this.#wire = wire
    this.name = name
    this.#create = create
  }

  /**
   * Runs a write; where it hears that there is no container, and one may be made, makes it and runs the write once more.
   * Only for bodies that are in memory: of others {@link prepare} must come first.
   */
  async writing<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!this.#create || !isAnswer(error, 404)) throw error
      await this.#make(this.name, signal)
      return await work()
    }
  }

  /**
   * Makes what may be made before a long body is sent: a service that refuses one in its midst may leave the rest unread. A
   * container for segments is a part of how large objects are kept, so it is made unasked.
   */
  async prepare(signal: AbortSignal, segments = this.name): Promise<void> {
    if (this.#create) await this.#make(this.name, signal)
    if (segments !== this.name) await this.#make(segments, signal)
  }

  /** Whether a listing that hears of no container is an empty one. */
  get mayBeMissing(): boolean {
    return this.#create
  }

  /** Nobody but the account is let in: no access list is ever set. */
  async #make(container: string, signal: AbortSignal): Promise<void> {
    if (this.#made.has(container)) return
    await this.#wire.head({ method: 'PUT', container, headers: { 'content-length': '0' }, signal })
    this.#made.add(container)
  }
}
