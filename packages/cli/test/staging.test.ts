import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { built } from './support/build.ts'
import { bin, place, type Place } from './support/run.ts'

beforeAll(built, 300_000)

const config = (mode: string, more = '') =>
  `ingress_directory: ingress\nspecification_files: [specifications]\nwrite_mode: ${mode}\nexporters: [{connection: local}]\n${more}`

/** A project with the example's five assets, updated. */
function example(mode = 'copy', more = ''): Place {
  const here = place()
  here.run('init', '.', '--example')
  here.write('fairlead.yaml', config(mode, more))
  here.run('update')
  return here
}

function parsed({ out }: { readonly out: string }): Readonly<Record<string, unknown>> {
  return JSON.parse(out)
}

const files = (here: Place, folder: string) =>
  existsSync(join(here.folder, folder))
    ? readdirSync(join(here.folder, folder), { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).length
    : 0

describe('create', () => {
  test('shows its plan as a table, whole as JSON, and writes nothing', () => {
    using here = example()
    const { code, out } = here.run('create', '--dry-run')
    expect(code).toBe(0)
    expect(out).toMatch(/^ +FILES +BYTES +ASSET/)
    expect(out.split('\n').filter(line => line.startsWith('copy '))).toHaveLength(5)
    expect(parsed(here.run('create', '--dry-run', '--json'))).toMatchObject({
      plan: expect.arrayContaining([expect.objectContaining({ action: 'copy' })]),
    })
    expect(files(here, '.fairlead/staging')).toBe(0)
  })

  test('stages the assets that a condition and globs name, and keeps the others', () => {
    using here = example()
    expect(parsed(here.run('create', '--where', "descriptor = 'running-cat'", '--json'))).toMatchObject({ assets: 1, kept: 0 })
    expect(parsed(here.run('create', '--asset', '*note001*', '--json'))).toMatchObject({ changed: 1, kept: 1 })
    expect(here.run('create', '--where', 'nonsense = 1')).toMatchObject({ code: 2, err: expect.stringContaining('nonsense') })
  })

  test('says with exit code 1 which assets it refuses', () => {
    using here = example('move')
    here.run('create')
    here.run('init', 'again', '--example')
    const [name = ''] = readdirSync(join(here.folder, 'again/ingress/cat001/note001'))
    here.write(`ingress/cat001/note001/${name}`, 'something else\n')
    here.run('update')
    const { code, out } = here.run('create')
    expect(code).toBe(1)
    expect(out).toContain('only copy')
    expect(here.run('create', '--force').code).toBe(0)
  })
})

describe('delete of what was moved', () => {
  test('without a terminal and without --yes is a wrong use, and nothing goes', () => {
    using here = example('move')
    here.run('create')
    const staged = files(here, '.fairlead/staging/content')
    expect(staged).toBeGreaterThan(0)
    expect(files(here, 'ingress')).toBe(0)
    expect(here.feed('delete\n', 'delete')).toMatchObject({ code: 2, err: expect.stringMatching(/only copy of 5 assets[^]*--yes/) })
    expect(files(here, '.fairlead/staging/content')).toBe(staged)
  })

  test.runIf(existsSync('/usr/bin/script'))('at a terminal goes only when the word is typed', () => {
    using here = example('move')
    here.run('create')
    const staged = files(here, '.fairlead/staging/content')
    const typed = (word: string) =>
      spawnSync('script', ['-qec', `'${process.execPath}' '${bin}' delete`, '/dev/null'], {
        cwd: here.folder,
        env: here.env,
        input: `${word}\n`,
        encoding: 'utf8',
      }).stdout
    expect(typed('yes')).toMatch(/Type "delete" to confirm[^]*kept/)
    expect(files(here, '.fairlead/staging/content')).toBe(staged)
    expect(typed('delete')).toContain('emptied')
    expect(files(here, '.fairlead/staging')).toBe(0)
  })

  test('leaves it with --keep-moved, and takes it with --yes', () => {
    using here = example('move')
    here.run('create')
    const staged = files(here, '.fairlead/staging/content')
    expect(parsed(here.run('delete', '--dry-run', '--json'))).toMatchObject({ files: staged, moved: { assets: 5, deleted: true } })
    expect(parsed(here.run('delete', '--keep-moved', '--yes', '--json'))).toMatchObject({ files: 0, moved: { assets: 5, deleted: false } })
    expect(files(here, '.fairlead/staging/content')).toBe(staged)
    expect(parsed(here.run('delete', '--yes', '--json'))).toMatchObject({ files: staged, moved: { deleted: true } })
    expect(files(here, '.fairlead/staging')).toBe(0)
  })
})

describe('export', () => {
  test('writes a report with a line for each file', () => {
    using here = example('copy', 'metadata_types: [asset]\n')
    here.run('create')
    expect(here.run('export', '--report', 'report.jsonl').code).toBe(0)
    const lines = readFileSync(join(here.folder, 'report.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line))
    const content = lines.filter(({ kind }) => kind === 'content')
    expect(content).toHaveLength(files(here, '.fairlead/staging/content'))
    for (const line of content)
      expect(line).toMatchObject({
        connection: 'local',
        outcome: 'sent',
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        bytes: expect.any(Number),
      })
    here.run('export', '--report', 'report.jsonl')
    expect(new Set(readFileSync(join(here.folder, 'report.jsonl'), 'utf8').match(/"outcome":"\w+"/g))).toEqual(
      new Set(['"outcome":"kept"']),
    )
  })

  test('goes on behind an asset that fails, ends with 1, and is finished by the next one', () => {
    using here = example()
    here.run('create')
    const name = readdirSync(join(here.folder, '.fairlead/staging/content/cat001/note001'))[0] ?? ''
    const file = join(here.folder, '.fairlead/staging/content/cat001/note001', name)
    rmSync(file)
    const { code, out } = here.run('export')
    expect(code).toBe(1)
    expect(out).toMatch(/✗ local: 1 not exported; 4 assets[^]*is missing/)
    here.run('create')
    expect(here.run('export').code).toBe(0)
    expect(parsed(here.run('search', '--json'))).toMatchObject({ count: 5 })
  })

  test('of a dry run says what would be sent', () => {
    using here = example()
    here.run('create')
    expect(here.run('export', '--dry-run').out).toMatch(/would export 5 assets.*to send/)
    expect(parsed(here.run('search', '--json'))).toMatchObject({ count: 0 })
  })

  test('goes below a prefix of a named connection, in part where that is asked for', () => {
    using here = example()
    here.run('create')
    here.run('client', 'add', 'archive', 'disk', '--set', 'root=archive')
    expect(here.run('export', '--to', 'archive', '--prefix', 'renders/2030', '--asset', '*running-cat*').code).toBe(0)
    expect(files(here, 'archive/renders/2030/content')).toBe(4)
    expect(parsed(here.run('verify', 'archive://cat001/spec001/running-cat:v001', '--json'))).toMatchObject({ ok: true })
    expect(here.run('export', '--to', 'archive', '--prefix', 'assets')).toMatchObject({
      code: 2,
      err: expect.stringContaining('below "assets"'),
    })
  })
})
