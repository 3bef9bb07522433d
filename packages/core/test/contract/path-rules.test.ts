import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkPath, checkPaths, foldPath, normalizePath, quotePath, unquotePath } from '../../src/contract/path-rules.ts'
import { FairleadError, rootFolder, type PathRules } from '../../src/index.ts'

const plain: PathRules = {
  segmentBytes: 255,
  pathBytes: 4096,
  forbidden: '',
  reserved: [],
  case: 'sensitive',
  unicode: 'bytes',
  fileAndFolder: false,
}
const windows: PathRules = { ...plain, forbidden: '<>:"\\|?*', reserved: ['con', 'nul', 'com1', '.part'], case: 'preserving' }
const macos: PathRules = { ...plain, forbidden: ':', case: 'preserving', unicode: 'nfc' }
const segment = fc
  .oneof(
    fc.stringMatching(/^[A-Za-z0-9%:.*?_ -]{1,12}$/),
    fc.constantFrom('con', 'CON.txt', '%43ON', '%25', '%3A', '%%3A', '100%', 'a%2Fb', '.part', '%2Epart', 'ünï', '日本'),
  )
  .filter(text => text !== '.' && text !== '..')
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map(parts => parts.join('/'))
const codeOf = (work: () => unknown) => {
  try {
    work()
  } catch (error) {
    return FairleadError.is(error) ? error.code : error
  }
  return undefined
}

describe('quoting a path for a store', () => {
  it('gives back the logical path, whatever the store forbids', () => {
    fc.assert(
      fc.property(
        path,
        fc.constantFrom(plain, windows, macos),
        (logical, rules) => unquotePath(quotePath(logical, rules), rules) === logical,
      ),
    )
  })
  it('gives two logical paths two stored paths', () => {
    fc.assert(
      fc.property(
        path,
        path,
        fc.constantFrom(plain, windows, macos),
        (a, b, rules) => a === b || quotePath(a, rules) !== quotePath(b, rules),
      ),
    )
  })
  it('keeps the forbidden characters and reserved names out of what is stored', () => {
    fc.assert(
      fc.property(path, logical => {
        const stored = quotePath(logical, windows)
        expect(stored).not.toMatch(/[<>:"\\|?*]/)
        for (const part of stored.split('/')) expect(['con', 'nul', 'com1']).not.toContain(part.split('.')[0]?.toLowerCase())
      }),
    )
  })
  it('leaves ordinary names as they are', () => {
    for (const name of ['a b', '100%', 'a%2Fb', '%zz', 'ünï/日本', '.hidden']) expect(quotePath(name, plain)).toBe(name)
  })
})

describe('normalising a path', () => {
  it.each([
    ['/a/b', 'a/b'],
    ['a/b/', 'a/b'],
    ['', ''],
    ['/', ''],
    ['a', 'a'],
    ['...', '...'],
  ])('reads %j as %j', (text, expected) => {
    expect(normalizePath(text)).toBe(expected)
  })
  it.each(['a//b', '//a', '..', 'a/../b', './a', 'a/.', 'a\0b', 'a/\ud800', '../../etc/passwd'])('refuses %j', text => {
    expect(codeOf(() => normalizePath(text))).toBe('path-invalid')
  })
})

describe('checking what a store has room for', () => {
  it('counts bytes, not characters', () => {
    expect(codeOf(() => checkPath('é'.repeat(127), plain))).toBeUndefined()
    expect(codeOf(() => checkPath('é'.repeat(128), plain))).toBe('path-invalid')
    expect(codeOf(() => checkPath(Array(41).fill('x'.repeat(100)).join('/'), plain))).toBe('path-invalid')
  })
  it('counts the quoted form', () => {
    expect(codeOf(() => checkPath(':'.repeat(90), windows))).toBe('path-invalid')
  })
  it('refuses two names that the store takes for one', () => {
    expect(codeOf(() => checkPaths(['Hero.png', 'hero.PNG'], windows))).toBe('path-invalid')
    expect(codeOf(() => checkPaths(['Hero.png', 'hero.PNG'], plain))).toBeUndefined()
    expect(codeOf(() => checkPaths(['e\u0301.png', '\u00e9.png'], macos))).toBe('path-invalid')
    expect(codeOf(() => checkPaths(['e\u0301.png', '\u00e9.png'], plain))).toBeUndefined()
  })
  it('refuses a file that would also be a folder, unless the store can have both', () => {
    expect(codeOf(() => checkPaths(['a/b/c', 'a/b'], plain))).toBe('path-invalid')
    expect(codeOf(() => checkPaths(['a/b/c', 'a/b'], { ...plain, fileAndFolder: true }))).toBeUndefined()
    expect(codeOf(() => checkPaths(['a/b/c', 'a/bc'], plain))).toBeUndefined()
  })
  it('folds alike what differs only in case', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        text => foldPath(text.toLowerCase(), macos) === foldPath(foldPath(text.toLowerCase(), macos), macos),
      ),
    )
  })
})

describe('the root of a connection', () => {
  it('is a folder, whatever slashes stand at its ends', () => {
    expect(['', '/', 'a', '//a/b/'].map(rootFolder)).toEqual(['', '', 'a', 'a/b'])
  })
  it.each(['..', 'a/../../b', './a', 'a//b', 'a\0'])('can not be %j', prefix => {
    expect(() => rootFolder(prefix)).toThrow(expect.objectContaining({ code: 'config-invalid', hint: 'Write it as folder/subfolder.' }))
  })
})
