import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { combineCrc32 } from '../../src/host/objects/crc-combine.ts'

describe('the checksum of a body of two pieces', () => {
  test('follows from the checksums of both', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (first, second) => {
        const whole = crc32(Buffer.concat([first, second]))
        expect(combineCrc32(crc32(first), crc32(second), second.byteLength)).toBe(whole)
      }),
    )
  })

  test('follows for pieces of more than 4 GiB', () => {
    const zeros = Buffer.alloc(64 * 1024 * 1024)
    let whole = crc32('head')
    let second = 0
    for (let count = 0; count < 65; count++) {
      whole = crc32(zeros, whole)
      second = crc32(zeros, second)
    }
    expect(combineCrc32(crc32('head'), second, 65 * zeros.byteLength)).toBe(whole)
  })
})
