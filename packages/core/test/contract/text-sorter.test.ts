import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { comparePaths, createTextSorter, type TextSorter } from '@fairlead/core'

function sorterOf(texts: Iterable<string>): TextSorter {
  const sorter = createTextSorter()
  for (const text of texts) sorter.add(text)
  return sorter
}

function taken(sorter: TextSorter): string[] {
  const texts: string[] = []
  for (let text = sorter.next(); text !== undefined; text = sorter.next()) texts.push(text)
  return texts
}

/** More texts than are sorted at once, none in its place. */
const many = Array.from({ length: 20_001 }, (_, index) => `frame-${(index * 7919) % 20_001}${index % 3 === 0 ? '/' : '.png'}`)
const textArbitrary = fc.string({ unit: 'grapheme', minLength: 1 }).filter(text => !text.includes('\0') && text.isWellFormed())

describe('a text sorter', () => {
  it('gives texts in order of their bytes, whatever is in them', () => {
    fc.assert(
      fc.property(fc.array(textArbitrary), texts => {
        expect(taken(sorterOf(texts))).toEqual(texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
      }),
    )
  })

  it('gives each text once, in order, when there are too many to be sorted at once', () => {
    expect(taken(sorterOf(many))).toEqual(many.toSorted(comparePaths))
  })

  it('keeps the order of bytes when one of many lies beyond the basic plane', () => {
    const texts = [...many, 'frame-\u{1f600}', 'frame-\uffee']
    expect(taken(sorterOf(texts))).toEqual(texts.toSorted(comparePaths))
  })

  it('gives nothing where nothing was added, and nothing behind the last', () => {
    expect(sorterOf([]).next()).toBeUndefined()
    const sorter = sorterOf(['a'])
    expect(taken(sorter)).toEqual(['a'])
    expect(sorter.next()).toBeUndefined()
  })
})
