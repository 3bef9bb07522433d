import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { createDigester, digestBytes, objectChecksum } from '../../src/host/objects/digester.ts'

describe('checksums that nothing of the system computes', () => {
  // https://reveng.sourceforge.io/crc-catalogue/all.htm, and RFC 3720 appendix B.4
  test.each([
    ['crc64nvme', '123456789', 'ae8b14860a799888'],
    ['crc32c', '123456789', 'e3069283'],
    ['crc32c', '\0'.repeat(32), '8a9136aa'],
    ['crc64nvme', '', '0000000000000000'],
    ['crc32c', '', '00000000'],
  ] as const)('%s of %j is %s', (algorithm, text, expected) => {
    expect(digestBytes(algorithm, Buffer.from(text))).toBe(expected)
  })

  test.each(['crc32c', 'crc64nvme'] as const)('%s is the same however a body is cut', algorithm => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, at) => {
        const digester = createDigester(algorithm)
        digester.update(bytes.subarray(0, at))
        digester.update(bytes.subarray(at))
        expect(digester.digest()).toBe(digestBytes(algorithm, bytes))
      }),
    )
  })

  test('verify small bodies, and are left out where they would slow a big one down', () => {
    const checksums = [{ algorithm: 'crc64nvme', value: 'ae8b14860a799888', scope: 'object' }] as const
    expect(objectChecksum({ path: 'a', kind: 'object', size: 4096, checksums })?.algorithm).toBe('crc64nvme')
    expect(objectChecksum({ path: 'a', kind: 'object', size: 2 ** 30, checksums })).toBeUndefined()
    expect(objectChecksum({ path: 'a', kind: 'object', checksums })).toBeUndefined()
  })
})
