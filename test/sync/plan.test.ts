import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bytesSource } from '@fairlead/core'
import type { SyncedFile } from '@fairlead/core/host'
import { failure, ground, objectsBelow, synced, type Ground } from './ground.ts'

interface Line {
  [name: string]: unknown
}

/** The lines of a plan as values. */
function linesOf(file: string): Line[] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
}

function writeLines(file: string, lines: readonly Line[]): void {
  writeFileSync(file, lines.map(line => `${JSON.stringify(line)}\n`).join(''))
}

/** A folder and a bucket that differ in something new, something changed and something to be deleted; the same is `same`. */
async function planned(here: Ground): Promise<{ readonly source: string; readonly plan: string }> {
  await synced(here.fairlead, here.write('before', { same: ['same', 1_600_000_000], changed: 'before', old: 'old' }), 'bucket:/x')
  const source = here.write('source', { same: ['same', 1_600_000_000], changed: 'and after', 'a/new': 'new' })
  const plan = here.path('plan.jsonl')
  await synced(here.fairlead, source, 'bucket:/x', { delete: true, plan })
  return { source, plan }
}

describe('a plan', () => {
  it('is private, says what was compared, and names every action with the states it was made of', async () => {
    await using here = await ground()
    const { source, plan } = await planned(here)
    expect(statSync(plan).mode & 0o777).toBe(0o600)
    const [header, ...actions] = linesOf(plan)
    expect(header).toMatchObject({
      fairlead: 'sync-plan',
      schema: 1,
      source,
      dest: 'bucket:/x',
      options: { compare: 'auto', delete: true },
      totals: { added: 1, addedBytes: 3, changed: 1, changedBytes: 9, deleted: 1, deletedBytes: 3, unchanged: 1, destination: 3 },
    })
    expect(actions).toEqual([
      { do: 'copy', path: 'a/new', reason: 'new', from: { size: 3, modified: expect.any(String) }, to: null },
      {
        do: 'copy',
        path: 'changed',
        reason: 'size',
        from: { size: 9, modified: expect.any(String) },
        to: { size: 6, modified: expect.any(String), etag: expect.any(String) },
      },
      { do: 'delete', path: 'old', to: { size: 3, modified: expect.any(String), etag: expect.any(String) } },
    ])
    expect(readFileSync(plan, 'utf8')).not.toContain(here.server.key)
    expect(Object.keys(await objectsBelow(here.fairlead, 'bucket', 'x'))).toEqual(['changed', 'old', 'same'])
  })

  it('is applied as it stands, and then there is nothing left to do', async () => {
    await using here = await ground()
    const { source, plan } = await planned(here)
    here.write('source', { later: 'not in the plan' })
    const files: SyncedFile[] = []
    const result = await here.fairlead.applySync(plan, { onFile: file => files.push(file) })
    expect(result).toMatchObject({ failed: 0, source, dest: 'bucket:/x', totals: { added: 1, changed: 1, deleted: 1 } })
    expect(files.map(({ path, outcome }) => [path, outcome]).toSorted()).toEqual([
      ['a/new', 'done'],
      ['changed', 'done'],
      ['old', 'done'],
    ])
    rmSync(here.path('source/later'))
    expect(await objectsBelow(here.fairlead, 'bucket', 'x')).toEqual(here.read('source'))
    expect(await synced(here.fairlead, source, 'bucket:/x', { delete: true })).toMatchObject({ files: [] })
  })

  it('leaves out, one by one, what is not as it was: a changed source, a source that is gone, an object that somebody wrote', async () => {
    await using here = await ground()
    await synced(here.fairlead, here.write('before', { a: 'a', b: 'b', old: 'old' }), 'bucket:/x')
    const source = here.write('source', { a: 'aaa', b: 'bbb', c: 'ccc', d: 'ddd', e: 'eee' })
    const plan = here.path('plan.jsonl')
    await synced(here.fairlead, source, 'bucket:/x', { delete: true, plan })
    here.write('source', { c: 'changed since' })
    rmSync(here.path('source/d'))
    await using client = await here.fairlead.connect('bucket')
    await client.write('x/a', bytesSource('theirs'))
    await client.write('x/e', bytesSource('theirs'))
    const result = await here.fairlead.applySync(plan)
    expect(result).toMatchObject({ failed: 4, conflicts: 4, totals: { changed: 1, deleted: 0 }, keptBecause: '4 objects were not copied' })
    expect(result.failures.map(({ path }) => path).toSorted()).toEqual(['a', 'c', 'd', 'e'])
    expect(await objectsBelow(here.fairlead, 'bucket', 'x')).toEqual({ a: 'theirs', b: 'bbb', e: 'theirs', old: 'old' })
  })

  it('is done by being applied twice: what is there already is no conflict', async () => {
    await using here = await ground()
    const source = here.write('source', { a: 'a', b: 'b' })
    const plan = here.path('plan.jsonl')
    await synced(here.fairlead, source, 'bucket:/x', { plan })
    await here.fairlead.applySync(plan)
    expect(await here.fairlead.applySync(plan)).toMatchObject({ failed: 0 })
    await synced(here.fairlead, source, here.path('dest'), { plan })
    for (const _ of [1, 2]) expect(await here.fairlead.applySync(plan)).toMatchObject({ failed: 0 })
  })

  it('goes between folders too, and moves what was renamed', async () => {
    await using here = await ground()
    here.write('dest', { 'old/name': 'the content', old2: 'x' })
    const source = here.write('source', { 'new/name': 'the content' })
    const plan = here.path('plan.jsonl')
    await synced(here.fairlead, source, here.path('dest'), { delete: true, trackRenames: true, plan })
    expect(linesOf(plan).slice(1)).toMatchObject([
      { do: 'move', path: 'new/name', previous: 'old/name' },
      { do: 'delete', path: 'old2' },
    ])
    expect(await here.fairlead.applySync(plan)).toMatchObject({ failed: 0 })
    expect(here.read('dest')).toEqual({ 'new/name': 'the content' })
  })

  it('that lies in SOURCE is no part of it', async () => {
    await using here = await ground()
    const source = here.write('source', { a: 'a' })
    const plan = here.path('source', 'plan.jsonl')
    for (const _ of [1, 2]) expect(await synced(here.fairlead, source, here.path('dest'), { plan })).toMatchObject({ totals: { added: 1 } })
    expect(linesOf(plan).slice(1)).toMatchObject([{ path: 'a' }])
  })

  it('never takes the place of a file that is none', async () => {
    await using here = await ground()
    const source = here.write('source', { a: 'a' })
    const photo = here.path('source', 'a')
    expect((await failure(here.fairlead.sync(source, 'box:/x', { plan: photo }))).code).toBe('already-exists')
    expect(here.read('source')).toEqual({ a: 'a' })
  })

  it('obeys the guard of deletions when it is applied', async () => {
    await using here = await ground()
    here.write('dest', Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}`, ''])))
    const source = here.write('source', { f0: '' })
    const plan = here.path('plan.jsonl')
    await synced(here.fairlead, source, here.path('dest'), { delete: true, plan })
    const error = await failure(here.fairlead.applySync(plan))
    expect(error.hint).toContain('--max-delete 29')
    expect(await here.fairlead.applySync(plan, { maxDelete: { percent: 100 } })).toMatchObject({ failed: 0, totals: { deleted: 29 } })
  })
})

describe('a plan that was not made here is refused before anything is done', () => {
  const hostile: ReadonlyArray<readonly [string, (lines: Line[]) => Line[], string]> = [
    ['of a newer schema', ([header, ...rest]) => [{ ...header, schema: 2 }, ...rest], 'config-invalid'],
    ['without a header', ([, ...rest]) => rest, 'input-invalid'],
    [
      'with a path that leaves its folder',
      lines => lines.map(line => (line['do'] === 'copy' ? { ...line, path: '../../evil' } : line)),
      'input-invalid',
    ],
    ['with an absolute path', lines => lines.map(line => (line['do'] === 'copy' ? { ...line, path: '/etc/evil' } : line)), 'input-invalid'],
    ['with a path of NUL', lines => lines.map(line => (line['do'] === 'copy' ? { ...line, path: 'a\0b' } : line)), 'input-invalid'],
    ['with the root as a path', lines => lines.map(line => (line['do'] === 'delete' ? { ...line, path: '' } : line)), 'input-invalid'],
    ['with an action more', lines => [...lines, { do: 'delete', path: 'same', to: { size: 4 } }], 'input-invalid'],
    ['with an action less', lines => lines.slice(0, -1), 'input-invalid'],
    ['with an unknown action', lines => lines.map(line => (line['do'] === 'delete' ? { ...line, do: 'chmod' } : line)), 'input-invalid'],
    ['of another destination', ([header, ...rest]) => [{ ...header, dest: 'bucket:/elsewhere' }, ...rest], 'precondition-failed'],
    ['of another source', ([header, ...rest]) => [{ ...header, source: '/etc' }, ...rest], 'precondition-failed'],
    [
      'with sizes that are none',
      lines => lines.map(line => (line['do'] === 'copy' ? { ...line, from: { size: -1 } } : line)),
      'input-invalid',
    ],
  ]
  it.each(hostile)('%s', async (_name, change, code) => {
    await using here = await ground()
    const { plan } = await planned(here)
    const before = await objectsBelow(here.fairlead, 'bucket', 'x')
    writeLines(plan, change(linesOf(plan)))
    expect((await failure(here.fairlead.applySync(plan))).code).toBe(code)
    expect(await objectsBelow(here.fairlead, 'bucket', 'x')).toEqual(before)
  })

  it('that would change what Fairlead keeps at DEST', async () => {
    await using here = await ground()
    await using client = await here.fairlead.connect('box')
    const { uri } = await client.push(here.write('asset', { a: 'a' }), 'cats/cat:v001')
    const source = here.write('source', { 'fairlead.json': '{}' })
    const plan = here.path('plan.jsonl')
    await synced(here.fairlead, source, 'box:/', { plan, withAssets: true })
    const [header = {}, ...rest] = linesOf(plan)
    writeLines(plan, [{ ...header, options: {} }, ...rest])
    expect((await failure(here.fairlead.applySync(plan))).message).toContain('which Fairlead reserves for itself')
    expect((await client.verify(uri)).ok).toBe(true)
  })

  it('that would move what Fairlead keeps at DEST away', async () => {
    await using here = await ground()
    await using client = await here.fairlead.connect('box')
    const { uri } = await client.push(here.write('asset', { a: 'a' }), 'cats/cat:v001')
    const plan = here.path('plan.jsonl')
    await synced(here.fairlead, here.write('source', { a: '{}' }), 'box:/', { plan })
    const [header = {}, { from } = {}] = linesOf(plan)
    const totals = { ...Object(header['totals']), added: 0, addedBytes: 0, moved: 1, movedBytes: 2 }
    const size = (await client.stat('fairlead.json')).size
    writeLines(plan, [
      { ...header, totals },
      { do: 'move', path: 'a', previous: 'fairlead.json', from, to: { size } },
    ])
    expect((await failure(here.fairlead.applySync(plan))).message).toContain('which Fairlead reserves for itself')
    expect((await client.verify(uri)).ok).toBe(true)
  })

  it('that would copy settings and secrets of Fairlead', async () => {
    await using here = await ground()
    const source = here.path()
    const config = here.path('home', 'config')
    const plan = here.path('out', 'plan.jsonl')
    here.write('out', { x: '' })
    here.write('source/in', { a: 'a' })
    mkdirSync(config, { recursive: true })
    writeFileSync(`${config}/other`, 'secret')
    await synced(here.fairlead, source, 'bucket:/x', { plan, filter: { rules: [{ take: true, pattern: '/source/in/a' }] } })
    const [header = {}, action = {}] = linesOf(plan)
    const totals = { ...Object(header['totals']), addedBytes: 6 }
    const path = relative(source, `${config}/other`)
    writeLines(plan, [
      { ...header, totals },
      { ...action, path, from: { size: 6 } },
    ])
    expect((await failure(here.fairlead.applySync(plan))).message).toContain('which Fairlead reserves for itself')
    expect(await objectsBelow(here.fairlead, 'bucket', 'x')).toEqual({})
  })

  it('line by line where it would go through a link: nothing is read or moved from there', async () => {
    await using here = await ground()
    const outside = here.write('outside', { victim: 'victim' })
    const [source, dest] = [here.write('source', { a: 'aaaaaa' }), here.write('dest', { b: 'b' })]
    for (const folder of [source, dest]) symlinkSync(outside, `${folder}/link`)
    const plan = here.path('plan.jsonl')
    await synced(here.fairlead, source, dest, { plan })
    const [header = {}, { from } = {}] = linesOf(plan)
    const totals = { ...Object(header['totals']), moved: 1, movedBytes: 6 }
    writeLines(plan, [
      { ...header, totals },
      { do: 'copy', path: 'link/victim', reason: 'new', from: { size: 6 }, to: null },
      { do: 'move', path: 'a', previous: 'link/victim', from, to: { size: 6 } },
    ])
    expect(await here.fairlead.applySync(plan)).toMatchObject({ conflicts: 2, failed: 2 })
    expect(here.read('outside')).toEqual({ victim: 'victim' })
    expect(Object.keys(here.read('dest'))).toEqual(['b', 'link/victim'])
  })

  it('cut off in the middle of a line', async () => {
    await using here = await ground()
    const { plan } = await planned(here)
    truncateSync(plan, statSync(plan).size - 7)
    expect((await failure(here.fairlead.applySync(plan))).message).toContain('ends in the middle of a line')
  })

  it('of one endless line, in bounded memory', async () => {
    await using here = await ground()
    const plan = here.path('huge')
    for (let count = 0; count < 64; count++) appendFileSync(plan, 'x'.repeat(1024 * 1024))
    expect((await failure(here.fairlead.applySync(plan))).message).toContain('too long')
  })

  it('that is a folder, or not there', async () => {
    await using here = await ground()
    mkdirSync(here.path('folder'))
    expect((await failure(here.fairlead.applySync(here.path('folder')))).code).toBe('input-invalid')
    expect((await failure(here.fairlead.applySync(here.path('nowhere')))).code).toBe('not-found')
  })

  it('for other places than those that are named beside it', async () => {
    await using here = await ground()
    const { plan, source } = await planned(here)
    utimesSync(source, 1, 1)
    expect((await failure(here.fairlead.applySync(plan, { dest: 'bucket:/y' }))).code).toBe('precondition-failed')
    expect(await here.fairlead.applySync(plan, { source, dest: 'bucket:/x' })).toMatchObject({ failed: 0 })
  })
})
