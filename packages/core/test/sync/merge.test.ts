import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeListings, type Pair } from '../../src/host/sync/merge.ts'
import { sortListing } from '../../src/host/sync/sort-listing.ts'
import { comparePaths } from '../../src/contract/path-order.ts'
import type { Item } from '../../src/host/transfer/place.ts'
import { temporaryFolder } from '../support/temporary.ts'

async function* inBatches(paths: readonly string[], size: number): AsyncGenerator<readonly Item[]> {
  for (let index = 0; index < paths.length; index += size) yield paths.slice(index, index + size).map(path => ({ path, size: 1 }))
}

async function all<T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> {
  const found: T[] = []
  for await (const batch of batches) found.push(...batch)
  return found
}

const pathsOf = fc
  .uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }), { maxLength: 40 })
  .map(paths => paths.toSorted(comparePaths))

describe('two listings in order', () => {
  it('come together path by path, in order, whatever their batches', async () => {
    await fc.assert(
      fc.asyncProperty(pathsOf, pathsOf, fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }), async (left, right, a, b) => {
        const pairs = await all<Pair>(mergeListings(inBatches(left, a), inBatches(right, b)))
        expect(pairs.map(({ source, dest }) => source?.path ?? dest?.path)).toEqual(
          [...new Set([...left, ...right])].toSorted(comparePaths),
        )
        expect(pairs.flatMap(({ source }) => source?.path ?? [])).toEqual(left)
        expect(pairs.flatMap(({ dest }) => dest?.path ?? [])).toEqual(right)
      }),
    )
  })

  it('end with the failure of one of them, and the other is closed', async () => {
    let closed = false
    async function* failing(): AsyncGenerator<readonly Item[]> {
      yield [{ path: 'a' }]
      throw new Error('the listing broke')
    }
    async function* endless(): AsyncGenerator<readonly Item[]> {
      try {
        for (let count = 0; ; count++) yield [{ path: `b${String(count).padStart(9, '0')}` }]
      } finally {
        closed = true
      }
    }
    await expect(all(mergeListings(failing(), endless()))).rejects.toThrow('the listing broke')
    expect(closed).toBe(true)
  })
})

describe('a listing in another order', () => {
  it('is sorted by its key, tells of doubles, and leaves no file behind', async () => {
    const folder = temporaryFolder()
    const doubles: string[] = []
    const names = Array.from({ length: 3000 }, (_, index) => `Name${(index * 7919) % 3000}`)
    const sorted = await all(
      sortListing(
        inBatches([...names, 'NAME5'], 100),
        ({ path }) => path.toLowerCase(),
        folder,
        item => doubles.push(item.path),
      ),
    )
    expect(sorted.map(({ path }) => path.toLowerCase())).toEqual(names.map(name => name.toLowerCase()).toSorted())
    expect(doubles).toEqual(['Name5'])
    expect(readdirSync(folder)).toEqual([])
  })
})
