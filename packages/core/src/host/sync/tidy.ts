import type { CallOptions } from '../client.ts'
import type { Item } from '../transfer/place.ts'
import { Leftovers } from '../transfer/leftovers.ts'
import { unfinishedTransfers } from '../uploads/journal.ts'
import type { Side } from './side.ts'

/**
 * Puts away what killed processes left at DEST: notes of uploads to objects that turn out to be there whole, and temporary files beside
 * files that are written anew.
 */
export class Tidy {
  private readonly dest: Side
  private readonly unfinished: ReadonlySet<string>
  private readonly whole: string[] = []
  private readonly leftovers = new Leftovers()

  /** `state`: the folder of the journal. */
  constructor(dest: Side, state: string) {
    this.dest = dest
    const { place } = dest
    this.unfinished =
      place.kind === 'local'
        ? new Set()
        : new Set(unfinishedTransfers(state).flatMap(({ connection, path }) => (connection === place.client.name ? [path] : [])))
  }

  /** DEST has this item, and it is the same as at SOURCE. */
  same({ path }: Item): void {
    if (this.unfinished.size === 0 || this.dest.place.kind === 'local') return
    const object = this.dest.place.object(path)
    if (this.unfinished.has(object)) this.whole.push(object)
  }

  /** An item was written. */
  written(path: string): void {
    if (this.dest.place.kind === 'local') this.leftovers.look(this.dest.place.file(path))
  }

  async finish({ signal }: CallOptions): Promise<void> {
    const { place } = this.dest
    if (place.kind === 'client' && this.whole.length > 0)
      await place.client.settleUploads(this.whole, signal === undefined ? {} : { signal })
    await this.leftovers.clear()
  }
}
