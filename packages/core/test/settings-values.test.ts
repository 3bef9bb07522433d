import fc from 'fast-check'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { secret, type OptionSpec } from '../src/contract/options.ts'
import { formatSetting, isSecret, parseSetting, type SettingInput } from '../src/host/settings/settings-values.ts'
import { formatBytes, formatSeconds, parseBytes, parseSeconds } from '../src/host/settings/units.ts'

const help = 'What it is for.'
const parse = (option: OptionSpec, input: SettingInput) =>
  parseSetting(option, input, { connection: 'archive', name: 'it' }, { HOME: '/home/me' })
const refused = (what: string) => expect.objectContaining({ code: 'config-invalid', message: expect.stringContaining(what) })

describe('a setting of type', () => {
  test('string is taken as it is, and must be one of its choices where it has some', () => {
    expect(parse({ type: 'string', help }, ' a b ')).toBe(' a b ')
    expect(parse({ type: 'string', help }, '')).toBe('')
    expect(() => parse({ type: 'string', help, required: true }, '')).toThrow(refused('empty'))
    expect(parse({ type: 'string', help, choices: ['v2', 'v3'] }, 'v3')).toBe('v3')
    expect(() => parse({ type: 'string', help, choices: ['v2', 'v3'] }, 'v4')).toThrow(refused('"v4" is none of v2, v3'))
  })

  test('secret becomes a secret, from text or as one', () => {
    for (const given of ['hunter2', secret('hunter2')]) {
      const value = parse({ type: 'secret', help }, given)
      expect(isSecret(value) && value.reveal()).toBe('hunter2')
      expect(String(value)).toBe('[secret]')
    }
    expect(() => parse({ type: 'secret', help }, '')).toThrow(refused('empty'))
  })

  test('path becomes absolute, from the home folder or the current one', () => {
    expect(parse({ type: 'path', help }, '~/data')).toBe('/home/me/data')
    expect(parse({ type: 'path', help }, '~')).toBe('/home/me')
    expect(parse({ type: 'path', help }, 'data/../other')).toBe(resolve('other'))
    expect(parse({ type: 'path', help }, '/a/b/')).toBe('/a/b')
    expect(parse({ type: 'path', help }, '~other/x')).toBe(join(process.cwd(), '~other/x'))
    expect(() => parse({ type: 'path', help }, '')).toThrow(refused('empty'))
  })

  test('url is an address without a password, which is not shown when it is refused', () => {
    expect(parse({ type: 'url', help }, 'https://example.org:9000/x')).toEqual(new URL('https://example.org:9000/x'))
    expect(() => parse({ type: 'url', help }, 'example')).toThrow(refused('not an address'))
    expect(() => parse({ type: 'url', help }, 'https://me:hunter2@example.org')).toThrow(refused("can't contain a user name or password"))
    expect(() => parse({ type: 'url', help }, 'https://me:hunter2@example.org')).not.toThrow(/hunter2/)
  })

  test('integer is a whole number within its limits', () => {
    expect(parse({ type: 'integer', help }, '42')).toBe(42)
    expect(parse({ type: 'integer', help }, 42)).toBe(42)
    for (const text of ['4.2', '4e2', '0x10', 'four', '99999999999999999', ''])
      expect(() => parse({ type: 'integer', help }, text)).toThrow(refused(''))
    expect(() => parse({ type: 'integer', help, min: 1 }, 0)).toThrow(refused('less than 1'))
    expect(() => parse({ type: 'integer', help, max: 9 }, 10)).toThrow(refused('more than 9'))
  })

  test('boolean takes the usual words', () => {
    for (const text of ['true', 'Yes', 'on', '1']) expect(parse({ type: 'boolean', help }, text)).toBe(true)
    for (const text of ['false', 'NO', 'off', '0']) expect(parse({ type: 'boolean', help }, text)).toBe(false)
    expect(() => parse({ type: 'boolean', help }, 'maybe')).toThrow(refused('neither'))
  })

  test('bytes and seconds take units', () => {
    expect(parse({ type: 'bytes', help }, '8MiB')).toBe(8 * 1024 * 1024)
    expect(parse({ type: 'seconds', help }, '15m')).toBe(900)
    expect(() => parse({ type: 'bytes', help }, '8M')).toThrow(refused('not a number of bytes'))
    expect(() => parse({ type: 'seconds', help }, 'soon')).toThrow(refused('not a time'))
  })
})

test('an error names the connection, the setting, where its value came from, and the ways to set it', () => {
  const place = { connection: 'my-archive', name: 'part-size', from: 'the environment (X)' }
  expect(() => parseSetting({ type: 'bytes', help }, 'x', place, {})).toThrow(
    expect.objectContaining({
      connection: 'my-archive',
      message: expect.stringMatching(/"part-size" of connection "my-archive" from the environment \(X\)/),
      hint: expect.stringMatching(/What it is for\..*fairlead client set my-archive part-size=VALUE.*FAIRLEAD_MY_ARCHIVE_PART_SIZE/),
    }),
  )
})

test('what a value is stored as gives the same value again', () => {
  const cases = fc.oneof(
    fc.tuple(fc.constant<OptionSpec>({ type: 'string', help }), fc.string({ unit: 'binary' })),
    fc.tuple(fc.constant<OptionSpec>({ type: 'integer', help }), fc.maxSafeInteger()),
    fc.tuple(fc.constant<OptionSpec>({ type: 'bytes', help }), fc.maxSafeNat()),
    fc.tuple(fc.constant<OptionSpec>({ type: 'seconds', help }), fc.integer({ min: 0, max: 1e12 })),
    fc.tuple(fc.constant<OptionSpec>({ type: 'boolean', help }), fc.boolean()),
    fc.tuple(fc.constant<OptionSpec>({ type: 'url', help }), fc.webUrl()),
  )
  fc.assert(
    fc.property(cases, ([option, input]) => {
      const value = parse(option, input)
      expect(isSecret(value)).toBe(false)
      if (!isSecret(value)) expect(parse(option, formatSetting(value))).toEqual(value)
    }),
  )
})

describe('units', () => {
  test.each([
    ['0', 0],
    ['512', 512],
    ['1kB', 1000],
    ['1 KiB', 1024],
    ['1.5GiB', 1.5 * 1024 ** 3],
    ['2tb', 2e12],
    ['1.5', undefined],
    ['-1', undefined],
    ['1XB', undefined],
    ['', undefined],
    ['9999999999TiB', undefined],
  ])('%j is %j bytes', (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes)
  })

  test.each([
    ['90', 90],
    ['15m', 900],
    ['1h', 3600],
    ['1h30m', 5400],
    ['2d', 172_800],
    ['1d2h3m4s', 93_784],
    ['30m1h', undefined],
    ['1.5h', undefined],
    ['', undefined],
    ['h', undefined],
  ])('%j is %j seconds', (text, seconds) => {
    expect(parseSeconds(text)).toBe(seconds)
  })

  test('are written for people', () => {
    expect([0, 1023, 1024, 8 * 1024 ** 2].map(formatBytes)).toEqual(['0 B', '1023 B', '1.0 KiB', '8.0 MiB'])
    expect([0.2, 12, 200, 3900].map(formatSeconds)).toEqual(['0s', '12s', '3m 20s', '1h 05m'])
  })
})
