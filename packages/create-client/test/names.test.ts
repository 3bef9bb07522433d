import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  checkDirectory,
  checkPackageName,
  checkScheme,
  checkTitle,
  classOf,
  exportOf,
  schemeOf,
  titleOf,
  variableOf,
} from '../src/names.ts'

/** What a shell takes for something else than a part of a word. */
const metacharacters = /[\s'"`$&|;<>()[\]{}*?!#~\\%^,]/

describe('the name of a package', () => {
  test.each(['fairlead-client-acme', '@me/fairlead-client-acme', '@fairlead/client-acme', 'a', 'a.b_c-d', '0a'])('may be %s', name => {
    expect(checkPackageName(name)).toBe(name)
  })

  test.each([
    ['', 'empty'],
    ['Acme', 'lower-case'],
    ['.acme', 'must not start with'],
    ['_acme', 'must not start with'],
    ['-acme', 'an option'],
    ['@me/-acme', 'an option'],
    ['@me/', 'must not start with'],
    ['me/acme', 'must not start with'],
    ['a'.repeat(215), '214'],
    ['node_modules', 'something else'],
    ['fs', 'something else'],
    ['acme;rm -rf', 'can contain letters'],
    ['$(acme)', 'can contain letters'],
    ['../acme', 'must not start with'],
    ['größe', 'can contain letters'],
  ])('may not be "%s"', (name, why) => {
    expect(() => checkPackageName(name)).toThrow(why)
  })

  test('never holds what a shell or a path would take for something else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), name => {
        try {
          expect(checkPackageName(name)).not.toMatch(metacharacters)
          expect(name.split('/')).not.toContain('..')
        } catch (cause) {
          if (cause instanceof Error && 'hint' in cause) return
          throw cause
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('the name of a client', () => {
  test.each(['a', 'acme', 'acme-store', 'b2', 'a'.repeat(32)])('may be %s', scheme => {
    expect(checkScheme(scheme)).toBe(scheme)
  })

  test.each([
    ['Acme', 'lower-case'],
    ['2b', 'starting with a letter'],
    ['acme-', 'single "-"'],
    ['a--b', 'single "-"'],
    ['a'.repeat(33), 'at most 32'],
    ['', 'not a valid client name'],
    ['acme`id`', 'not a valid client name'],
    ['s3', 'already'],
    ['local', 'something else'],
    ['disk', 'something else'],
    ['registry', 'something else'],
    ['https', 'something else'],
  ])('may not be "%s"', (scheme, why) => {
    expect(() => checkScheme(scheme)).toThrow(why)
  })

  test('comes from that of the package or the folder', () => {
    expect(
      ['fairlead-client-acme', '@me/fairlead-client-acme', '@fairlead/client-acme', 'Acme Store', 'client', '2nd'].map(schemeOf),
    ).toEqual(['acme', 'acme', 'acme', 'acme-store', 'client', 'nd'])
  })

  test('is written in code as a class, a value and a variable', () => {
    expect([titleOf('acme-store'), classOf('acme-store'), exportOf('acme-store'), variableOf('acme-store')]).toEqual([
      'Acme Store',
      'AcmeStore',
      'acmeStore',
      'ACME_STORE',
    ])
  })

  test('is never that of the class which every connection extends', () => {
    expect(classOf('api')).toBe('ApiClient')
  })

  test.each(['class', 'default', 'manifest', 'test', 'server', 'await'])(
    'that means something else in code gets a word behind it: %s',
    word => {
      expect(exportOf(word)).toBe(`${word}Client`)
    },
  )
})

test('a title needs no quoting in code, Markdown or YAML', () => {
  expect(['Acme', 'Größe 3.0', 'A+B'].map(checkTitle)).toHaveLength(3)
  for (const title of ["it's", 'a`b', '${x}', 'a\nb', '<b>', 'a: b', '', ' a', '-->'])
    expect(() => checkTitle(title)).toThrow('is not a valid title')
})

test('a folder may be called anything that can be shown', () => {
  expect(checkDirectory('my folder; $(x)')).toBe('my folder; $(x)')
  for (const folder of ['', 'a\nb', '\u001b[2J', 'a\u009bJ', 'a\u202eb'])
    expect(() => checkDirectory(folder)).toThrow('not a valid folder name')
})
