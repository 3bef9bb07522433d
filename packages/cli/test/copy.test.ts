import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { filterOf } from '../src/filter-flags.ts'
import { built } from './support/build.ts'
import { place, type Place } from './support/run.ts'

beforeAll(built, 300_000)

/** A place with a connection `archive` and some files. */
function withFiles(): Place {
  const here = place()
  here.run('client', 'add', 'archive', 'disk', '--set', `root=${join(here.folder, 'archive')}`)
  here.write('renders/hero.exr', 'exr')
  here.write('renders/notes.txt', 'notes')
  here.write('renders/cache/old.tmp', 'tmp')
  return here
}

const parsed = ({ out }: { readonly out: string }): Readonly<Record<string, unknown>> => JSON.parse(out)

describe('copy', () => {
  test('sends a folder, says how much, and keeps what is there the next time', () => {
    using here = withFiles()
    expect(here.run('copy', 'renders', 'archive:/shots')).toMatchObject({ code: 0, out: expect.stringContaining('11 B in 3 files copied') })
    expect(readFileSync(join(here.folder, 'archive/shots/cache/old.tmp'), 'utf8')).toBe('tmp')
    expect(here.run('copy', 'renders', 'archive:/shots').out).toContain('nothing to copy: 3 files already there')
  })

  test('gives stable fields to programs', () => {
    using here = withFiles()
    expect(parsed(here.run('copy', 'renders', 'archive:/shots', '--json'))).toEqual({
      sources: ['renders'],
      destination: 'archive:/shots',
      dryRun: false,
      files: 3,
      bytes: 11,
      sent: 3,
      sentBytes: 11,
      inService: 0,
      kept: 0,
      leftOut: 0,
      lost: 0,
      failed: 0,
      failures: [],
    })
  })

  test('takes several sources, and the content of one with a slash', () => {
    using here = withFiles()
    here.write('more/a.txt', 'a')
    here.run('copy', 'renders/hero.exr', 'more', 'renders/cache/', 'archive:/all')
    expect(here.run('ls', 'archive:/all', '--recursive', '--quiet').out.trim().split('\n')).toEqual([
      ':/all/hero.exr',
      ':/all/more/a.txt',
      ':/all/old.tmp',
    ])
  })

  test('takes what the patterns take, in their order', () => {
    using here = withFiles()
    expect(here.run('copy', 'renders', 'archive:/a', '--exclude', 'cache/', '-q').code).toBe(0)
    expect(parsed(here.run('copy', 'renders', 'archive:/b', '--include', '*.exr', '--json'))).toMatchObject({ sent: 1 })
    here.write('rules.txt', '# what is kept\n+ old.tmp\n- cache\n- *.txt\n')
    expect(parsed(here.run('copy', 'renders', 'archive:/c', '--filter-from', 'rules.txt', '--json'))).toMatchObject({ sent: 2 })
    expect(parsed(here.run('copy', 'renders', 'archive:/d', '--max-size', '3B', '--newer-than', '1d', '--json'))).toMatchObject({ sent: 2 })
  })

  test.each([
    [['--filter-from', 'nothing.txt'], 'nothing.txt'],
    [['--include', '[a'], '[a'],
    [['--min-size', '10M'], '--min-size'],
    [['--newer-than', 'yesterday'], '--newer-than'],
    [['--force', '--no-replace'], '--force'],
  ])('refuses %j as wrong use', (flags, named) => {
    using here = withFiles()
    expect(here.run('copy', 'renders', 'archive:/x', ...flags)).toMatchObject({ code: 2, err: expect.stringContaining(named) })
  })

  test('of a dry run prints what to run next, and does nothing', () => {
    using here = withFiles()
    const { out, code } = here.run('copy', 'renders', 'archive:/shots', '--dry-run')
    expect([code, out]).toEqual([0, expect.stringContaining('would copy 11 B in 3 files')])
    expect(out).toContain('fairlead copy renders archive:/shots')
    expect(existsSync(join(here.folder, 'archive/shots'))).toBe(false)
  })

  test('writes a line of JSON for each file, and does not copy the report', () => {
    using here = withFiles()
    here.run('copy', 'renders', 'archive:/shots', '--report', 'renders/copied.jsonl')
    const lines = readFileSync(join(here.folder, 'renders/copied.jsonl'), 'utf8').trim().split('\n')
    expect(lines.map(line => parsed({ out: line }).destination).toSorted()).toEqual([
      'archive:/shots/cache/old.tmp',
      'archive:/shots/hero.exr',
      'archive:/shots/notes.txt',
    ])
    expect(parsed({ out: lines[0] ?? '' })).toMatchObject({ outcome: 'sent', reason: 'new', inService: false })
  })

  test('goes on behind a file that fails, names it, and ends with 1', () => {
    using here = withFiles()
    here.run('copy', 'renders', 'archive:/shots')
    here.write('back/own.txt', '')
    symlinkSync('/nowhere', join(here.folder, 'back/cache'))
    const { code, out, err } = here.run('copy', 'archive:/shots', 'back')
    expect([code, out]).toEqual([1, expect.stringContaining('1 of 3 files failed')])
    expect(err).toContain('symbolic link')
    expect(err).toContain('Run the same command again')
    expect(existsSync(join(here.folder, 'back/hero.exr'))).toBe(true)
  })
})

test('patterns of different flags keep the order in which they were written', () => {
  const raw = [
    { type: 'flag', flag: 'exclude', input: 'a' },
    { type: 'arg', input: 'x' },
    { type: 'flag', flag: 'include', input: 'b' },
    { type: 'flag', flag: 'exclude', input: 'c' },
  ]
  expect(filterOf({ flags: {}, raw })?.rules).toEqual([
    { take: false, pattern: 'a' },
    { take: true, pattern: 'b' },
    { take: false, pattern: 'c' },
  ])
  expect(filterOf({ flags: {}, raw: [] })).toBeUndefined()
})
