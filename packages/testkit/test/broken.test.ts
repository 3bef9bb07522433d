import { beforeAll, expect, test } from 'vitest'
import { runFixture, type Outcome } from './broken/run-fixture.ts'
import { expectations } from './broken/variants.ts'

let outcomes: ReadonlyMap<string, readonly Outcome[]> = new Map()

beforeAll(async () => {
  const runs = await Promise.all([runFixture(...Object.keys(expectations)), runFixture('unbroken')])
  outcomes = new Map(runs.flatMap(run => [...run]))
}, 240_000)

test('the unbroken plugin passes every case that finds the broken ones out', () => {
  const own = outcomes.get('unbroken') ?? []
  expect(own.filter(({ status }) => status !== 'passed')).toEqual([])
  expect(own.length).toBeGreaterThan(100)
})

test.each(Object.entries(expectations))('%s is found out by %s', (variant, id) => {
  const failed = (outcomes.get(variant) ?? []).filter(({ status }) => status === 'failed').map(({ group, title }) => `${group}/${title}`)
  expect(failed).toContain(id)
})
