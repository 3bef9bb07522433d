import type { ByteRange } from '@fairlead/core'
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { hashFile } from '../../src/host/facts/file-hashes.ts'
import { createHashPool } from '../../src/host/facts/hash-pool.ts'
import { fileSource } from '../../src/host/objects/local-file.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { pattern, sha256 } from './harness.ts'

const big = 5 * 1024 * 1024

function fileOf(size: number): string {
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, pattern(size))
  return file
}

async function read(file: string, range?: ByteRange): Promise<Buffer> {
  return buffer(await fileSource(file).open(range))
}

describe('a file as a source', () => {
  test.each([0, 1, 600_000])('gives %i bytes as a whole, as a stream, and in ranges, as often as wanted', async size => {
    const file = fileOf(size)
    const source = fileSource(file, 'image/png')
    expect(source).toMatchObject({ size, replayable: true, contentType: 'image/png' })
    expect(sha256(source.bytes?.() ?? Buffer.from('none'))).toBe(sha256(pattern(size)))
    expect(sha256(await read(file))).toBe(sha256(pattern(size)))
    for (const range of [{ start: 0, end: 1 }, { start: Math.floor(size / 2) }, { start: size }]) {
      expect(sha256(await read(file, range))).toBe(sha256(pattern(size).subarray(range.start, range.end)))
    }
  })

  test('is streamed only when it is big', async () => {
    const file = fileOf(big)
    expect(fileSource(file).bytes).toBeUndefined()
    expect(sha256(await read(file))).toBe(sha256(pattern(big)))
  })

  test.skipIf(process.platform === 'win32')('refuses, and does not wait for, a named pipe that was put in its place', async () => {
    const file = fileOf(10)
    const large = fileOf(big)
    const sources = [fileSource(file), fileSource(large)]
    for (const path of [file, large]) {
      rmSync(path)
      execFileSync('mkfifo', [path])
    }
    for (const source of sources) await expect(source.open()).rejects.toMatchObject({ code: 'input-invalid' })
    expect(() => sources[0]?.bytes?.()).toThrow(expect.objectContaining({ code: 'input-invalid' }))
    expect(() => hashFile(file)).toThrow('no regular file')
    using pool = createHashPool(1)
    await expect(pool.sha256(large)).resolves.toBe(sha256(pattern(0)))
  })

  test('refuses links, folders and what is not there', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'file'), 'x')
    symlinkSync(join(folder, 'file'), join(folder, 'link'))
    mkdirSync(join(folder, 'folder'))
    for (const name of ['link', 'folder', 'nothing']) {
      expect(() => fileSource(join(folder, name))).toThrow(expect.objectContaining({ code: 'input-invalid' }))
    }
  })

  test.each([
    ['grew', (file: string) => appendFileSync(file, 'x')],
    ['shrank', (file: string) => truncateSync(file, 10)],
    ['was written over', (file: string) => writeFileSync(file, pattern(600_000, 2))],
    ['was touched', (file: string) => utimesSync(file, 1, 1)],
  ])('is another source once the file %s', async (_what, change) => {
    const file = fileOf(600_000)
    const source = fileSource(file)
    const { fingerprint } = source
    expect(source.fingerprint).toBe(fingerprint)
    change(file)
    expect(source.fingerprint).not.toBe(fingerprint)
    expect(() => source.bytes?.()).toThrow(expect.objectContaining({ code: 'input-invalid' }))
    await expect(source.open()).rejects.toMatchObject({ code: 'input-invalid' })
  })

  test.each([
    ['shrinks', (file: string) => truncateSync(file, 10)],
    ['is appended to', (file: string) => appendFileSync(file, 'x')],
  ])('fails while it is read when the file %s', async (_what, change) => {
    const file = fileOf(big)
    const reader = (await fileSource(file).open()).getReader()
    await reader.read()
    change(file)
    const rest = async (): Promise<void> => {
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) continue
    }
    await expect(rest()).rejects.toMatchObject({ code: 'input-invalid' })
  })

  test('fails when the file is gone', async () => {
    const file = fileOf(10)
    const source = fileSource(file)
    rmSync(file)
    expect(() => source.bytes?.()).toThrow(expect.objectContaining({ code: 'input-invalid' }))
    await expect(source.open()).rejects.toMatchObject({ code: 'input-invalid' })
  })
})
