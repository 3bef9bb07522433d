import { describe, expect, it } from 'vitest'
import { pathFilter, scanFilter } from '../src/walk/patterns.ts'

const matches = (pattern: string, path: string) => pathFilter([pattern], [])(path)

describe('a pattern', () => {
  it.each([
    ['*.png', 'a.png', true],
    ['*.png', 'a/b.png', false],
    ['**/*.png', 'a.png', true],
    ['**/*.png', 'a/b/c.png', true],
    ['a', 'a/b/c.png', true],
    ['a/', 'a/b', true],
    ['a', 'ab/c', false],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['*.{png,jpg}', 'x.jpg', true],
    ['[a-c].txt', 'b.txt', true],
    ['[!a-c].txt', 'b.txt', false],
    ['t6+c/(x).txt', 't6+c/(x).txt', true],
    ['/png$/', 'a/b.png', true],
    ['/PNG$/', 'a/b.png', false],
    ['/PNG$/i', 'a/b.png', true],
    ['/^b/', 'a/b', false],
    ['*', 'a\nb', true],
  ])('%j on %j is %j', (pattern, path, expected) => {
    expect(matches(pattern, path)).toBe(expected)
  })

  it.each(['**/**/**/**/**/**/**/**/**/x', '*a*a*a*a*a*a*a*a*a*b', '/(a+)+$/', '/^(a|a)*$/', `{${'**,'.repeat(9)}x}{**,**}{**,**}y`])(
    '%s answers at once on a long path that it does not name',
    pattern => {
      expect(matches(pattern, `${'a'.repeat(500)}/`.repeat(8) + 'a!')).toBe(false)
    },
  )

  it('that excludes wins over one that includes', () => {
    const filter = pathFilter(['**/*.png'], ['**/draft/**', '/_tmp/'])
    expect(['a.png', 'draft/a.png', 'a_tmp.png', 'a.jpg'].map(filter)).toEqual([true, false, false, false])
  })

  it('is not needed: without any, everything counts', () => {
    expect(pathFilter([], [])('anything')).toBe(true)
  })
})

describe('the filter of a scan', () => {
  const { enters, wants } = scanFilter([], ['**/.git', 'old', 'a/**/tmp', '/cache/', '*.bak'])
  it('does not enter a folder that a glob excludes, since the same glob names all below', () => {
    expect([
      enters('.git', '.git'),
      enters('x/.git', '.git'),
      enters('old', 'old'),
      enters('a/b/tmp', 'tmp'),
      enters('x.bak', 'x.bak'),
    ]).toEqual([false, false, false, false, false])
  })

  it('enters any other folder, also one that an expression names', () => {
    expect([enters('x/old', 'old'), enters('b/tmp', 'tmp'), enters('cache', 'cache'), enters('x/y.bak', 'y.bak')]).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect(wants('cache/x', 'x')).toBe(false)
  })

  it('wants the same files as the plain filter, in folders that are entered', () => {
    const plain = pathFilter([], ['**/.git', 'old', 'a/**/tmp', '/cache/', '*.bak'])
    for (const path of ['x', 'x.bak', 'x/y.bak', 'x/.git', '.gitignore', 'a/tmp', 'b/tmp', 'x/cachet']) {
      expect(wants(path, path.slice(path.lastIndexOf('/') + 1))).toBe(plain(path))
    }
  })
})
