import { describe, expect, it } from 'vitest'
import { checkDeletions, parseMaxDelete } from '../../src/host/sync/guard.ts'

describe('without --max-delete', () => {
  it.each([
    [0, 0, true],
    [10, 12, true],
    [11, 12, false],
    [50, 100, true],
    [51, 100, false],
    [1000, 1_000_000, true],
    [1001, 1_000_000, false],
  ])('%d of %d objects may go: %s', (deleted, destination, allowed) => {
    const check = () => checkDeletions({ deleted, destination }, undefined)
    if (allowed) expect(check).not.toThrow()
    else expect(check).toThrow(`${deleted} of the ${destination} objects`)
  })
})

describe('--max-delete', () => {
  it('is a number of objects or a share', () => {
    expect(parseMaxDelete('250')).toEqual({ objects: 250 })
    expect(parseMaxDelete('20%')).toEqual({ percent: 20 })
    expect(parseMaxDelete('0')).toEqual({ objects: 0 })
  })

  it.each(['', '-1', '101%', '1.5', 'all', '%', '1e3'])('can not be "%s"', text => {
    expect(() => parseMaxDelete(text)).toThrow('not a deletion limit')
  })

  it('of nothing allows nothing', () => {
    expect(() => checkDeletions({ deleted: 1, destination: 100 }, { objects: 0 })).toThrow('at most 0')
  })
})
