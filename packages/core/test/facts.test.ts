import { lstatSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { openFacts } from '../src/host/facts/facts.ts'
import { createFileHasher, hashFile } from '../src/host/facts/file-hashes.ts'
import { stampOf, type FileStamp } from '../src/host/facts/file-stamp.ts'
import { temporaryFolder } from './support/temporary.ts'

const stamp = (path: string, fingerprint = '1'): FileStamp => ({ path, fingerprint, settled: true })
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A file that was last changed long enough ago. */
async function settledFile(folder: string, bytes: Uint8Array | string): Promise<string> {
  const file = join(folder, 'file')
  writeFileSync(file, bytes)
  await setTimeout(30)
  return file
}

describe('facts of files', () => {
  test('are there in the next process, for the same state of the file only', () => {
    const folder = temporaryFolder()
    {
      using facts = openFacts(folder)
      facts.rememberFile(stamp('/a'), { sha256: 'aa', mediaType: 'image/png' })
      facts.rememberFile(stamp('/b'), { mediaType: 'text/plain' })
    }
    using facts = openFacts(folder)
    expect(facts.file(stamp('/a'))).toEqual({ sha256: 'aa', mediaType: 'image/png' })
    expect(facts.file(stamp('/a', '2'))).toBeUndefined()
    expect(facts.files([stamp('/c'), stamp('/b'), stamp('/a')])).toMatchObject([undefined, { mediaType: 'text/plain' }, { sha256: 'aa' }])
  })

  test('of a folder are bytes, replaced as a whole', () => {
    const folder = temporaryFolder()
    {
      using facts = openFacts(folder)
      expect(facts.folder('/a')).toBeUndefined()
      facts.rememberFolder('/a', Uint8Array.of(1, 2))
      expect(facts.folder('/a')).toEqual(Uint8Array.of(1, 2))
    }
    using facts = openFacts(folder)
    facts.rememberFolder('/a', Uint8Array.of(3))
    facts.flush()
    expect(facts.folder('/a')).toEqual(Uint8Array.of(3))
  })

  test('add up for one state, and begin anew with another', () => {
    using facts = openFacts(temporaryFolder())
    for (const flush of [false, true]) {
      facts.rememberFile(stamp('/a'), { sha256: 'aa' })
      if (flush) facts.flush()
      facts.rememberFile(stamp('/a'), { mediaType: 'image/png' })
      if (flush) facts.flush()
      expect(facts.file(stamp('/a'))).toMatchObject({ sha256: 'aa', mediaType: 'image/png' })
      facts.rememberFile(stamp('/a', '2'), { mediaType: 'x/y' })
      if (flush) facts.flush()
      expect(facts.file(stamp('/a', '2'))?.sha256).toBeUndefined()
      expect(facts.file(stamp('/a'))).toBeUndefined()
    }
  })

  test('are not kept of a file that changed only just now: a second change might not show', () => {
    const folder = temporaryFolder()
    const file = join(folder, 'file')
    writeFileSync(file, 'x')
    const stats = lstatSync(file, { bigint: true })
    const changed = Number(stats.ctimeNs / 1_000_000n)
    expect(stampOf(file, stats, changed + 5).settled).toBe(false)
    expect(stampOf(file, stats, changed + 50).settled).toBe(true)
    using facts = openFacts(folder)
    facts.rememberFile(stampOf(file, stats, changed + 5), { sha256: 'aa' })
    expect(facts.file(stampOf(file, stats, changed + 50))).toBeUndefined()
  })

  test('are shared by two that are open at once', () => {
    const folder = temporaryFolder()
    using one = openFacts(folder)
    using two = openFacts(folder)
    one.rememberFile(stamp('/a'), { sha256: 'aa' })
    one.flush()
    two.rememberFile(stamp('/b'), { sha256: 'bb' })
    two.flush()
    expect(two.file(stamp('/a'))?.sha256).toBe('aa')
    expect(one.file(stamp('/b'))?.sha256).toBe('bb')
  })

  test('of 100,000 files are kept and found', () => {
    using facts = openFacts(temporaryFolder())
    const stamps = Array.from({ length: 100_000 }, (_, index) => stamp(`/files/${index}`))
    for (const each of stamps) facts.rememberFile(each, { sha256: each.path })
    const found = facts.files(stamps)
    expect(found.every((each, index) => each?.sha256 === `/files/${index}`)).toBe(true)
  })
})

describe('facts of remote objects', () => {
  test('hold as long as the etag does, per connection', () => {
    const folder = temporaryFolder()
    {
      using facts = openFacts(folder)
      facts.rememberRemote('s3 one', 'a', 'e1', { digest: 'x' })
    }
    using facts = openFacts(folder)
    expect(facts.remote('s3 one', 'a', 'e1')).toEqual({ digest: 'x' })
    expect(facts.remote('s3 one', 'a', 'e2')).toBeUndefined()
    expect(facts.remote('s3 two', 'a', 'e1')).toBeUndefined()
    const { remote, rememberRemote } = facts.forConnection('s3 two')
    rememberRemote('a', 'e1', 5)
    expect(remote('a', 'e1')).toBe(5)
  })
})

describe('the file of facts', () => {
  test('is built anew from an older or a broken one', () => {
    const folder = temporaryFolder()
    openFacts(folder)[Symbol.dispose]()
    const file = join(folder, 'facts.sqlite')
    const database = new DatabaseSync(file)
    database.exec('DROP TABLE files; CREATE TABLE files (other TEXT); PRAGMA user_version = 0')
    database.close()
    {
      using facts = openFacts(folder)
      facts.rememberFile(stamp('/a'), { sha256: 'aa' })
    }
    writeFileSync(file, 'this is no database, however long one looks at it')
    using facts = openFacts(folder)
    expect(facts.file(stamp('/a'))).toBeUndefined()
  })

  test('is refused when a newer version wrote it', () => {
    const folder = temporaryFolder()
    openFacts(folder)[Symbol.dispose]()
    const database = new DatabaseSync(join(folder, 'facts.sqlite'))
    database.exec('PRAGMA user_version = 99')
    database.close()
    expect(() => openFacts(folder)).toThrow(expect.objectContaining({ code: 'config-invalid' }))
  })
})

describe('hashing files', () => {
  test.each([0, 1000, 3 * 1024 * 1024 + 1])('gives the SHA-256 of %i bytes', size => {
    const file = join(temporaryFolder(), 'file')
    const bytes = Buffer.alloc(size, 'fairlead')
    writeFileSync(file, bytes)
    expect(hashFile(file)).toBe(hashOf(bytes))
  })

  test('of big ones goes on worker threads, several at once', async () => {
    const folder = temporaryFolder()
    using hasher = createFileHasher(2)
    const files = [1, 2, 3, 4, 5].map(seed => {
      const file = join(folder, String(seed))
      writeFileSync(file, Buffer.alloc(9 * 1024 * 1024, seed))
      return { file, seed }
    })
    const hashes = await Promise.all(files.map(({ file }) => hasher.sha256(file, hasher.stamp(file).stamp, hasher.stamp(file).size)))
    expect(hashes).toEqual(files.map(({ seed }) => hashOf(Buffer.alloc(9 * 1024 * 1024, seed))))
  })

  test('stops with the reason of the signal', async () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, Buffer.alloc(20 * 1024 * 1024))
    using hasher = createFileHasher(1)
    const stop = new AbortController()
    const { stamp: state, size } = hasher.stamp(file)
    const hashing = hasher.sha256(file, state, size, stop.signal)
    const reason = new Error('enough')
    stop.abort(reason)
    await expect(hashing).rejects.toBe(reason)
    expect(await hasher.sha256(file, state, size)).toBe(hashOf(Buffer.alloc(20 * 1024 * 1024)))
  })

  test('is done once per state of a file', async () => {
    const folder = temporaryFolder()
    const file = await settledFile(folder, 'one')
    using facts = openFacts(join(folder, 'state'))
    const { sha256 } = facts.forConnection('any')
    expect(await sha256(file)).toBe(hashOf(Buffer.from('one')))
    const { fingerprint } = stampOf(file, lstatSync(file, { bigint: true }))
    facts.rememberFile(stamp(file, fingerprint), { sha256: 'remembered' })
    expect(await sha256(file)).toBe('remembered')
    writeFileSync(file, 'two')
    expect(await sha256(file)).toBe(hashOf(Buffer.from('two')))
    utimesSync(file, 1, 1)
    expect(await sha256(file)).toBe(hashOf(Buffer.from('two')))
  })

  test('refuses what is no regular file', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'folder'))
    using facts = openFacts(join(folder, 'state'))
    const { sha256 } = facts.forConnection('any')
    await expect(sha256(join(folder, 'folder'))).rejects.toMatchObject({ code: 'input-invalid' })
    await expect(sha256(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'input-invalid' })
  })
})
