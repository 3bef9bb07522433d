import { lstatSync, unlinkSync, type Stats } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { smallPartOf } from '../objects/download-file.ts'

/** A small body is written and gets its name within one turn; one that lies there longer is of a process that was killed. */
const aliveMs = 1000

/**
 * What killed processes left beside files that are written anew: one small temporary file each. Whether its writer lives can't be
 * seen at once, so it is looked at again at the end.
 */
export class Leftovers {
  readonly #seen = new Map<string, { readonly stats: Stats; readonly at: number }>()

  /** Looks beside a file that was just written. */
  look(file: string): void {
    const part = smallPartOf(file)
    const stats = lstatSync(part, { throwIfNoEntry: false })
    if (stats?.isFile() === true) this.#seen.set(part, { stats, at: performance.now() })
  }

  /** Removes those that nobody has touched since. */
  async clear(): Promise<void> {
    for (const [part, { stats, at }] of this.#seen) {
      const rest = at + aliveMs - performance.now()
      if (rest > 0) await wait(rest)
      const now = lstatSync(part, { throwIfNoEntry: false })
      if (now?.ino === stats.ino && now.ctimeMs === stats.ctimeMs) unlinkSync(part)
    }
  }
}
