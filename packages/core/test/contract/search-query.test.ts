import { describe, expect, it } from 'vitest'
import { matchesSearch, parseSearchQuery } from '../../src/contract/search-query.ts'
import { FairleadError, type AssetSummary } from '../../src/index.ts'

const hero: AssetSummary = {
  collection: 'cat001/spec001',
  name: 'Running-Cat',
  tag: 'v002',
  type: 'sequence',
  labels: { owner: 'Ada Lovelace', status: 'final' },
  time: '2026-03-01T12:00:00.000Z',
}

describe('a search', () => {
  it.each([
    '',
    'running',
    'RUNNING cat001',
    'v00*2',
    'r*cat',
    'collection:cat001/*',
    'collection:cat001/spec001',
    'name:running-cat',
    'tag:V002',
    'type:sequence',
    'label.owner:"ada lovelace"',
    'label.status:f*',
    '"ada love"',
    'lovelace',
    'after:2026-03-01',
    'before:2026-03-02',
    'after:2026-03-01T12:00:00Z',
    'cat after:2026-01-01 label.status:final',
  ])('%j finds it', query => expect(matchesSearch(parseSearchQuery(query), hero)).toBe(true))
  it.each([
    'walking',
    'running dog',
    'collection:cat001',
    'name:running',
    'tag:v00',
    'type:file',
    'label.owner:ada',
    'label.none:*',
    'label.constructor:*',
    'before:2026-03-01',
    'after:2026-03-01T12:00:01Z',
    '"running cat"',
  ])('%j does not', query => expect(matchesSearch(parseSearchQuery(query), hero)).toBe(false))
  it.each(['owner:ada', 'label.:x', 'tag:', 'before:yesterday', '"open', 'http://x'])(
    '%j is refused, with what to write instead',
    query => {
      let error: unknown
      try {
        parseSearchQuery(query)
      } catch (caught) {
        error = caught
      }
      expect(FairleadError.is(error, 'input-invalid') && error.hint).toBeTruthy()
    },
  )
  it('takes a pattern of many stars in its stride', () => {
    expect(matchesSearch(parseSearchQuery(`name:${'*a'.repeat(200)}`), { collection: 'c', name: 'a'.repeat(199), tag: 't' })).toBe(false)
  })
})
