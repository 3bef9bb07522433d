import { describe, expect, it } from 'vitest'
import { compareStates, compareTimes } from '../../src/host/transfer/compare.ts'

const md5 = (value: string) => ({ checksums: [{ algorithm: 'md5', value, scope: 'object' } as const] })

describe('what is known without asking', () => {
  it('differs in size, whatever the times say', () => {
    expect(compareStates({ size: 1, contentMs: 5 }, { size: 2, contentMs: 5 }, 'auto')).toBe('size')
    expect(compareStates({ size: 1 }, { size: 2 }, 'size')).toBe('size')
  })

  it('is the same with one size and one time of the content', () => {
    expect(compareStates({ size: 1, contentMs: 5000.25 }, { size: 1, contentMs: 5000 }, 'auto')).toBe('same')
  })

  it('is a question where times differ, until a checksum that both know answers it', () => {
    expect(compareStates({ size: 1, contentMs: 5001 }, { size: 1, contentMs: 9999 }, 'auto')).toBe('ask')
    expect(compareStates({ size: 1, contentMs: 5001, ...md5('a') }, { size: 1, contentMs: 9999, ...md5('a') }, 'auto')).toBe('same')
    expect(compareStates({ size: 1, contentMs: 5001, ...md5('a') }, { size: 1, contentMs: 9999, ...md5('b') }, 'auto')).toBe('checksum')
  })

  it('takes no time for an answer where checksums are wanted', () => {
    expect(compareStates({ size: 1, contentMs: 5 }, { size: 1, contentMs: 5 }, 'checksum')).toBe('ask')
  })

  it('never takes a hash over parts for one over the object', () => {
    const parts = { checksums: [{ algorithm: 'md5', value: 'a', scope: 'parts' } as const] }
    expect(compareStates({ size: 1, ...parts }, { size: 1, ...parts }, 'checksum')).toBe('ask')
  })

  it('is a question where a size is not known', () => {
    expect(compareStates({ size: 1 }, {}, 'auto')).toBe('ask')
    expect(compareStates({ size: 1 }, {}, 'size')).toBe('unknown')
  })
})

describe('what is left when nothing more can be found out', () => {
  it('is the same when DEST was stored after SOURCE last changed', () => {
    expect(compareTimes({ contentMs: 1000 }, { storedMs: 2000 })).toBe('same')
    expect(compareTimes({ contentMs: 3500 }, { storedMs: 2000 })).toBe('modified')
  })

  it('is unknown without times', () => {
    expect(compareTimes({}, { storedMs: 1 })).toBe('unknown')
    expect(compareTimes({ contentMs: 1 }, {})).toBe('unknown')
  })
})

describe('where a checksum was wanted and none is known', () => {
  it('only what was written from this very state is the same', () => {
    expect(compareTimes({ contentMs: 1000 }, { contentMs: 1000 }, 'checksum')).toBe('unknown')
    expect(compareTimes({ contentMs: 1000 }, { contentMs: 1000, remembered: true }, 'checksum')).toBe('same')
    expect(compareTimes({ contentMs: 9000 }, { contentMs: 1000, remembered: true }, 'checksum')).toBe('modified')
  })
})

describe('two times', () => {
  it.each([
    [1_700_000_000_123.456, 1_700_000_000_123, true],
    [1_700_000_000_123.9, 1_700_000_000_122, true],
    [1_700_000_000_000, 1_700_000_000_999, true],
    [1_700_000_000_999, 1_700_000_000_000, true],
    [1_700_000_001_000, 1_700_000_000_900, false],
    [1_700_000_000_000, 1_700_000_001_000, false],
    [1_700_000_000_100, 1_700_000_000_200, false],
  ])('%d and %d are one: %s', (a, b, same) => {
    const verdict = same ? 'same' : 'modified'
    expect(compareTimes({ contentMs: a }, { contentMs: b })).toBe(verdict)
    expect(compareTimes({ contentMs: b }, { contentMs: a })).toBe(verdict)
  })
})
