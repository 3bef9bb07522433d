import { copyFileSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { built } from './support/build.ts'
import { place, type Place } from './support/run.ts'

beforeAll(built, 300_000)

function example(...flags: string[]): Place {
  const here = place()
  here.json('init', 'init', '.', '--example', ...flags)
  return here
}

describe('a project', () => {
  test('goes from names to assets that are pulled', () => {
    using here = example()
    expect(here.json('update', 'update')).toMatchObject({ assets: 5, valid: 5, invalid: 0, problems: [], complete: true })
    expect(here.json('create', 'create')).toMatchObject({ assets: 5, changed: 5 })
    expect(here.json('export', 'export').exporters).toMatchObject([{ connection: 'local', ok: true, result: { assets: 5 } }])
    expect(here.json('search', 'search', 'running').assets).toMatchObject([{ uri: 'local://cat001/spec001/running-cat:v001' }])
    expect(here.json('pull', 'pull', 'cat001/spec001/running-cat:v001', 'out').files).toBe(4)
    expect(here.json('workflow', 'workflow', '--yes').done).toMatchObject(['delete', 'update', 'create', 'export'].map(step => ({ step })))
    expect(here.json('delete', 'delete', '--yes').removed).toHaveLength(3)
  })

  test('tells every fault with its place and the legal name, and ends with 1', () => {
    using here = example('--faulty')
    const { code, out } = here.run('update')
    expect(code).toBe(1)
    const lines = out.split('\n')
    const caret = lines.findIndex(line => line.trim().startsWith('^'))
    expect(lines[caret - 1]?.charAt(lines[caret]?.indexOf('^') ?? -1)).toBe('R')
    expect(lines[caret + 1]).toMatch(/legal name: p-cat001_s-spec001_d-running-cat_v001/)
    expect(out).toContain('The width is 32; it must be 64.')
    expect(out).toContain('The frame lacks the value 2.')
    expect(out).toMatch(
      /\n16 files in 5 assets: 2 valid, 3 invalid\n.*stage the valid assets now: fairlead create\nnext: fairlead name fix\n$/,
    )
    expect(here.json('update', 'update').problems).toHaveLength(3)
  })

  test('whose names are mended by the legal names that were told is valid there', () => {
    using here = example('--faulty')
    const { problems } = JSON.parse(here.run('update', '--json').out)
    const fault = problems
      .flatMap((group: { problems: readonly { path: string; legalName?: string }[] }) => group.problems)
      .find(({ legalName }: { legalName?: string }) => legalName !== undefined)
    const file = join(here.folder, 'ingress', fault.path)
    renameSync(file, join(file, '..', fault.legalName))
    expect(here.json('update', 'update')).toMatchObject({ valid: 3, invalid: 2 })
  })

  test('shows many faults only when all are asked for', () => {
    using here = example()
    const folder = join(here.folder, 'ingress/cat001/note001')
    const [name = ''] = readdirSync(folder)
    for (let index = 1; index <= 25; index++) copyFileSync(join(folder, name), join(folder, `p-cat001_s-note001_d-Note-${index}_v001.txt`))
    const { out } = here.run('update')
    expect(out).toContain('… and 5 more (fairlead update --all shows everything)')
    expect(here.json('update', 'update').complete).toBe(false)
    expect(here.json('update', 'update', '--all').problems).toHaveLength(25)
  })

  test('escapes control characters of hostile names', () => {
    using here = example()
    here.write('ingress/p-cat001_s-note001_d-\u001b[2Jx_v001.txt', 'x')
    const { out } = here.run('update')
    expect(out).toContain('\\u001b[2J')
    expect(out).not.toContain('\u001b[2J')
  })

  test('is asked in SQL, and only asked', () => {
    using here = example()
    here.run('update')
    expect(here.json('query', 'query', 'select specification, count(*) as files from files group by 1 order by 1').rows).toEqual([
      { specification: 'note001', files: 1 },
      { specification: 'spec001', files: 4 },
      { specification: 'spec002', files: 12 },
    ])
    expect(here.run('query', 'delete from files')).toMatchObject({ code: 2, err: expect.stringContaining('rejected') })
    expect(here.json('query', 'query', '--limit', '2')).toMatchObject({ count: 2, complete: false })
  })

  test('is found from below its folder, or named', () => {
    using here = example()
    expect(here.run('update', '--project', 'ingress/..').code).toBe(0)
    expect(here.run('create', '--project', 'fairlead.yaml', '--dry-run').code).toBe(0)
  })

  test('with a file that can not be read is told by line and column, exit code 2', () => {
    using here = place()
    here.write('fairlead.yaml', 'ingress_directory: .\nwrite_mod: copy\n')
    expect(here.run('update')).toMatchObject({ code: 2, err: expect.stringMatching(/fairlead\.yaml:2:1: .*did you mean "write_mode"/) })
  })

  test('that is none is a wrong use with the command that makes one', () => {
    using here = place()
    for (const command of ['update', 'create', 'export', 'query', 'workflow', 'delete']) {
      expect(here.run(command), command).toMatchObject({ code: 2, err: expect.stringContaining('fairlead init') })
    }
  })

  test('is never made over one that is there', () => {
    using here = example()
    expect(here.run('init')).toMatchObject({ code: 1, err: expect.stringContaining('already exists') })
  })

  test('exports to a connection that is named, from a staging that is named', () => {
    using here = example()
    here.run('update')
    here.run('create')
    here.run('client', 'add', 'archive', 'disk', '--set', 'root=archive')
    expect(here.json('export', 'export', '--to', 'archive', '--staging', '.fairlead/staging').exporters).toMatchObject([
      { connection: 'archive', ok: true },
    ])
    expect(here.json('search', 'search', '--client', 'archive').count).toBe(5)
  })

  test('whose exporter does not exist ends with 1 and says what to do', () => {
    using here = example()
    here.run('update')
    here.run('create')
    here.write('fairlead.yaml', 'ingress_directory: ingress\nspecification_files: [specifications]\nexporters: [{connection: nowhere}]\n')
    const { code, out } = here.run('export')
    expect(code).toBe(1)
    expect(out).toContain('client add nowhere')
  })
})
