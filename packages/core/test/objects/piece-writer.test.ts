import { randomFillSync } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPieceWriter } from '../../src/host/objects/piece-writer.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-pieces-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const random = (bytes: number): Buffer => randomFillSync(Buffer.alloc(bytes))

describe('pieces of a body', () => {
  it('are in the file, in order and from their place on, however they come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 300_000 }), fc.boolean()), { maxLength: 20 }),
        fc.integer({ min: 0, max: 1000 }),
        async (sizes, from) => {
          const file = join(folder, 'body')
          const before = random(from)
          writeFileSync(file, before)
          const descriptor = openSync(file, 'r+')
          const writer = createPieceWriter(descriptor, from)
          const pieces = sizes.map(([size]) => random(size))
          for (const [index, piece] of pieces.entries()) {
            writer.add(piece)
            if (sizes[index]?.[1] === true) await turn()
          }
          await writer.settled()
          closeSync(descriptor)
          expect(readFileSync(file).equals(Buffer.concat([before, ...pieces]))).toBe(true)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('leave no hole while they are written, so that the length of the file tells how far it is', async () => {
    const file = join(folder, 'holes')
    const descriptor = openSync(file, 'w+')
    const writer = createPieceWriter(descriptor, 0)
    const body = random(8_000_000)
    for (let at = 0; at < body.byteLength; at += 100_000) {
      writer.add(body.subarray(at, at + 100_000))
      const there = readFileSync(file)
      expect(there.equals(body.subarray(0, there.byteLength))).toBe(true)
      if (at % 700_000 === 0) await turn()
    }
    await writer.settled()
    closeSync(descriptor)
    expect(readFileSync(file).equals(body)).toBe(true)
  })

  it('that can not be written are told, at the latest at the end', async () => {
    const file = join(folder, 'read-only')
    writeFileSync(file, '')
    const descriptor = openSync(file, 'r')
    const few = createPieceWriter(descriptor, 0)
    few.add(random(10))
    await expect(few.settled()).rejects.toMatchObject({ code: 'EBADF' })
    const many = createPieceWriter(descriptor, 0)
    many.add(random(1_000_000))
    await expect(many.settled()).rejects.toMatchObject({ code: 'EBADF' })
    expect(() => many.add(random(10))).toThrow('EBADF')
    closeSync(descriptor)
  })
})
