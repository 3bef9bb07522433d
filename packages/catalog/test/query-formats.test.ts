import { readdirSync, readFileSync } from 'node:fs'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeRows, formatOfFile, query, update, writeRows, type Project, type QueryOptions, type RowOptions } from '../src/index.ts'
import { failureOf, jpeg, png, testSpecifications, Workspace } from './support/helpers.ts'

const cat = 'p-cat001_s-spec001_d-running-cat_v001'
const dog = 'p-dog001_s-spec002_d-sitting-dog_v002'
const counting = 'with recursive c(x) as (select 1 union all select x + 1 from c where x < 45001)'

describe('the rows of a query', () => {
  let space: Workspace
  let project: Project
  beforeAll(async () => {
    space = new Workspace()
    project = space.project(testSpecifications)
    space.ingress({
      [`${cat}/${cat}_c0001-0005_f0001.png`]: png(),
      [`${dog}/${dog}_f0001.jpg`]: jpeg(8, 5),
      'notes.txt': 'x',
    })
    await update(project)
  })
  afterAll(() => space[Symbol.dispose]())

  async function bytes(sql: string, format: RowOptions, options: QueryOptions = {}): Promise<Buffer> {
    await using result = await query(project, sql, options)
    const pieces: Uint8Array[] = []
    for await (const piece of encodeRows(result, format)) pieces.push(Buffer.from(piece))
    return Buffer.concat(pieces)
  }
  const text = async (sql: string, format: RowOptions, options?: QueryOptions) => String(await bytes(sql, format, options))

  it('as CSV are quoted where RFC 4180 says so, with null apart from an empty text', async () => {
    expect(
      await text(`select 1 as a, 'x,y' as "b c", 'say "hi"' as c, char(10) as d, null as e, '' as f, ' g' as g`, { format: 'csv' }),
    ).toBe('a,b c,c,d,e,f,g\r\n1,"x,y","say ""hi""","\n",,""," g"\r\n')
  })

  it('as CSV are formulas only where nobody asked for safe ones', async () => {
    const sql = `select '=1+1' as a, '@x' as b, -5 as c, '-5' as d`
    expect(await text(sql, { format: 'csv' })).toContain('\r\n=1+1,@x,-5,-5\r\n')
    expect(await text(sql, { format: 'csv', safe: true })).toContain("\r\n'=1+1,'@x,-5,'-5\r\n")
  })

  it('as JSON keep whole numbers, truth values and lists', async () => {
    const sql = 'select asset_name, version, width, asset_valid, asset_traits from data order by 1'
    const rows: unknown = JSON.parse(await text(sql, { format: 'json' }, { groupBy: 'asset' }))
    expect(rows).toMatchObject([
      { asset_name: cat, version: 1, width: 4, asset_valid: true, asset_traits: { width: [4], extension: ['png'] } },
      { asset_name: dog, version: 2, width: 8, asset_valid: false, asset_traits: { width: [8] } },
    ])
  })

  it('that are none are still JSON', async () => {
    expect(JSON.parse(await text('select * from data where 0', { format: 'json' }))).toEqual([])
    expect(await text('select * from data where 0', { format: 'jsonl' })).toBe('')
  })

  it('as lines are one JSON object each', async () => {
    const lines = (await text(`${counting} select x from c`, { format: 'jsonl' })).trimEnd().split('\n')
    expect(lines).toHaveLength(45_001)
    expect(lines.at(-1)).toBe('{"x":45001}')
  })

  async function parquet(sql: string, options: QueryOptions = {}) {
    const { buffer, byteOffset, byteLength } = await bytes(sql, { format: 'parquet' }, options)
    const file = new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength)).buffer
    const { schema, row_groups: groups } = parquetMetadata(file)
    return {
      types: Object.fromEntries(schema.slice(1).map(({ name, type, converted_type: meaning }) => [name, meaning ?? type])),
      groups: groups.length,
      rows: await parquetReadObjects({ file }),
    }
  }

  it('as Parquet have the types that columns declare, also where the first rows hold nothing', async () => {
    const { types, rows } = await parquet('select filename, version, width, asset_valid, asset_path from data order by width nulls first')
    expect(types).toMatchObject({ filename: 'UTF8', asset_valid: 'BOOLEAN', asset_path: 'UTF8' })
    expect(rows).toMatchObject([
      { filename: 'notes.txt', version: null, width: null, asset_valid: false, asset_path: null },
      { version: 1n, width: 4n, asset_valid: true },
      { version: 2n, width: 8n, asset_valid: false },
    ])
  })

  it('as Parquet have lists as JSON', async () => {
    const { types, rows } = await parquet('select asset_traits from data order by asset_name', { groupBy: 'asset' })
    expect(types).toEqual({ asset_traits: 'JSON' })
    expect(rows).toMatchObject([{ asset_traits: { width: [4] } }, { asset_traits: { width: [8] } }])
  })

  it('as Parquet give an expression the type that holds all of its values, in several row groups', async () => {
    const { types, groups, rows } = await parquet(
      `${counting} select x as i, iif(x < 45000, x, x + 0.5) as n, iif(x < 45000, x, 'end') as t, null as u, 9223372036854775807 as big from c`,
    )
    expect(types).toEqual({ i: 'INT64', n: 'DOUBLE', t: 'UTF8', u: 'UTF8', big: 'INT64' })
    expect(groups).toBe(3)
    expect(rows).toHaveLength(45_001)
    expect(rows[0]).toEqual({ i: 1n, n: 1, t: '1', u: null, big: 9223372036854775807n })
    expect(rows[45_000]).toEqual({ i: 45001n, n: 45001.5, t: 'end', u: null, big: 9223372036854775807n })
  })

  it('of nothing are a Parquet file with its columns', async () => {
    expect(await parquet('select filename, 1 as one from data where 0')).toMatchObject({
      types: { filename: 'UTF8', one: 'UTF8' },
      rows: [],
    })
  })

  it('come into a file whole, over an older one', async () => {
    const file = space.write('out/rows.csv', 'old')
    await using result = await query(project, 'select 1 as a')
    expect(await writeRows(file, result, { format: 'csv' })).toEqual({ rows: 1, bytes: 6 })
    expect(readFileSync(file, 'utf8')).toBe('a\r\n1\r\n')
  })

  it('that are too many leave an older file as it was and nothing beside it', async () => {
    const file = space.write('kept/rows.csv', 'old')
    await using result = await query(project, `${counting} select x from c`, { maxRows: 10 })
    expect(await failureOf(writeRows(file, result, { format: 'csv' }))).toMatchObject({ code: 'input-invalid' })
    expect(readFileSync(file, 'utf8')).toBe('old')
    expect(readdirSync(space.path('kept'))).toEqual(['rows.csv'])
  })

  it('go into no folder that does not exist', async () => {
    await using result = await query(project, 'select 1 as a')
    expect(await failureOf(writeRows(space.path('none/rows.csv'), result, { format: 'csv' }))).toMatchObject({ code: 'path-invalid' })
  })

  it('never change the catalog', async () => {
    const folder = project.catalogFolder
    const state = () => Object.fromEntries(readdirSync(folder).map(name => [name, readFileSync(`${folder}/${name}`, 'base64')]))
    const before = state()
    for (const groupBy of ['file', 'asset'] as const) await text('select * from data', { format: 'json' }, { groupBy })
    expect(state()).toEqual(before)
  })

  it('begin with so many, and are counted beyond', async () => {
    await using result = await query(project, `${counting} select x from c`)
    expect(await result.first(2)).toEqual({ rows: [[1], [2]], more: 44_999 })
  })

  it.each([
    ['a.CSV', 'csv'],
    ['a.ndjson', 'jsonl'],
    ['a.parquet', 'parquet'],
    ['a.txt', undefined],
  ])('in %s are %s', (file, format) => {
    expect(formatOfFile(file)).toBe(format)
  })
})
