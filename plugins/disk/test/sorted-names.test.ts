import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { comparePaths } from '@fairlead/core'
import { NameSorter, type SortedNames } from '../src/service/sorted-names.ts'

function sorterOf(names: Iterable<string>): SortedNames {
  const sorter = new NameSorter()
  for (const name of names) sorter.add(name)
  return sorter.sorted()
}

function rest(names: SortedNames): string[] {
  const taken: string[] = []
  for (let name = names.next(); name !== undefined; name = names.next()) taken.push(name)
  return taken
}

/** More names than are sorted at once, none in its place. */
const many = Array.from({ length: 20_001 }, (_, index) => `frame-${(index * 7919) % 20_001}${index % 3 === 0 ? '/' : '.png'}`)
const nameArbitrary = fc.string({ unit: 'grapheme', minLength: 1 }).filter(name => !name.includes('\0') && name.isWellFormed())

describe('the names of a folder', () => {
  it('come in order of their bytes, whatever is in them', () => {
    fc.assert(
      fc.property(fc.uniqueArray(nameArbitrary), names => {
        expect(rest(sorterOf(names))).toEqual(names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
      }),
    )
  })

  it('come in order, each once, when there are too many to be sorted at once', () => {
    expect(rest(sorterOf(many))).toEqual(many.toSorted(comparePaths))
  })

  it('come in order of bytes when one of many lies beyond the basic plane', () => {
    const names = [...many, 'frame-\u{1f600}', 'frame-\uffee']
    expect(rest(sorterOf(names))).toEqual(names.toSorted(comparePaths))
  })

  it('go on behind a name that is there', () => {
    const sorted = many.toSorted(comparePaths)
    const names = sorterOf(many)
    expect(names.skipPast(sorted[12_345] ?? '')).toBe(true)
    expect(rest(names)).toEqual(sorted.slice(12_346))
  })

  it('go on behind the place of a name that is not there', () => {
    const names = sorterOf(['a', 'c', 'd'])
    expect(names.skipPast('b')).toBe(false)
    expect(rest(names)).toEqual(['c', 'd'])
  })

  it('are none in an empty folder, and none behind the last', () => {
    expect(sorterOf([]).next()).toBeUndefined()
    const names = sorterOf(['a'])
    expect(names.skipPast('z')).toBe(false)
    expect(names.next()).toBeUndefined()
  })
})
