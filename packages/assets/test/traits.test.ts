import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { builtinTraits, bytesReader, measureTraits, traitFile, type TraitFunction } from '@fairlead/assets'
import { describe, expect, test } from 'vitest'

const png = readFileSync(fileURLToPath(new URL('images/rgba.png', import.meta.url)))

describe('measureTraits', () => {
  test('measures the built-in traits', () => {
    const file = traitFile('a.png', {}, bytesReader(png))
    expect(measureTraits(builtinTraits, file)).toEqual({ traits: { width: 7, height: 5, channels: 4, size: png.length }, errors: {} })
  })

  test('reads the header once for all of them', () => {
    let reads = 0
    const reader = bytesReader(png)
    const counted = { size: reader.size, read: (offset: number, length: number) => (reads++, reader.read(offset, length)) }
    measureTraits(builtinTraits, traitFile('a.png', {}, counted))
    expect(reads).toBe(1)
  })

  test('names the reason for each trait that cannot be measured and measures the others', () => {
    const result = measureTraits(builtinTraits, traitFile('a.png', {}, bytesReader(png.subarray(0, 10))))
    const message = 'The file is cut short: its header needs 4 bytes at 12, the file has 10.'
    expect(result).toEqual({ traits: { size: 10 }, errors: { width: message, height: message, channels: message } })
  })

  test('takes functions of ones own, and what they throw or give that cannot be stored is an error of that trait', () => {
    const registry: Record<string, TraitFunction> = {
      area: file => file.image().width * file.image().height,
      shape: file => [file.image().width, file.image().height],
      take: file => file.values.frame,
      absent: () => undefined,
      broken: () => {
        throw new RangeError('no such band')
      },
      infinite: () => Number.POSITIVE_INFINITY,
    }
    const { traits, errors } = measureTraits(registry, traitFile('a.png', { frame: 3 }, bytesReader(png)))
    expect(traits).toEqual({ area: 35, shape: [7, 5], take: 3 })
    expect(Object.keys(errors)).toEqual(['broken', 'infinite'])
    expect(errors['broken']).toBe('RangeError: no such band')
  })
})
