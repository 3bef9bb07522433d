import { writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { FairleadError } from '@fairlead/core'
import { systemFailure } from '../src/system-failure.ts'

function thrownBy(work: () => void): unknown {
  try {
    work()
  } catch (thrown) {
    return thrown
  }
  return expect.fail('nothing was thrown')
}

const full = () => thrownBy(() => writeFileSync('/dev/full', 'text'))

test('a full disk is told as one, and what to do', () => {
  expect(systemFailure(full())).toMatchObject({
    code: 'quota-exceeded',
    message: expect.stringContaining('the disk is full'),
    hint: expect.stringContaining('Free some space'),
  })
})

test('a full database is a full disk', () => {
  using database = new DatabaseSync(':memory:')
  database.exec('pragma max_page_count = 2; create table a (b)')
  const thrown = thrownBy(() => database.exec('insert into a values (zeroblob(100000))'))
  expect(systemFailure(thrown)).toMatchObject({ code: 'quota-exceeded', message: 'the disk is full' })
})

test('a folder in which no database can be made is named as what it is', () => {
  const thrown = thrownBy(() => new DatabaseSync('/dev/null/database.sqlite'))
  expect(systemFailure(thrown)).toMatchObject({ code: 'permission-denied', hint: expect.stringContaining('fairlead paths') })
})

test('what happened first is not hidden by what failed in tidying up', () => {
  expect(systemFailure(new SuppressedError(new Error('later'), full()))).toMatchObject({ code: 'quota-exceeded' })
})

test('anything else stays what it is', () => {
  const [error, own] = [new Error('else'), new FairleadError('not-found', 'no')]
  expect([systemFailure(error), systemFailure(own), systemFailure('text')]).toEqual([error, own, 'text'])
})
