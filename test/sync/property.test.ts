import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../kill/random.ts'
import { ground, objectsBelow, synced, type Ground } from './ground.ts'

type Tree = Record<string, string>

const names = ['a', 'b', 'a-', 'a.b', 'é', '\u{1F600}', 'z z', 'B', '%41', '\uFFEE']

/** A tree in which no file is also a folder. */
function randomTree(random: () => number, fold: boolean): Tree {
  const pick = <T>(list: readonly [T, ...T[]] | readonly T[]): T => {
    const found = list[Math.floor(random() * list.length)]
    if (found === undefined) throw new Error('nothing to pick from')
    return found
  }
  const key = (path: string): string => (fold ? path.normalize('NFC').toLowerCase() : path)
  const tree: Tree = {}
  const taken = new Set<string>()
  const folders = new Set<string>()
  for (let count = Math.floor(random() * 14); count > 0; count--) {
    const parts = Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(names))
    const above = parts.slice(0, -1).map((_, index) => key(parts.slice(0, index + 1).join('/')))
    const path = parts.join('/')
    if (taken.has(key(path)) || folders.has(key(path)) || above.some(folder => taken.has(folder))) continue
    taken.add(key(path))
    for (const folder of above) folders.add(folder)
    tree[path] = pick(['', 'x', 'yy', 'zz', 'longer text'])
  }
  return tree
}

function writeTree(here: Ground, name: string, tree: Tree): string {
  const folder = here.path(name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [path, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

/** What the store keeps of a path's letters. */
const folded = (tree: Tree): Tree =>
  Object.fromEntries(Object.entries(tree).map(([path, text]) => [path.normalize('NFC').toLowerCase(), text]))

describe.each(['disk folder', 'box', 'full', 'fussy', 'bucket'])('random trees over random states, to "%s"', store => {
  it('end up as SOURCE is, and the second sync plans nothing', async () => {
    for (let seed = 1; seed <= 6; seed++) {
      await using here = await ground()
      const random = seededRandom(seed)
      const fold = store === 'fussy'
      const dest = store === 'disk folder' ? here.path('dest') : `${store}:/x`
      const read = async (): Promise<Tree> => (store === 'disk folder' ? here.read('dest') : await objectsBelow(here.fairlead, store, 'x'))
      const options = { delete: true, maxDelete: { percent: 100 }, allowEmptySource: true }
      await here.fairlead.sync(writeTree(here, 'before', randomTree(random, fold)), dest)
      for (let round = 0; round < 3; round++) {
        const tree = randomTree(random, fold)
        const source = writeTree(here, 'source', tree)
        const result = await synced(here.fairlead, source, dest, options)
        expect(result.failures, `seed ${seed}`).toEqual([])
        expect(fold ? folded(await read()) : await read(), `seed ${seed}`).toEqual(fold ? folded(tree) : tree)
        expect((await synced(here.fairlead, source, dest, { ...options, dryRun: true })).files, `seed ${seed}`).toEqual([])
      }
    }
  })
})
