import { isAnswer } from '../errors.ts'
import type { Wire } from './wire.ts'

/** How a write is made. */
export interface Writing {
  /** Whether its body can be sent again; default true. */
  readonly replayable?: boolean
  /** Default: the container itself. */
  readonly container?: string
  readonly signal: AbortSignal
}

/** The container of a connection, made on request. */
export class Container {
  readonly #wire: Wire
  readonly name: string
  readonly #create: boolean

  constructor(wire: Wire, name: string, create: boolean) {
    this.#wire = wire
    this.name = name
    this.#create = create
  }

  /**
   * Runs a write; where it hears that there is no container, and one may be made, makes it and runs the write once more.
   * A body that can be read once only has the container made before it.
   */
  async writing<T>(work: () => Promise<T>, { replayable = true, container = this.name, signal }: Writing): Promise<T> {
    // A container for segments is a part of how large objects are kept.
    const create = this.#create || container !== this.name
    if (create && !replayable) await this.#make(container, signal)
    try {
      return await work()
    } catch (error) {
      if (!create || !replayable || !isAnswer(error, 404)) throw error
      await this.#make(container, signal)
      return await work()
    }
  }

  /** Whether a listing that hears of no container is an empty one. */
  get mayBeMissing(): boolean {
    return this.#create
  }

  /** Nobody but the account is let in: no access list is ever set. */
  async #make(container: string, signal: AbortSignal): Promise<void> {
    await this.#wire.head({ method: 'PUT', container, headers: { 'content-length': '0' }, signal })
  }
}
