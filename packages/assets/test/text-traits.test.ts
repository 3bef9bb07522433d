import { builtinTraits, bytesReader, measureTraits, traitFile, type HeaderReader } from '@fairlead/assets'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const { lines, encoding, rows, columns } = builtinTraits

function text(bytes: Uint8Array) {
  return measureTraits({ encoding, lines }, traitFile('a.txt', {}, bytesReader(bytes)))
}

function utf16be(words: string): Buffer {
  return Buffer.from(`\ufeff${words}`, 'utf16le').swap16()
}

test.each([
  ['nothing', Buffer.alloc(0), 'ascii', 0],
  ['one line without an end', Buffer.from('a'), 'ascii', 1],
  ['LF, CRLF and CR', Buffer.from('a\nb\r\nc\rd'), 'ascii', 4],
  ['a last line with an end', Buffer.from('a\nb\n'), 'ascii', 2],
  ['UTF-8', Buffer.from('ä\nö\n'), 'utf-8', 2],
  ['UTF-8 with a mark', Buffer.from('\ufeffä\nö'), 'utf-8-bom', 2],
  ['a mark alone', Buffer.from('\ufeff'), 'utf-8-bom', 0],
  ['Latin-1', Buffer.from('ä\nö', 'latin1'), 'latin1', 2],
  ['UTF-8 that is cut short', Buffer.from('ä').subarray(0, 1), 'latin1', 1],
  ['UTF-16, little-endian', Buffer.from('\ufeffa\r\nਊ\nb', 'utf16le'), 'utf-16le', 3],
  ['UTF-16, big-endian', utf16be('a\r\nਊ\nb'), 'utf-16be', 3],
])('encoding and lines of %s', (_what, bytes, expectedEncoding, expectedLines) => {
  expect(text(bytes)).toEqual({ traits: { encoding: expectedEncoding, lines: expectedLines }, errors: {} })
})

test('a binary file has no lines', () => {
  const { traits, errors } = Object(text(Buffer.from([1, 2, 0, 10])))
  expect([traits, errors]).toEqual([{ encoding: 'binary' }, { lines: 'The file is binary and has no lines.' }])
})

/** Files as a disk gives them: in pieces that end anywhere. */
function inPieces(bytes: Uint8Array, most: number): HeaderReader {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + Math.min(length, offset === 0 ? length : most)) }
}

test('rows and columns of JSON are those of any parser, wherever pieces end', () => {
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), fc.integer({ min: 1, max: 9 }), (records, most) => {
      const bytes = Buffer.from(JSON.stringify(records))
      const measured = measureTraits({ rows, columns }, traitFile('a.json', {}, inPieces(bytes, most)))
      expect(measured).toEqual({
        traits: { rows: records.length, columns: new Set(records.flatMap(one => Object.keys(one))).size },
        errors: {},
      })
    }),
  )
})

test('what no parser takes is refused as JSON, and what one takes is not', () => {
  const pieces = fc.array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '"', '1', '-', 'true', 'null', 'x', '\\', ' '), {
    maxLength: 12,
  })
  fc.assert(
    fc.property(pieces, parts => {
      const source = `[${parts.join('')}]`
      const { errors } = Object(measureTraits({ rows }, traitFile('a.json', {}, bytesReader(Buffer.from(source)))))
      let isLegal = true
      try {
        JSON.parse(source)
      } catch {
        isLegal = false
      }
      if (isLegal) expect(errors).toEqual({})
      else if (!parts.includes(']') && !parts.includes('\\')) expect(errors.rows).toBeDefined()
    }),
    { numRuns: 2000 },
  )
})

test('a file that holds no table says so', () => {
  expect(measureTraits({ rows }, traitFile('a.txt', {}, bytesReader(Buffer.from('hello'))))).toEqual({
    traits: {},
    errors: { rows: 'The file is not Parquet, JSON, JSON Lines, CSV or TSV.' },
  })
})
