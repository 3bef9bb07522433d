import { describe, expect, test } from 'vitest'
import { createFilter, parseFilterRules, type FilterRule } from '../../src/host/transfer/filters.ts'

const rules = (...lines: readonly string[]): FilterRule[] => parseFilterRules(lines.join('\n'), 'rules.txt')
const taken = (lines: readonly string[], paths: readonly string[]): string[] => {
  const filter = createFilter({ rules: rules(...lines) })
  return paths.filter(path => filter.wantsPath(path))
}

describe('a filter', () => {
  const paths = ['a.png', 'b.tmp', 'keep.tmp', 'cache/c.png', 'x/cache/d.png', 'x/e.exr']

  test('without rules takes everything', () => {
    expect(taken([], paths)).toEqual(paths)
  })

  test('takes what no exclusion matches', () => {
    expect(taken(['- *.tmp'], paths)).toEqual(['a.png', 'cache/c.png', 'x/cache/d.png', 'x/e.exr'])
  })

  test('takes only what is included when an inclusion is last', () => {
    expect(taken(['+ *.png'], paths)).toEqual(['a.png', 'cache/c.png', 'x/cache/d.png'])
    expect(taken(['- cache', '+ *.png'], paths)).toEqual(['a.png'])
  })

  test('lets the first rule that matches decide', () => {
    expect(taken(['+ keep.tmp', '- *.tmp'], paths)).toContain('keep.tmp')
    expect(taken(['- *.tmp', '+ keep.tmp', '- nothing'], paths)).not.toContain('keep.tmp')
  })

  test('looks into no folder that has nothing wanted', () => {
    const filter = createFilter({ rules: rules('+ /cache/keep/**', '- cache', '- /x/y') })
    expect(filter.enters('cache')).toBe(true)
    expect(filter.enters('cache/keep')).toBe(true)
    expect(filter.enters('x/y')).toBe(false)
    expect(filter.enters('x')).toBe(true)
    const only = createFilter({ rules: rules('+ /a/b/*.png') })
    expect([only.enters('a'), only.enters('a/b'), only.enters('a/c'), only.enters('d')]).toEqual([true, true, false, false])
  })

  test('knows sizes and times', () => {
    const filter = createFilter({ minBytes: 10, maxBytes: 20, newerThan: new Date(1000), olderThan: new Date(2000) })
    expect(filter.wantsItem({ size: 10, modifiedMs: 1000 })).toBe(true)
    expect(filter.wantsItem({ size: 21, modifiedMs: 1000 })).toBe(false)
    expect(filter.wantsItem({ size: 9, modifiedMs: 1000 })).toBe(false)
    expect(filter.wantsItem({ size: 10, modifiedMs: 2000 })).toBe(false)
    expect(filter.wantsItem({ size: 10, modifiedMs: 999 })).toBe(false)
    expect(filter.wantsItem({})).toBe(true)
  })

  test('reads rules from a file, without comments and empty lines', () => {
    expect(rules('# what we keep', '', '+ *.png', '  - cache/  \r')).toEqual([
      { take: true, pattern: '*.png' },
      { take: false, pattern: 'cache/' },
    ])
  })

  test.each([['*.png'], ['+ [a'], ['+']])('names the line of a rule that is none: %s', line => {
    expect(() => rules('+ a', line)).toThrow(
      expect.objectContaining({ code: 'input-invalid', message: expect.stringContaining('line 2 of rules.txt') }),
    )
  })
})
