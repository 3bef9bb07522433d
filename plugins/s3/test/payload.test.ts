import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { bytesSource, type Source } from '@fairlead/core'
import { describe, expect, test } from 'vitest'
import { payloadOf, payloadOfBytes, type ChecksumSetting } from '../src/service/payload.ts'

const context = { signal: new AbortController().signal }
const body = new Uint8Array(33 * 1024 * 1024).map((_, index) => index % 253)
const settings: readonly ChecksumSetting[] = ['crc32', 'sha256', 'sha1', 'md5', 'none']

/** A source that comes in pieces and has no way to be had in one. */
function inPieces(bytes: Uint8Array, replayable = true): Source {
  return { size: bytes.byteLength, replayable, open: async range => await bytesSource(bytes).open(range) }
}

describe('what goes ahead of a body', () => {
  test.each(settings.flatMap(checksum => [true, false].map(secure => [checksum, secure] as const)))(
    'is the same for one in memory and one that is read twice: %s, TLS %s',
    async (checksum, secure) => {
      const big = await payloadOf(inPieces(body), checksum, secure, context)
      const { body: _held, ...whole } = payloadOfBytes(body, checksum, secure)
      expect(big).toMatchObject(whole)
      expect(big.body).not.toBeInstanceOf(Uint8Array)
    },
  )

  test('is the hash of the body over plain HTTP, and a CRC over TLS', () => {
    const bytes = Buffer.from('hello')
    expect(payloadOfBytes(bytes, 'crc32', false).payload).toBe(createHash('sha256').update(bytes).digest('hex'))
    const { payload, headers } = payloadOfBytes(bytes, 'crc32', true)
    expect(payload).toBe('UNSIGNED-PAYLOAD')
    const value = Buffer.alloc(4)
    value.writeUInt32BE(crc32(bytes))
    expect(headers).toEqual({ 'x-amz-checksum-crc32': value.toString('base64') })
  })

  test('holds a body that can be read but once in memory, whatever its size', async () => {
    expect((await payloadOf(inPieces(body, false), 'crc32', true, context)).body).toBeInstanceOf(Uint8Array)
  })

  test('refuses a body that is shorter than it said', async () => {
    const source = { ...inPieces(new Uint8Array(10)), size: 11 }
    await expect(payloadOf(source, 'crc32', true, context)).rejects.toMatchObject({ code: 'input-invalid' })
  })
})
