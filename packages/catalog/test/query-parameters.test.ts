import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parameterValue, query, update, type Project } from '../src/index.ts'
import { failureOf, png, rowsOf, testSpecifications, Workspace } from './support/helpers.ts'

const cat = 'p-cat001_s-spec001_d-running-cat_v001'

describe('parameters of a query', () => {
  let space: Workspace
  let project: Project
  beforeAll(async () => {
    space = new Workspace()
    project = space.project(testSpecifications)
    space.ingress({ [`${cat}/${cat}_c0001-0005_f0001.png`]: png() })
    await update(project)
  })
  afterAll(() => space[Symbol.dispose]())

  it('are bound, whatever they hold', async () => {
    const hostile = "x' or 1=1; drop table files --"
    expect(await rowsOf(query(project, 'select :a as a, :b + 1 as b, :c as c', { parameters: { a: hostile, b: 2, c: true } }))).toEqual([
      { a: hostile, b: 3, c: 1 },
    ])
    expect(await rowsOf(query(project, 'select 1 from data where project = :p', { parameters: { p: hostile } }))).toEqual([])
  })

  it('all need a value', async () => {
    expect(await failureOf(query(project, 'select :least, :most', { parameters: { least: 1 } }))).toMatchObject({
      code: 'input-invalid',
      message: 'the query needs a value for :most',
      hint: 'Give it: --set most=VALUE',
    })
  })

  it('are refused where the query has none of that name', async () => {
    expect(await failureOf(query(project, 'select :a', { parameters: { a: 1, b: 2 } }))).toMatchObject({
      code: 'input-invalid',
      hint: 'It has the parameters :a.',
    })
  })

  it.each([
    "select ':no' as x",
    'select 1 as ":no"',
    'select 1 -- :no',
    'select 1 /* :no',
    "select json_extract('{}', '$.no')",
    'select 1 as [:no]',
  ])('are not what only looks like one: %s', async sql => {
    expect(await rowsOf(query(project, sql))).toHaveLength(1)
  })

  it.each(['select @a', 'select $a', 'select ?1'])('are written with a colon: %s is refused', async sql => {
    expect(await failureOf(query(project, sql))).toMatchObject({ code: 'input-invalid', hint: 'Write parameters as :name.' })
  })

  it.each([
    ['5', 5],
    ['-2.5', -2.5],
    ['001', '001'],
    ['1.10', '1.10'],
    ['true', true],
    ['null', null],
    ['"5"', '5'],
    ['"a', '"a'],
    ['', ''],
    ['Infinity', 'Infinity'],
    ["it's", "it's"],
  ])('given as the text %j are %j', (text, value) => {
    expect(parameterValue(text)).toBe(value)
  })
})
