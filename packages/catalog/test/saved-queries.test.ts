import { chmodSync, readFileSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openProject, removeQuery, savedQuery, saveQuery } from '../src/index.ts'
import { failureOf, Workspace } from './support/helpers.ts'

const file = `# A project of cats.
ingress_directory: ingress   # scanned

exclude: ["**/.git",   '*.tmp']
queries:
  # Kept for the weekly meeting.
  broken: select 1

  wide:
    sql: |
      select *
      from data   -- all
    group_by: asset
# The end.
`

function space(text: string): { readonly space: Workspace; readonly read: () => string } & Disposable {
  const workspace = new Workspace()
  workspace.project(text)
  return {
    space: workspace,
    read: () => readFileSync(workspace.path('project/fairlead.yaml'), 'utf8'),
    [Symbol.dispose]: () => workspace[Symbol.dispose](),
  }
}

const opened = (workspace: Workspace) => openProject(workspace.path('project'))

describe('a saved query', () => {
  it('comes behind the others, and all else stays as it was written', async () => {
    using here = space(file)
    await saveQuery(opened(here.space), 'tall', { sql: 'select *\nfrom data\nwhere height > :least', groupBy: 'asset' })
    expect(here.read()).toBe(
      file.replace(
        '    group_by: asset\n',
        '    group_by: asset\n  tall:\n    sql: |-\n      select *\n      from data\n      where height > :least\n    group_by: asset\n',
      ),
    )
    expect(savedQuery(opened(here.space), 'tall')).toEqual({ sql: 'select *\nfrom data\nwhere height > :least', groupBy: 'asset' })
  })

  it('replaces one of its name only when that is asked for', async () => {
    using here = space(file)
    expect(await failureOf(saveQuery(opened(here.space), 'broken', { sql: 'select 2' }))).toMatchObject({ code: 'already-exists' })
    await saveQuery(opened(here.space), 'broken', { sql: 'select 2' }, { force: true })
    expect(here.read()).toBe(file.replace('select 1', 'select 2'))
  })

  it('is removed with its lines', async () => {
    using here = space(file)
    await removeQuery(opened(here.space), 'wide')
    expect(here.read()).toBe(file.replace(/ {2}wide:[^]*asset\n/, ''))
    await removeQuery(opened(here.space), 'broken')
    expect(opened(here.space).config.queries).toEqual({})
    expect(here.read()).toContain('# The end.')
    expect(await failureOf(removeQuery(opened(here.space), 'broken'))).toMatchObject({ code: 'not-found' })
  })

  it.each([
    ['no queries yet', 'ingress_directory: ingress'],
    ['an empty file', ''],
    ['a map on one line', 'ingress_directory: ingress\nqueries: { a: select 1 }\n'],
    ['an empty map', 'ingress_directory: ingress # in\nqueries: {}\nworkflow: [update]\n'],
    ['all on one line', '{ ingress_directory: ingress }\n'],
    ['a deeper indent', 'queries:\n      a: select 1\ningress_directory: ingress\n'],
    ['carriage returns', 'ingress_directory: ingress\r\nqueries:\r\n  a: select 1\r\n'],
  ])('comes into a file with %s', async (_, text) => {
    using here = space(text)
    for (const sql of [`select ': #' as "x" -- it's`, 'select 1\n\n  , 2', '=yes']) {
      await saveQuery(opened(here.space), 'new', { sql }, { force: true })
      expect(opened(here.space).config.queries['new']).toEqual({ sql })
    }
    const before = here.read()
    await saveQuery(opened(here.space), 'other', { sql: 'select 3', description: 'Three: "3"' })
    await removeQuery(opened(here.space), 'other')
    expect(here.read()).toBe(before)
  })

  it('keeps the mode of the file, and two at once are both kept', async () => {
    using here = space(file)
    chmodSync(here.space.path('project/fairlead.yaml'), 0o640)
    const names = ['a', 'b', 'c', 'd']
    await Promise.all(names.map(name => saveQuery(opened(here.space), name, { sql: `select '${name}'` })))
    expect(Object.keys(opened(here.space).config.queries)).toEqual(expect.arrayContaining(names))
    expect(statSync(here.space.path('project/fairlead.yaml')).mode & 0o777).toBe(0o640)
  })

  it('that is not there is told with the nearest name', () => {
    using here = space(file)
    expect(() => savedQuery(opened(here.space), 'brokn')).toThrow(expect.objectContaining({ hint: 'Did you mean "broken"?' }))
  })

  it('has a name of plain letters', async () => {
    using here = space(file)
    expect(await failureOf(saveQuery(opened(here.space), 'a b', { sql: 'select 1' }))).toMatchObject({ code: 'input-invalid' })
  })
})
