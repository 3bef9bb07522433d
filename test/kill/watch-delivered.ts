import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sha256 } from './tree.ts'
import type { Watch } from './watch.ts'

/**
 * Files that are moved from one folder to another: at every instant each must be whole in the first or in the second. The
 * first is looked at first, since nothing goes the other way.
 */
export function watchDelivered(from: string, to: string, wanted: Readonly<Record<string, string>>): Watch {
  return {
    look: async () => ({
      states: new Map(),
      problems: Object.entries(wanted).flatMap(([path, hash]) =>
        [join(from, path), join(to, path)].some(file => hashIfThere(file) === hash) ? [] : [`the content of "${path}" is nowhere`],
      ),
    }),
    [Symbol.asyncDispose]: async () => undefined,
  }
}

/** Looks at several things at once. */
export function watchAll(...watches: readonly Watch[]): Watch {
  return {
    async look(thorough) {
      const sights = await Promise.all(watches.map(watch => watch.look(thorough)))
      return {
        states: new Map(sights.flatMap(({ states }) => [...states])),
        problems: sights.flatMap(({ problems }) => problems),
      }
    },
    [Symbol.asyncDispose]: async () => {
      for (const watch of watches) await watch[Symbol.asyncDispose]()
    },
  }
}

function hashIfThere(file: string): string | undefined {
  try {
    return sha256(readFileSync(file))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
