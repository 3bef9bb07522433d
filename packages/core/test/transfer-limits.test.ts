import { describe, expect, test } from 'vitest'
import { bandwidthOf, concurrencyOf } from '../src/host/application/transfer-limits.ts'

describe('the bounds of transfers', () => {
  test.each([
    ['10MiB/s', 10 * 1024 ** 2],
    ['10M', 10 * 1024 ** 2],
    ['500k', 500 * 1024],
    ['5MB', 5_000_000],
    ['5 MB/s', 5_000_000],
    ['1048576', 1_048_576],
    ['1.5G', 1.5 * 1024 ** 3],
    ['off', undefined],
  ])('read %s as bytes a second', (text, expected) => {
    expect(bandwidthOf({}, text)).toBe(expected)
    expect(bandwidthOf({ FAIRLEAD_BANDWIDTH: text }, undefined)).toBe(expected)
  })

  test.each(['fast', '0', '-1', '10 Mbit', ''])('refuse the rate %j, naming where it stands', text => {
    expect(() => bandwidthOf({}, text)).toThrow(
      expect.objectContaining({ code: 'input-invalid', hint: expect.stringContaining('10MiB/s') }),
    )
    if (text !== '')
      expect(() => bandwidthOf({ FAIRLEAD_BANDWIDTH: text }, undefined)).toThrow(
        expect.objectContaining({ code: 'config-invalid', message: expect.stringContaining('FAIRLEAD_BANDWIDTH') }),
      )
  })

  test('take what is given before the environment, and nothing where neither says', () => {
    expect(bandwidthOf({ FAIRLEAD_BANDWIDTH: '1M' }, '2M')).toBe(2 * 1024 ** 2)
    expect(bandwidthOf({ FAIRLEAD_BANDWIDTH: '' }, undefined)).toBeUndefined()
    expect(concurrencyOf({ FAIRLEAD_CONCURRENCY: '8' }, 4)).toBe(4)
    expect(concurrencyOf({ FAIRLEAD_CONCURRENCY: '8' }, undefined)).toBe(8)
    expect(concurrencyOf({}, undefined)).toBeUndefined()
  })

  test.each(['0', '257', '1.5', 'many'])('refuse the concurrency %s', text => {
    expect(() => concurrencyOf({ FAIRLEAD_CONCURRENCY: text }, undefined)).toThrow(expect.objectContaining({ code: 'config-invalid' }))
    expect(() => concurrencyOf({}, Number(text))).toThrow(expect.objectContaining({ code: 'input-invalid' }))
  })
})
