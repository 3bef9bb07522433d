import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { built } from './support/build.ts'
import { place, type Place } from './support/run.ts'

beforeAll(built, 300_000)

function updated(): Place {
  const here = place()
  here.json('init', 'init', '.', '--example', '--faulty')
  here.run('update')
  return here
}

describe('fairlead query', () => {
  test('shows null, and tells what it leaves out', () => {
    using here = updated()
    const { out, err } = here.run('query', "select null as a, 'x' as b from data", '--limit', '2')
    expect(out).toBe('a     b\nNULL  x\nNULL  x\n')
    expect(err).toContain('2 rows shown, 14 more')
  })

  test('escapes control characters and keeps wide ones aligned', () => {
    using here = updated()
    const { out } = here.run('query', "select '漢字' as a, 1 as b union all select char(27) || '[2J', 2 order by 2")
    expect(out).toBe('a          b\n漢字       1\n\\u001b[2J  2\n')
  })

  test('writes a file whole, in the form that its ending says', () => {
    using here = updated()
    expect(here.json('query', 'query', 'select 1 as a', '-o', 'rows.csv')).toMatchObject({ count: 1, output: { format: 'csv', bytes: 6 } })
    expect(readFileSync(join(here.folder, 'rows.csv'), 'utf8')).toBe('a\r\n1\r\n')
    here.run('query', '-o', 'rows.parquet')
    expect(readFileSync(join(here.folder, 'rows.parquet')).subarray(0, 4).toString()).toBe('PAR1')
    expect(here.run('query', '-o', 'rows.txt')).toMatchObject({ code: 2, err: expect.stringContaining('--format') })
    expect(existsSync(join(here.folder, 'rows.txt'))).toBe(false)
  })

  test('streams rows in a form that programs read', () => {
    using here = updated()
    const rows: unknown = JSON.parse(here.run('query', '--group-by', 'asset', '--format', 'json').out)
    expect(rows).toContainEqual(expect.objectContaining({ asset_valid: false, asset_error: expect.stringContaining('width is 32') }))
    expect(here.run('query', 'select 1 as a', '--format', 'csv', '--json')).toMatchObject({ code: 2 })
  })

  test('keeps queries, runs them with values, lists and removes them', () => {
    using here = updated()
    const sql = 'select count(*) as n from data where width > :least'
    here.json('query', 'query', '--save', 'wide', sql, '--description', 'Wide ones')
    expect(here.json('query', 'query', '--list').queries).toEqual([{ name: 'wide', sql, groupBy: 'file', description: 'Wide ones' }])
    expect(here.json('query', 'query', '--saved', 'wide', '--set', 'least=40').rows).toEqual([{ n: 14 }])
    expect(here.run('query', '--saved', 'wide')).toMatchObject({ code: 2, err: expect.stringContaining('--set least=VALUE') })
    expect(here.run('query', '--saved', 'wid')).toMatchObject({ code: 1, err: expect.stringContaining('Did you mean "wide"') })
    here.json('query', 'query', '--remove', 'wide')
    expect(here.json('query', 'query', '--list').queries).toEqual([])
  })

  test('ends at its limits of rows and time', () => {
    using here = updated()
    expect(here.run('query', '--max-rows', '3')).toMatchObject({ code: 2, err: expect.stringContaining('more than 3 rows') })
    const endless = 'with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c'
    expect(here.run('query', endless, '--timeout', '1')).toMatchObject({ code: 1, err: expect.stringContaining('longer than 1 s') })
  })
})
