import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { query, update, type Project } from '../src/index.ts'
import { failureOf, jpeg, png, rowsOf, testSpecifications, Workspace } from './support/helpers.ts'

const cat = 'p-cat001_s-spec001_d-running-cat_v001'
const dog = 'p-dog001_s-spec002_d-sitting-dog_v002'

describe('query', () => {
  let space: Workspace
  let project: Project
  beforeAll(async () => {
    space = new Workspace()
    project = space.project(testSpecifications)
    space.ingress({
      [`${cat}/${cat}_c0001-0005_f0001.png`]: png(),
      [`${cat}/${cat}_c0001-0005_f0002.png`]: png(),
      [`${dog}/${dog}_f0001.jpg`]: jpeg(8, 5),
      'notes.txt': 'x',
    })
    await update(project)
  })
  afterAll(() => space[Symbol.dispose]())

  it('without SQL gives every file, columns in a fixed order', async () => {
    await using result = await query(project)
    expect(result.columns.slice(0, 17).map(({ name }) => name)).toEqual(
      'project specification descriptor version coordinate_x coordinate_y coordinate_z frame extension filename filepath file_error asset_name asset_path asset_type asset_error asset_valid'.split(
        ' ',
      ),
    )
    expect(result.columns.slice(17).map(({ name }) => name)).toEqual(
      'asset_path_relative channels filepath_relative height modified reference size width'.split(' '),
    )
    expect(await rowsOf(query(project))).toHaveLength(4)
  })

  it('gives whole numbers as numbers and what a file lacks as null', async () => {
    const [row] = await rowsOf(
      query(project, "select coordinate_x, coordinate_y, coordinate_z, width, asset_valid from data where filename like '%f0002.png'"),
    )
    expect(row).toEqual({ coordinate_x: 1, coordinate_y: 5, coordinate_z: null, width: 4, asset_valid: true })
  })

  it('gives whole numbers beyond 2^53 as text, and columns of one name under two', async () => {
    expect(await rowsOf(query(project, 'select 9223372036854775807 as big, 1 as a, 2 as a'))).toEqual([
      { big: '9223372036854775807', a: 1, 'a:1': 2 },
    ])
  })

  it.each([
    'select count(*) as n from data',
    'SELECT count(*) AS n FROM DATA',
    'select count(*) as n from "Data";',
    'select count(*) as n from data -- all of it',
  ])('takes %j', async sql => {
    expect(await rowsOf(query(project, sql))).toEqual([{ n: 4 }])
  })

  it('has a view for each specification', async () => {
    expect(await rowsOf(query(project, 'select sum(width) as w from spec001'))).toEqual([{ w: 8 }])
  })

  it("finds files by a trait with the trait's index in the view of a specification too", async () => {
    using space = new Workspace()
    const asset = 'p-cat001_s-spec001_d-running-cat_v001'
    const project = space.project(testSpecifications)
    space.ingress(
      Object.fromEntries(
        Array.from({ length: 60 }, (_, frame) => [`${asset}/${asset}_c0000_f${String(frame).padStart(4, '0')}.png`, png()]),
      ),
    )
    using database = new DatabaseSync((await update(project)).snapshot, { readOnly: true })
    const plan = database.prepare('explain query plan select filepath from spec001 where height < 3').all()
    expect(plan[0]?.['detail']).toContain('files_trait_height')
  })

  it('by asset gives traits and errors too', async () => {
    const rows = await rowsOf(
      query(project, 'select asset_name, files, width, asset_valid, asset_error, reference from data order by 1', { groupBy: 'asset' }),
    )
    expect(rows).toEqual([
      { asset_name: cat, files: 2, width: 4, asset_valid: true, asset_error: null, reference: 'cat001/spec001/running-cat:v001' },
      {
        asset_name: dog,
        files: 1,
        width: 8,
        asset_valid: false,
        asset_error: `${dog}_f0001.jpg: The width is 8; it must be 4.`,
        reference: 'dog001/spec002/sitting-dog:v002',
      },
    ])
  })

  it.each([
    ["select json_extract(asset_traits, '$.width[1]') as x from assets where asset_valid", 4],
    ['with recursive c(x) as (select 1 union all select x + 1 from c where x < 5) select count(*) as x from c', 5],
    ['with q as (select width from data) select max(q.width) as x from q', 8],
    ['select row_number() over (order by filename) as x from data limit 1', 1],
    ["select value as x from json_each('[7]')", 7],
    ["select upper(substr(trim('  abc '), 2, 1)) || printf('%02d', 3) as x", 'B03'],
  ])('computes %s', async (sql, value) => {
    expect(await rowsOf(query(project, sql))).toEqual([{ x: value }])
  })

  it.each([
    ["attach database '/tmp/fairlead-attached' as x", 'ATTACH is not allowed'],
    ["vacuum into '/tmp/fairlead-attached'", 'the statement returns no rows'],
    ['pragma journal_mode', 'PRAGMA is not allowed'],
    ['delete from files', 'DELETE is not allowed'],
    ['update assets set asset_valid = 1', 'UPDATE is not allowed'],
    ['create table x (y)', 'is not allowed'],
    ['create temp table x (y)', 'is not allowed'],
    ['drop view data', 'is not allowed'],
    ['begin', 'TRANSACTION is not allowed'],
    ["select load_extension('x')", 'load_extension() is not allowed'],
    ["select writefile('/tmp/fairlead-attached', 'x')", 'no such function'],
    ['select name from sqlite_schema', 'is not part of the catalog'],
    ['select count(*) from sqlite_schema', 'is not part of the catalog'],
    ["select * from pragma_table_info('files')", 'is not part of the catalog'],
    ['select randomblob(1000000000)', 'randomblob() is not allowed'],
    ['select zeroblob(1000000000)', 'zeroblob() is not allowed'],
    ['select 1; delete from files', 'only one statement'],
    ['selec', 'near "selec": syntax error'],
    ['select widht from data', 'no such column: widht'],
    ['select * from dta', 'no such table: dta'],
    ['-- nothing', 'contains no statements'],
  ])('refuses %j', async (sql, message) => {
    const error = await failureOf(rowsOf(query(project, sql)))
    expect(error.code).toBe('input-invalid')
    expect(error.message).toContain(message)
    expect(error.hint).toContain('data')
    expect(existsSync('/tmp/fairlead-attached')).toBe(false)
  })

  it('ends a query that takes too long', async () => {
    const endless = 'with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c'
    expect(await failureOf(rowsOf(query(project, endless, { timeoutMs: 300 })))).toMatchObject({ code: 'timeout' })
  })

  it('ends a query that gives too much', async () => {
    const endless = 'with recursive c(x) as (select 1 union all select x + 1 from c) select x from c'
    expect(await failureOf(rowsOf(query(project, endless, { maxRows: 1234 })))).toMatchObject({
      code: 'input-invalid',
      message: 'the query returns more than 1234 rows',
    })
  })

  it('ends with the reason of its signal', async () => {
    const reason = new Error('enough')
    const stop = new AbortController()
    const endless = 'with recursive c(x) as (select 1 union all select x + 1 from c) select x from c'
    const result = await query(project, endless, { signal: stop.signal })
    const read = (async () => {
      for await (const row of result.rows) if (row['x'] === 700) stop.abort(reason)
    })()
    await expect(read).rejects.toBe(reason)
  })

  it('before the first update says what to run', async () => {
    using other = new Workspace()
    expect(await failureOf(query(other.project('')))).toMatchObject({ code: 'not-found', hint: 'Run: fairlead update' })
  })

  it('ends with the process that asked, even while SQLite works', async () => {
    const script = `
      import { openProject, query } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)}
      const result = await query(openProject(process.argv[1]), 'with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c')
      console.log('started')
      for await (const row of result.rows) console.log(row)`
    const flags = ['--conditions=@fairlead/source', '--no-warnings', '--input-type=module-typescript', '-e', script]
    const asking = spawn(process.execPath, [...flags, space.path('project')], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(asking.stdout, 'data')
    const [working = ''] = readFileSync(`/proc/${asking.pid}/task/${asking.pid}/children`, 'utf8').trim().split(' ')
    expect(existsSync(`/proc/${working}/stat`)).toBe(true)
    asking.kill('SIGKILL')
    while (existsSync(`/proc/${working}/stat`) && !/\) Z /.test(readFileSync(`/proc/${working}/stat`, 'utf8'))) await sleep(50)
  })
})
