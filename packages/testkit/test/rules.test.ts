import { beforeAll, expect, test } from 'vitest'
import { runFixture, type Outcome } from './broken/run-fixture.ts'

let outcomes: ReadonlyMap<string, readonly Outcome[]> = new Map()

beforeAll(async () => {
  outcomes = await runFixture('rules')
}, 60_000)

function failedOf(block: string): readonly string[] {
  const own = outcomes.get(block)
  if (own === undefined) throw new Error(`nothing ran of "${block}"`)
  return own.filter(({ status }) => status === 'failed').map(({ title }) => title)
}

test('a written deviation keeps the suite green', () => {
  expect(failedOf('a deviation that is written down')).toEqual([])
})

test('a deviation that is none any more breaks the build', () => {
  expect(failedOf('a deviation that is none any more')).toEqual([
    'reads on the condition of an etag, and refuses another one as precondition-failed (deviation: was repaired)',
  ])
})

test('a deviation of a case that does not exist breaks the build', () => {
  expect(failedOf('a deviation of a case that does not exist')).toEqual(['names only cases that exist as deviations and lacks'])
})

test('a plugin without a setup that needs nothing but this machine is red', () => {
  expect(failedOf('no setup that needs nothing')).toEqual(['has a setup that needs nothing but this machine'])
})

test('fewer cases than the floor are red, and left out ones do not count', () => {
  expect(failedOf('a floor that is not reached')).toEqual(['runs 13 cases or more'])
  expect(failedOf('a floor that is reached')).toEqual([])
})
