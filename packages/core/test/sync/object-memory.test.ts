import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { openObjectMemory } from '../../src/host/sync/object-memory.ts'
import { temporaryFolder } from '../support/temporary.ts'

it('knows an object while it has its etag, also in the next process', () => {
  const folder = temporaryFolder()
  {
    using memory = openObjectMemory(folder)
    const bucket = memory.of('bucket')
    bucket.remember('a', 'e1', { modifiedMs: 5.25 })
    bucket.remember('a', 'e1', { sha256: 'ab' })
    expect(bucket.recall('a', 'e1')).toMatchObject({ modifiedMs: 5.25, sha256: 'ab' })
  }
  using memory = openObjectMemory(folder)
  expect(memory.of('bucket').recall('a', 'e1')).toEqual({ modifiedMs: 5.25, sha256: 'ab' })
  expect(memory.of('bucket').recall('a', 'e2')).toBeUndefined()
  expect(memory.of('other').recall('a', 'e1')).toBeUndefined()
})

it('forgets what it knew of an earlier state', () => {
  using memory = openObjectMemory(temporaryFolder())
  const bucket = memory.of('bucket')
  bucket.remember('a', 'e1', { modifiedMs: 1, sha256: 'ab' })
  memory.flush()
  bucket.remember('a', 'e2', { modifiedMs: 2 })
  expect(bucket.recall('a', 'e2')).toMatchObject({ modifiedMs: 2 })
  memory.flush()
  expect(bucket.recall('a', 'e2')).toEqual({ modifiedMs: 2 })
  expect(bucket.recall('a', 'e1')).toBeUndefined()
})

it('is built anew where its file is broken, and refuses that of a newer version of Fairlead', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'objects.sqlite'), 'no database at all, but long enough to be looked at as one'.repeat(100))
  openObjectMemory(folder)[Symbol.dispose]()
  expect(statSync(join(folder, 'objects.sqlite')).mode & 0o077).toBe(0)
  const database = new DatabaseSync(join(folder, 'objects.sqlite'))
  database.exec('PRAGMA user_version = 99')
  database.close()
  expect(() => openObjectMemory(folder)).toThrow(/newer version of Fairlead/)
})

const day = 24 * 3600 * 1000

it('forgets what no sync has met for half a year, and keeps what one has', () => {
  const folder = temporaryFolder()
  const now = Date.UTC(2030, 0, 1)
  {
    using memory = openObjectMemory(folder, { now })
    for (const path of ['met', 'left']) memory.of('bucket').remember(path, 'e', { modifiedMs: 1 })
  }
  {
    using memory = openObjectMemory(folder, { now: now + 100 * day })
    const bucket = memory.of('bucket')
    expect(bucket.together(() => bucket.recall('met', 'e'))).toEqual({ modifiedMs: 1 })
  }
  using memory = openObjectMemory(folder, { now: now + 200 * day })
  expect(memory.of('bucket').recall('met', 'e')).toEqual({ modifiedMs: 1 })
  expect(memory.of('bucket').recall('left', 'e')).toBeUndefined()
})

it('keeps what an older Fairlead wrote', () => {
  const folder = temporaryFolder()
  const database = new DatabaseSync(join(folder, 'objects.sqlite'))
  database.exec(`
    CREATE TABLE connections (id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE objects (
      connection INTEGER NOT NULL, path TEXT NOT NULL, etag TEXT NOT NULL, modified REAL, sha256 TEXT, PRIMARY KEY (connection, path)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO connections VALUES (1, 'bucket');
    INSERT INTO objects VALUES (1, 'a', 'e1', 5.25, NULL);
    PRAGMA user_version = 1`)
  database.close()
  using memory = openObjectMemory(folder)
  expect(memory.of('bucket').recall('a', 'e1')).toEqual({ modifiedMs: 5.25 })
})

it('waits for another process, and says which file it is that is held for too long', () => {
  const folder = temporaryFolder()
  {
    using memory = openObjectMemory(folder)
    memory.of('known').remember('a', 'e', { modifiedMs: 1 })
  }
  using other = new DatabaseSync(join(folder, 'objects.sqlite'))
  other.exec('BEGIN IMMEDIATE')
  using memory = openObjectMemory(folder, { waitMs: 1 })
  expect(() => memory.of('new')).toThrow(
    expect.objectContaining({ code: 'unavailable', message: expect.stringContaining('objects.sqlite'), hint: expect.any(String) }),
  )
  const known = memory.of('known')
  known.remember('b', 'e', { modifiedMs: 2 })
  memory.flush()
  expect(known.recall('a', 'e')).toEqual({ modifiedMs: 1 })
  expect(known.recall('b', 'e')).toMatchObject({ modifiedMs: 2 })
  other.exec('ROLLBACK')
  memory.flush()
  using later = openObjectMemory(folder)
  expect(later.of('known').recall('b', 'e')).toEqual({ modifiedMs: 2 })
})
