import type { CallOptions, Client } from '../client.ts'
import type { Place } from './place.ts'

/** Smaller bodies never go in parts, so that no upload of theirs is left over. */
const partedBytes = 64 * 1024
const pathsAtOnce = 1000

/**
 * Gathers objects that were found to be there whole, and puts away what a process that was killed at the very end of sending them has
 * noted of their uploads.
 */
export class Settling {
  readonly #call: CallOptions
  #client: Client | undefined
  #paths: string[] = []

  constructor({ signal }: CallOptions) {
    this.#call = signal === undefined ? {} : { signal }
  }

  async add(place: Place, path: string, size: number): Promise<void> {
    if (place.kind === 'local' || size < partedBytes) return
    this.#client = place.client
    if (this.#paths.push(place.object(path)) >= pathsAtOnce) await this.settle()
  }

  async settle(): Promise<void> {
    const paths = this.#paths
    this.#paths = []
    if (paths.length > 0) await this.#client?.settleUploads(paths, this.#call)
  }
}
