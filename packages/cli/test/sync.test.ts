import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { built } from './support/build.ts'
import { place } from './support/run.ts'

beforeAll(built, 300_000)

const lines = (text: string) => text.trimEnd().split('\n')

it('brings a folder to a store, then finds nothing to do, and says so', () => {
  using here = place()
  here.write('renders/a.txt', 'one')
  here.write('renders/b/c.txt', 'two')
  const first = here.run('sync', 'renders', 'local:/renders')
  expect(first).toMatchObject({ code: 0, err: '' })
  expect(first.out).toContain('copied 6 B in 2 files (2 new, 0 changed), 0 the same')
  expect(here.run('sync', 'renders', 'local:/renders').out).toContain('nothing to do, 2 the same')
})

it('gives its counts as JSON and every file as a line of a report', () => {
  using here = place()
  here.write('renders/a.txt', 'one')
  const { out, code } = here.run('sync', 'renders', 'local:/x', '--json', '--report', 'report.jsonl')
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ dest: 'local:/x', dryRun: false, totals: { added: 1, addedBytes: 3 }, failed: 0, failures: [] })
  expect(JSON.parse(readFileSync(join(here.folder, 'report.jsonl'), 'utf8'))).toMatchObject({
    path: 'a.txt',
    action: 'copy',
    reason: 'new',
    outcome: 'done',
  })
})

it('writes a report over an older one, and over nothing else', () => {
  using here = place()
  here.write('renders/a.txt', 'one')
  const { code, err } = here.run('sync', 'renders', 'local:/x', '--report', 'renders/a.txt')
  expect(code).not.toBe(0)
  expect(err).toContain('is not a report')
  expect(readFileSync(join(here.folder, 'renders/a.txt'), 'utf8')).toBe('one')
  for (const round of ['first', 'second'])
    expect(here.run('sync', 'renders', `local:/${round}`, '--report', 'renders/report.jsonl'), round).toMatchObject({ code: 0 })
  expect(lines(readFileSync(join(here.folder, 'renders/report.jsonl'), 'utf8'))).toHaveLength(1)
})

it('writes a plan that it applies later', () => {
  using here = place()
  here.write('renders/new.txt', 'new')
  here.write('there/old.txt', 'old')
  const planned = here.run('sync', 'renders', 'there', '--delete', '--plan', 'plan.jsonl')
  expect(planned.code).toBe(0)
  expect(planned.out).toContain('would copy 3 B in 1 file (1 new, 0 changed), would delete 3 B in 1 file')
  expect(planned.out).toContain('fairlead sync --apply plan.jsonl')
  expect(statSync(join(here.folder, 'plan.jsonl')).mode & 0o777).toBe(0o600)
  expect(here.run('sync', '--apply', 'plan.jsonl')).toMatchObject({ code: 0 })
  expect(readFileSync(join(here.folder, 'there/new.txt'), 'utf8')).toBe('new')
  expect(statSync(join(here.folder, 'there/old.txt'), { throwIfNoEntry: false })).toBeUndefined()
})

it('shows in a dry run what would be done, file by file', () => {
  using here = place()
  here.write('renders/new.txt', 'new')
  here.write('renders/other.txt', 'longer')
  here.write('there/other.txt', 'short')
  here.write('there/old.txt', 'old')
  const { out } = here.run('sync', 'renders', 'there', '--delete', '--dry-run')
  expect(lines(out).slice(0, 3)).toEqual(['+ new.txt  3 B, new', '- old.txt  3 B', '~ other.txt  6 B, size'])
  expect(readFileSync(join(here.folder, 'there/other.txt'), 'utf8')).toBe('short')
})

it('obeys its filters', () => {
  using here = place()
  here.write('renders/a.exr', 'a')
  here.write('renders/b.tmp', 'b')
  here.run('sync', 'renders', 'there', '--exclude', '*.tmp')
  expect(statSync(join(here.folder, 'there/b.tmp'), { throwIfNoEntry: false })).toBeUndefined()
  expect(readFileSync(join(here.folder, 'there/a.exr'), 'utf8')).toBe('a')
})

it('refuses to delete more than it may, with the flag that allows it', () => {
  using here = place()
  here.write('renders/a', 'a')
  for (let number = 0; number < 20; number++) here.write(`there/${number}`, '')
  const { code, err } = here.run('sync', 'renders', 'there', '--delete')
  expect(code).toBe(1)
  expect(err).toContain('20 of the 20 objects of DEST')
  expect(err).toContain('--max-delete 20')
  expect(here.run('sync', 'renders', 'there', '--delete', '--max-delete', '100%').code).toBe(0)
})

it('ends with 1 where a file could not be brought over, and names it', () => {
  using here = place()
  here.write('renders/a/b', 'in a folder')
  here.write('renders/c', 'c')
  here.write('there/a', 'a file in the way')
  const { code, err, out } = here.run('sync', 'renders', 'there')
  expect(code).toBe(1)
  expect(out).toContain('copied 1 B in 1 file')
  expect(err).toContain('a/b')
})

it.each([
  [['sync', 'renders'], 'DEST is missing'],
  [['sync'], 'SOURCE and DEST are missing'],
  [['sync', 'renders', 'there', '--max-delete', '3'], '--max-delete works only with --delete'],
  [['sync', 'renders', 'there', '--delete', '--max-delete', 'many'], 'not a deletion limit'],
  [['sync', '--apply', 'plan', '--delete'], '--apply'],
  [['sync', 'renders', 'there', '--delete-excluded'], '--delete'],
  [['sync', 'renders', 'there', '--checksum', '--size-only'], '--size-only'],
])('says what is wrong with `%s`', (words, text) => {
  using here = place()
  here.write('renders/a', 'a')
  const { code, err } = here.run(...words)
  expect(code).toBe(2)
  expect(err).toContain(text)
})
