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

it('is built anew where its file is broken, and refuses that of a newer Fairlead', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'objects.sqlite'), 'no database at all, but long enough to be looked at as one'.repeat(100))
  openObjectMemory(folder)[Symbol.dispose]()
  expect(statSync(join(folder, 'objects.sqlite')).mode & 0o077).toBe(0)
  const database = new DatabaseSync(join(folder, 'objects.sqlite'))
  database.exec('PRAGMA user_version = 99')
  database.close()
  expect(() => openObjectMemory(folder)).toThrow(/newer Fairlead/)
})
