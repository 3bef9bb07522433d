import { describe, expect, it } from 'vitest'
import { comparePaths, createTextSorter } from '@fairlead/core'
import { sortedNames, type SortedNames } from '../src/service/sorted-names.ts'

function namesOf(names: Iterable<string>): SortedNames {
  const sorter = createTextSorter()
  for (const name of names) sorter.add(name)
  return sortedNames(sorter)
}

function rest(names: SortedNames): string[] {
  const taken: string[] = []
  for (let name = names.next(); name !== undefined; name = names.next()) taken.push(name)
  return taken
}

/** More names than are sorted at once, none in its place. */
const many = Array.from({ length: 20_001 }, (_, index) => `frame-${(index * 7919) % 20_001}${index % 3 === 0 ? '/' : '.png'}`)

describe('the names of a folder', () => {
  it('go on behind a name that is there', () => {
    const sorted = many.toSorted(comparePaths)
    const names = namesOf(many)
    expect(names.skipPast(sorted[12_345] ?? '')).toBe(true)
    expect(rest(names)).toEqual(sorted.slice(12_346))
  })

  it('go on behind the place of a name that is not there', () => {
    const names = namesOf(['a', 'c', 'd'])
    expect(names.skipPast('b')).toBe(false)
    expect(rest(names)).toEqual(['c', 'd'])
  })

  it('go on behind a name beyond the basic plane, by the order of bytes', () => {
    const names = namesOf(['\uffee', '\u{1f600}', '\u{1f680}'])
    expect(names.skipPast('\u{1f600}')).toBe(true)
    expect(rest(names)).toEqual(['\u{1f680}'])
  })

  it('are none in an empty folder, and none behind the last', () => {
    expect(namesOf([]).next()).toBeUndefined()
    const names = namesOf(['a'])
    expect(names.skipPast('z')).toBe(false)
    expect(names.next()).toBeUndefined()
  })
})
