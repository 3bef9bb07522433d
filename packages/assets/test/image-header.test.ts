import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { FairleadError } from '@fairlead/core'
import { bytesReader, readImageHeader, type HeaderReader, type ImageHeader } from '@fairlead/assets'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

function image(name: string): Buffer {
  return readFileSync(fileURLToPath(new URL(`images/${name}`, import.meta.url)))
}

const files: readonly (readonly [string, ImageHeader['format'], number])[] = [
  ['rgb.png', 'png', 3],
  ['rgba.png', 'png', 4],
  ['grey.png', 'png', 1],
  ['grey-16-bit.png', 'png', 1],
  ['grey-alpha.png', 'png', 2],
  ['palette.png', 'png', 3],
  ['palette-transparent.png', 'png', 4],
  ['baseline.jpg', 'jpeg', 3],
  ['progressive.jpg', 'jpeg', 3],
  ['grey.jpg', 'jpeg', 1],
  ['cmyk.jpg', 'jpeg', 4],
  ['exif-thumbnail.jpg', 'jpeg', 3],
  ['rgb-little-endian.tif', 'tiff', 3],
  ['rgb-big-endian.tif', 'tiff', 3],
  ['grey.tif', 'tiff', 1],
  ['cmyk.tif', 'tiff', 4],
  ['rgba-big-tiff-little-endian.tif', 'tiff', 4],
  ['rgb-big-tiff-big-endian.tif', 'tiff', 3],
]

/** Reads or fails as it should: nothing but a FairleadError may come out. */
function outcome(reader: HeaderReader): ImageHeader | FairleadError {
  try {
    return readImageHeader(reader)
  } catch (error) {
    if (FairleadError.is(error, 'input-invalid')) return error
    throw error
  }
}

/** A reader that notes what is read of it. */
function countingReader(size: number, fill: (offset: number, length: number) => Uint8Array) {
  const counts = { reads: 0, bytes: 0 }
  const reader: HeaderReader = {
    size,
    read(offset, length) {
      const bytes = fill(offset, length)
      counts.reads++
      counts.bytes += bytes.length
      return bytes
    },
  }
  return { reader, counts }
}

describe('size and channels are read from the header of', () => {
  test.each(files)('%s', (name, format, channels) => {
    expect(readImageHeader(bytesReader(image(name)))).toMatchObject({ format, width: 7, height: 5, channels })
  })

  test.each([0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf])('a JPEG of the process SOF %i', marker => {
    const table = [0xff, 0xc4, 0, 4, 1, 2, 0xff, 0xc8, 0, 2, 0xff, 0xcc, 0, 2]
    const frame = [0xff, 0xff, marker, 0, 17, 8, 0, 5, 0, 7, 3, 1, 17, 0, 2, 17, 0, 3, 17, 0]
    const header = readImageHeader(bytesReader(Uint8Array.from([0xff, 0xd8, ...table, ...frame])))
    expect(header).toMatchObject({ format: 'jpeg', width: 7, height: 5, channels: 3, bitDepth: 8, colorSpace: 'ycbcr' })
  })

  test('a file whose extension lies, since the bytes decide', () => {
    expect(readImageHeader(bytesReader(image('grey.jpg'))).format).toBe('jpeg')
  })
})

describe('a bad header', () => {
  test.each([
    ['no bytes', Buffer.alloc(0), 'The file is empty.'],
    ['text', Buffer.from('hello'), 'The file is not a PNG, JPEG, TIFF, WebP, GIF, AVIF, HEIF, OpenEXR, DPX or PSD image.'],
    ['a signature alone', image('rgb.png').subarray(0, 8), 'The file is cut short: its header needs 4 bytes at 12, the file has 8.'],
    [
      'a JPEG of segments without length',
      Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0]),
      'The JPEG segment at byte 2 has the impossible length 0.',
    ],
    ['a JPEG without a frame header', Buffer.from([0xff, 0xd8, 0xff, 0xd9]), 'The JPEG has no frame header before byte 2.'],
  ])('of %s is told in words', (_what, bytes, message) => {
    expect(outcome(bytesReader(bytes))).toMatchObject({ code: 'input-invalid', message })
  })

  test.each(files)('of %s cut anywhere never gives a wrong size', name => {
    const bytes = image(name)
    for (let length = 0; length < bytes.length; length++) {
      const result = outcome(bytesReader(bytes.subarray(0, length)))
      if (!FairleadError.is(result)) expect(result).toMatchObject({ width: 7, height: 5 })
    }
  })

  test.each(files)('of %s with bytes overwritten gives a header or an error', name => {
    const bytes = image(name)
    const edits = fc.array(fc.tuple(fc.nat(Math.min(bytes.length - 1, 400)), fc.nat(255)), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(edits, changes => {
        const copy = Uint8Array.from(bytes)
        for (const [at, byte] of changes) copy[at] = byte
        const result = outcome(bytesReader(copy))
        if (!FairleadError.is(result)) expect(Math.min(result.width, result.height, result.channels)).toBeGreaterThan(0)
      }),
    )
  })

  test('of random bytes behind any signature gives a header or an error', () => {
    const signatures = fc.constantFrom(
      [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
      [0xff, 0xd8, 0xff],
      [0x49, 0x49, 42, 0],
      [0x4d, 0x4d, 0, 43, 0, 8, 0, 0],
    )
    fc.assert(
      fc.property(signatures, fc.uint8Array({ maxLength: 300 }), (signature, rest) => {
        outcome(bytesReader(Uint8Array.from([...signature, ...rest])))
      }),
      { numRuns: 2000 },
    )
  })

  test('that never ends is given up after bounded reads of a file of a terabyte', () => {
    const segment = Uint8Array.from([0xff, 0xe1, 0xff, 0xff])
    const { reader, counts } = countingReader(1e12, (offset, length) => {
      const bytes = new Uint8Array(length)
      if (offset === 0) bytes.set([0xff, 0xd8], 0)
      bytes.set(segment, offset === 0 ? 2 : 0)
      return bytes
    })
    expect(outcome(reader)).toMatchObject({ code: 'input-invalid' })
    expect(counts.reads).toBeLessThanOrEqual(2048)
  })

  test('of a file that shrank after it was measured is told', () => {
    const { reader } = countingReader(1000, () => new Uint8Array(0))
    expect(outcome(reader)).toMatchObject({ message: 'The file became shorter while its header was read.' })
  })
})

test.each(files)('one read of at most 8 KiB is enough for %s', name => {
  const bytes = image(name)
  const { reader, counts } = countingReader(bytes.length, (offset, length) => bytes.subarray(offset, offset + length))
  readImageHeader(reader)
  expect(counts.reads).toBe(1)
  expect(counts.bytes).toBeLessThanOrEqual(8192)
})
