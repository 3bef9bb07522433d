import { describe, expect, it } from 'vitest'
import { orderRenames, type Rename } from '../src/names/order-renames.ts'

/** What lies where after renames that refuse a name that is taken. */
function done(renames: readonly Rename[]): Readonly<Record<string, string>> {
  const places = new Map(renames.map(({ from }) => [from, from]))
  let number = 0
  for (const { from, to } of orderRenames(renames, () => `temporary-${++number}`)) {
    const what = places.get(from)
    expect(what, from).toBeDefined()
    expect(places.has(to), to).toBe(false)
    places.delete(from)
    places.set(to, what ?? '')
  }
  return Object.fromEntries(places)
}

const wanted = (renames: readonly Rename[]) => Object.fromEntries(renames.map(({ from, to }) => [to, from]))

describe('orderRenames', () => {
  it.each<[string, ReadonlyArray<readonly [string, string]>]>([
    ['nothing', []],
    [
      'names that are free',
      [
        ['a', 'x'],
        ['b', 'y'],
      ],
    ],
    [
      'a chain in the wrong order',
      [
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'd'],
      ],
    ],
    [
      'a chain in the right order',
      [
        ['c', 'd'],
        ['b', 'c'],
        ['a', 'b'],
      ],
    ],
    [
      'a chain from its middle',
      [
        ['b', 'c'],
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'two that change their names',
      [
        ['a', 'b'],
        ['b', 'a'],
      ],
    ],
    [
      'a circle of three, and others',
      [
        ['a', 'b'],
        ['x', 'y'],
        ['b', 'c'],
        ['c', 'a'],
      ],
    ],
  ])('brings %s about without overwriting', (_what, pairs) => {
    const renames = pairs.map(([from, to]) => ({ from, to }))
    expect(done(renames)).toEqual(wanted(renames))
  })

  it('brings any permutation about', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const names = Array.from({ length: 1 + (seed % 12) }, (_, index) => `n${index}`)
      const shuffled = names
        .map((name, index) => [Math.imul(seed * 31 + index, 0x9e3779b9) >>> 8, name] as const)
        .toSorted(([a], [b]) => a - b)
        .map(([, name]) => name)
      const renames = names.flatMap((from, index) => (from === shuffled[index] ? [] : [{ from, to: shuffled[index] ?? '' }]))
      expect(done(renames)).toEqual(wanted(renames))
    }
  })
})
