import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { builtinTraits, bytesReader, measureTraits, readImageHeader, traitFile, type TraitRegistry } from '@fairlead/assets'
import { FairleadError } from '@fairlead/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const folder = fileURLToPath(new URL('files/', import.meta.url))

function expected(name: string): readonly (readonly [string, Readonly<Record<string, unknown>>])[] {
  const all: Record<string, Record<string, unknown>> = JSON.parse(readFileSync(`${folder}${name}`, 'utf8'))
  return Object.entries(all).map(([file, { tool: _tool, ...values }]) => [file, values] as const)
}

function bytesOf(name: string): Buffer {
  return readFileSync(`${folder}${name}`)
}

const images = expected('images.json')
const media = expected('media.json')
const tables = expected('tables.json')

/** How often bytes are changed at random: media files take longer. */
const runs = { images: 150, media: 4 }

/** Changes some bytes, or cuts a file short. */
function damaged(bytes: Buffer): fc.Arbitrary<Uint8Array> {
  const change = fc.tuple(fc.nat(Math.min(bytes.length - 1, 2000)), fc.nat(255))
  return fc.tuple(fc.array(change, { maxLength: 8 }), fc.nat(bytes.length)).map(([changes, end]) => {
    const copy = Uint8Array.from(bytes)
    for (const [at, byte] of changes) copy[at] = byte
    return changes.length % 2 === 0 ? copy : copy.subarray(0, end)
  })
}

async function measure(name: string, traits: readonly (keyof typeof builtinTraits)[], bytes: Uint8Array = bytesOf(name)) {
  const registry: TraitRegistry = Object.fromEntries(traits.map(trait => [trait, builtinTraits[trait]]))
  return measureTraits(registry, traitFile(name, {}, bytesReader(bytes)))
}

describe('image headers', () => {
  test.each(images)('of %s are read as an independent program reads them', (name, values) => {
    expect(readImageHeader(bytesReader(bytesOf(name)))).toMatchObject(values)
  })

  test.each(images)('of %s, damaged, give a header or say what is wrong with the file, after few reads', name => {
    fc.assert(
      fc.property(damaged(bytesOf(name)), bytes => {
        let reads = 0
        try {
          const header = readImageHeader({
            size: bytes.length,
            read: (offset, length) => (reads++, bytes.subarray(offset, offset + length)),
          })
          expect(Math.min(header.width, header.height, header.channels, header.bitDepth)).toBeGreaterThan(0)
          expect(header.orientation).toBeGreaterThanOrEqual(1)
          expect(header.orientation).toBeLessThanOrEqual(8)
        } catch (error) {
          if (!FairleadError.is(error, 'input-invalid')) throw error
        }
        expect(reads).toBeLessThanOrEqual(2048)
      }),
      { numRuns: runs.images },
    )
  })
})

describe('sound and film', () => {
  test.each(media)('%s is read as an independent program reads it', async (name, values) => {
    const { duration, frame_rate: frameRate, codec, sample_rate: sampleRate, ...exact } = values
    const { traits, errors } = await measure(name, [
      'duration', 'codec', 'frame_rate', 'sample_rate', 'tracks', 'width', 'height', 'channels',
    ]) // prettier-ignore
    expect(errors).toEqual({})
    expect(traits).toMatchObject(exact)
    expect(traits['duration']).toBeCloseTo(Number(duration), 2)
    if (frameRate !== undefined) expect(traits['frame_rate']).toBeCloseTo(Number(frameRate), 3)
    expect(String(codec).startsWith(String(traits['codec']))).toBe(true)
    // Opus always plays at 48 kHz; its header also tells the rate of what was encoded.
    if (sampleRate !== undefined && codec !== 'opus' && !name.endsWith('.webm')) expect(traits['sample_rate']).toBe(sampleRate)
  })

  test.each(media)('%s, damaged, gives traits or says what is wrong', async name => {
    await fc.assert(
      fc.asyncProperty(damaged(bytesOf(name)), async bytes => {
        const { isTransient } = await measure(name, ['duration', 'codec'], bytes)
        expect(isTransient).toBeUndefined()
      }),
      { numRuns: runs.media },
    )
  })

  test('an image or a text is none', async () => {
    const message = 'The file is not readable audio or video.'
    expect((await measure('8-bit.avif', ['codec'])).errors).toEqual({ codec: message })
    expect((await measure('a.mp4', ['codec', 'width'], Buffer.from('hello'))).errors['codec']).toBe(message)
  })
})

describe('tables', () => {
  test.each(tables)('%s has the rows and columns that an independent program finds', async (name, values) => {
    expect(await measure(name, ['rows', 'columns'])).toEqual({ traits: values, errors: {} })
  })

  test.each(tables)('%s, damaged, gives numbers or says what is wrong', async name => {
    await fc.assert(
      fc.asyncProperty(damaged(bytesOf(name)), async bytes => {
        const { isTransient } = await measure(name, ['rows', 'columns'], bytes)
        expect(isTransient).toBeUndefined()
      }),
      { numRuns: runs.images },
    )
  })
})

test('every file here has its expected values', () => {
  const known = new Set([...images, ...media, ...tables].map(([name]) => name))
  const files = readdirSync(folder).filter(name => !['images.json', 'media.json', 'tables.json'].includes(name))
  expect(files.filter(name => !known.has(name))).toEqual([])
})
