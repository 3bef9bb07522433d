import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { noteRange, readRangeRecord } from '../../src/host/objects/range-record.ts'

const folder = mkdtempSync(join(tmpdir(), 'fairlead-ranges-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('believes what this start of the machine noted, or what the disk had, and nothing else', () => {
  const file = join(folder, 'one')
  expect(readRangeRecord(file).size).toBe(0)
  noteRange(file, { number: 3, crc32: 0xdeadbeef })
  appendFileSync(file, '\n4 0000002a -\n\n5 0000002a 00000000-0000-4000-8000-000000000000\n\n6 0000002a\n\n7 000000')
  expect([...readRangeRecord(file).values()]).toEqual([
    { number: 3, crc32: 0xdeadbeef },
    { number: 4, crc32: 42 },
  ])
})
