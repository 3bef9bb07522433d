import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  builtinTraits,
  bytesReader,
  defineTrait,
  measureTraits,
  traitFile,
  type Trait,
  type TraitFunction,
  type TraitRegistry,
} from '@fairlead/assets'
import { describe, expect, test } from 'vitest'

const png = readFileSync(fileURLToPath(new URL('images/rgba.png', import.meta.url)))

function trait(measure: TraitFunction, timeoutMs?: number): Trait {
  return defineTrait({ type: 'json', description: 'A test.', measure, ...(timeoutMs !== undefined && { timeoutMs }) })
}

function file(bytes: Uint8Array = png, name = 'a.png') {
  return traitFile(`folder/${name}`, {}, bytesReader(bytes), 0)
}

describe('measureTraits', () => {
  test('measures built-in traits', () => {
    const { width, height, channels, size, modified, media_type } = builtinTraits
    expect(measureTraits({ width, height, channels, size, modified, media_type }, file())).toEqual({
      traits: { width: 7, height: 5, channels: 4, size: png.length, modified: '1970-01-01T00:00:00.000Z', media_type: 'image/png' },
      errors: {},
    })
  })

  test('reads the header once for all of them', () => {
    let reads = 0
    const reader = bytesReader(png)
    const counted = { size: reader.size, read: (offset: number, length: number) => (reads++, reader.read(offset, length)) }
    const { width, height, channels, bit_depth, color_space, format, orientation, size } = builtinTraits
    void measureTraits({ width, height, channels, bit_depth, color_space, format, orientation, size }, traitFile('a.png', {}, counted))
    expect(reads).toBe(1)
  })

  test('names the reason for each trait that cannot be measured and measures the others', () => {
    const { width, height, size } = builtinTraits
    const result = measureTraits({ width, height, size }, file(png.subarray(0, 10)))
    const message = 'The file is cut short: its header needs 4 bytes at 12, the file has 10.'
    expect(result).toEqual({ traits: { size: 10 }, errors: { width: message, height: message } })
  })

  test('takes functions of ones own, and what they throw or give that cannot be stored is an error of that trait', () => {
    const registry: TraitRegistry = {
      area: trait(one => one.image().width * one.image().height),
      shape: trait(one => [one.image().width, one.image().height]),
      absent: trait(() => undefined),
      broken: trait(() => {
        throw new RangeError('no such band')
      }),
      infinite: trait(() => Number.POSITIVE_INFINITY),
    }
    expect(measureTraits(registry, file())).toEqual({
      traits: { area: 35, shape: [7, 5] },
      errors: {
        broken: 'RangeError: no such band',
        infinite: 'It must be text, a finite number, a truth value or a list of these, but is Infinity.',
      },
      isTransient: true,
    })
  })

  test('refuses what is not of the declared type', () => {
    const count = defineTrait({ type: 'integer', description: 'A test.', measure: () => 1.5 })
    expect(measureTraits({ count }, file())).toEqual({ traits: {}, errors: { count: 'It must be a whole number, but is 1.5.' } })
  })

  test('waits for functions that give promises, and keeps the order of the traits', async () => {
    const registry: TraitRegistry = {
      late: trait(() => new Promise(resolve => setTimeout(resolve, 1, 'late'))),
      size: builtinTraits.size,
      rejected: trait(() => Promise.reject(new TypeError('no answer'))),
      soon: trait(() => Promise.resolve(1)),
    }
    const measured = measureTraits(registry, file())
    expect(measured).toBeInstanceOf(Promise)
    const { traits, errors, isTransient } = await measured
    expect(Object.entries(traits)).toEqual([
      ['late', 'late'],
      ['size', png.length],
      ['soon', 1],
    ])
    expect(errors).toEqual({ rejected: 'TypeError: no answer' })
    expect(isTransient).toBe(true)
  })

  test('gives up a promise that is never kept', async () => {
    const never = trait(() => new Promise(() => undefined), 5)
    expect(await measureTraits({ never, size: builtinTraits.size }, file())).toMatchObject({
      traits: { size: png.length },
      errors: { never: 'It returned no value within 0.005 s.' },
    })
  })

  test('what functions work out together is worked out once, and a failure too', () => {
    let calls = 0
    const sum = () => ++calls
    const fail = () => {
      calls++
      throw new Error('never again')
    }
    const registry = {
      a: trait(one => one.once(sum)),
      b: trait(one => one.once(sum)),
      c: trait(one => one.once(fail)),
      d: trait(one => one.once(fail)),
    }
    expect(measureTraits(registry, file())).toMatchObject({ traits: { a: 1, b: 1 } })
    expect(calls).toBe(2)
  })
})

test('the SHA-256 of a file that is longer than a slice is that of all its bytes', async () => {
  const bytes = Buffer.alloc(40 * 1024 * 1024, 'fairlead')
  const { traits } = await measureTraits({ sha256: builtinTraits.sha256 }, file(bytes))
  expect(traits['sha256']).toBe(createHash('sha256').update(bytes).digest('hex'))
})
