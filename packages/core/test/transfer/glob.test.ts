import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseGlob } from '../../src/host/transfer/glob.ts'

const cases: ReadonlyArray<readonly [pattern: string, path: string, matches: boolean]> = [
  ['*.png', 'a.png', true],
  ['*.png', 'shots/010/a.png', true],
  ['*.png', 'a.png.txt', false],
  ['*.png', '.png', true],
  ['/*.png', 'a.png', true],
  ['/*.png', 'shots/a.png', false],
  ['shots/*.png', 'shots/a.png', true],
  ['shots/*.png', 'old/shots/a.png', true],
  ['/shots/*.png', 'old/shots/a.png', false],
  ['shots/*.png', 'myshots/a.png', false],
  ['shots/*.png', 'shots/010/a.png', false],
  ['shots/**.png', 'shots/010/a.png', true],
  ['shots/**/a.png', 'shots/a.png', true],
  ['shots/**/a.png', 'shots/1/2/a.png', true],
  ['shots/**/a.png', 'shots/1/2/ba.png', false],
  ['**/a', 'a', true],
  ['/**/a', 'x/y/a', true],
  ['/a/**', 'a', false],
  ['/a/**', 'a/b/c', true],
  ['**', 'anything/at/all', true],
  ['cache', 'cache', true],
  ['cache', 'x/cache/deep/file', true],
  ['cache', 'x/caches/deep', false],
  ['cache/', 'cache', false],
  ['cache/', 'x/cache/file', true],
  ['/cache/', 'x/cache/file', false],
  ['a?c', 'abc', true],
  ['a?c', 'a/c', false],
  ['a?c', 'a😀c', true],
  ['[a-c]x', 'bx', true],
  ['[!a-c]x', 'bx', false],
  ['[^a-c]x', 'dx', true],
  ['[!a]x', 'y/x', false],
  ['a[!b]c', 'a/c', false],
  ['[]]x', ']x', true],
  ['[a\\-c]', '-', true],
  ['[a\\-c]', 'b', false],
  ['*.{jpg,jpeg}', 'a.jpeg', true],
  ['*.{jpg,jpeg}', 'a.png', false],
  ['{a,b{c,d}}', 'bd', true],
  ['{a,}x', 'x', true],
  ['{/a,b}', 'z/b', true],
  ['{/a,b}', 'z/a', false],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['a\\{b', 'a{b', true],
  ['a b', 'a b', true],
  ['é*', 'éa', true],
]

describe('a glob', () => {
  test.each(cases)('%s and %s: %s', (pattern, path, matches) => {
    expect(parseGlob(pattern).matches(path)).toBe(matches)
  })

  test.each(['', '/', '[a', '{a', 'a\\', '[z-a]', `{${'a,'.repeat(300)}b}`, '{1,2}'.repeat(9)])('refuses %s', pattern => {
    expect(() => parseGlob(pattern)).toThrow(expect.objectContaining({ code: 'input-invalid' }))
  })

  test('says of a folder whether everything or something below it can match', () => {
    expect(parseGlob('/a/**').matchesFolder('a')).toBe(true)
    expect(parseGlob('/a/*').matchesFolder('a')).toBe(true)
    expect(parseGlob('cache').matchesFolder('x/cache/y')).toBe(true)
    expect(parseGlob('*.png').matchesFolder('a')).toBe(false)
    expect(parseGlob('*.png').mayMatchBelow('a')).toBe(true)
    expect(parseGlob('/a/b/*.png').mayMatchBelow('a')).toBe(true)
    expect(parseGlob('/a/b/*.png').mayMatchBelow('a/c')).toBe(false)
    expect(parseGlob('/a/b/*.png').mayMatchBelow('')).toBe(true)
  })

  test('takes time in proportion to the path, whatever the pattern', () => {
    const glob = parseGlob(`${'*a'.repeat(200)}b`)
    expect(glob.matches('a'.repeat(20_000))).toBe(false)
  })

  const segment = fc.stringMatching(/^[ab.*?é😀-]{1,4}$/u)
  const path = fc.array(segment, { minLength: 1, maxLength: 5 }).map(parts => parts.join('/'))
  const escape = (text: string): string => text.replaceAll(/[\\*?[\]{},]/g, '\\$&')

  test('matches a path that is written out, and what lies below it, and nothing else', () => {
    fc.assert(
      fc.property(path, path, (a, b) => {
        const glob = parseGlob(`/${escape(a)}`)
        expect(glob.matches(a)).toBe(true)
        expect(glob.matches(`${a}/${b}`)).toBe(true)
        expect(glob.matches(b)).toBe(b === a || b.startsWith(`${a}/`))
      }),
    )
  })

  test('agrees with a regular expression', () => {
    const piece = fc.constantFrom('a', 'b', '/', '*', '**', '?', '**/', '[ab]', '[!a]')
    const words = fc.array(fc.constantFrom('a', 'b', 'ab', 'ba', 'c'), { minLength: 1, maxLength: 4 }).map(parts => parts.join('/'))
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), words, (pieces, text) => {
        const pattern = pieces.join('')
        fc.pre(!/\/\/|^\/|\/$|\*{3}/.test(pattern))
        const expected = new RegExp(`^(?:.*/)?${toExpression(pattern)}(?:/.*)?$`).test(text)
        expect(parseGlob(pattern).matches(text)).toBe(expected)
      }),
      { numRuns: 2000 },
    )
  })

  test('never says that a folder has nothing when something below it matches', () => {
    const piece = fc.constantFrom('a', 'b', '/', '*', '**', '?', '**/', '/a/')
    const words = fc.array(fc.constantFrom('a', 'b', 'ab'), { minLength: 2, maxLength: 4 })
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), words, (pieces, parts) => {
        const pattern = pieces.join('')
        fc.pre(!/^\/*$/.test(pattern))
        const glob = parseGlob(pattern)
        const folder = parts.slice(0, -1).join('/')
        if (glob.matches(parts.join('/'))) expect(glob.mayMatchBelow(folder)).toBe(true)
        if (glob.matchesFolder(folder)) expect(glob.matches(parts.join('/'))).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})

function toExpression(pattern: string): string {
  return pattern.replaceAll(/(?<=^|\/)\*\*\/|\*\*|\*|\?|\[!a\]/g, match =>
    match === '**/' ? '(?:.*/)?' : match === '**' ? '.*' : match === '*' ? '[^/]*' : match === '?' ? '[^/]' : '[^a/]',
  )
}
