import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesSource, comparePaths, FairleadError, streamSource } from '@fairlead/core'
import { toDiskError } from '../src/errors.ts'
import { Confinement } from '../src/service/confine.ts'
import { bench, bytesOf, context, listAll } from './support.ts'

const codeOf = async (work: () => Promise<unknown>): Promise<string> => {
  try {
    await work()
  } catch (error) {
    return FairleadError.is(error) ? error.code : toDiskError(error, { name: 'test' }).code
  }
  return 'none'
}
const write = (connection: ReturnType<typeof bench>['connection'], path: string, text = path) =>
  connection.doWrite({ path, source: bytesSource(text) }, context)

describe('a root', () => {
  it.skipIf(process.platform !== 'linux')('that the file system can not make is an error, not an endless try', () => {
    expect(() => new Confinement('/proc/fairlead/store').makeRoot()).toThrow('ENOENT')
  })
})

describe('links below the root', () => {
  it('are never followed, whether they are folders or files, and never listed', async () => {
    using setup = bench()
    await write(setup.connection, 'a/real.txt')
    const outside = join(setup.root, '..', 'outside')
    mkdirSync(outside)
    writeFileSync(join(outside, 'secret.txt'), 'secret')
    symlinkSync(outside, join(setup.root, 'link'))
    symlinkSync(join(outside, 'secret.txt'), join(setup.root, 'a', 'link.txt'))
    for (const path of ['link/secret.txt', 'a/link.txt']) {
      expect(await codeOf(() => setup.connection.doRead({ path }))).toBe('path-invalid')
      expect(await codeOf(() => setup.connection.doStat(path))).toBe('path-invalid')
      expect(await codeOf(() => write(setup.connection, path, 'overwritten'))).toBe('path-invalid')
    }
    expect(await codeOf(() => setup.connection.doRemoveAll('link/secret.txt'))).toBe('path-invalid')
    expect((await listAll(setup.connection, 10)).map(entry => entry.path)).toEqual(['a/real.txt'])
    expect(readFileSync(join(outside, 'secret.txt'), 'utf8')).toBe('secret')
  })
  it('are refused where the client keeps its own things, so that none leads a removal or a write outside', async () => {
    using setup = bench()
    await write(setup.connection, 'Documents/x')
    await write(setup.connection, 'profile')
    const outside = join(setup.root, '..', 'victim')
    mkdirSync(join(outside, 'Documents'), { recursive: true })
    writeFileSync(join(outside, 'Documents', 'thesis.txt'), 'kept')
    writeFileSync(join(outside, 'profile'), 'kept')
    symlinkSync(outside, join(setup.root, '.fairlead', 'metadata'))
    const tagged = { path: 'profile', source: bytesSource('new'), metadata: { a: 'b' } }
    expect(await codeOf(() => setup.connection.doWrite(tagged, context))).toBe('path-invalid')
    expect(await codeOf(() => setup.connection.doRemove(['profile']))).toBe('path-invalid')
    expect(await codeOf(() => setup.connection.doRemoveAll('Documents'))).toBe('path-invalid')
    expect(await codeOf(() => setup.connection.doRemoveAll(''))).toBe('path-invalid')
    expect(readFileSync(join(outside, 'Documents', 'thesis.txt'), 'utf8')).toBe('kept')
    expect(readFileSync(join(outside, 'profile'), 'utf8')).toBe('kept')
  })
  it('are removed themselves, not what they lead to', async () => {
    using setup = bench()
    await write(setup.connection, 'a/real.txt')
    const outside = join(setup.root, '..', 'kept')
    mkdirSync(outside)
    writeFileSync(join(outside, 'kept.txt'), 'kept')
    symlinkSync(outside, join(setup.root, 'a', 'link'))
    await setup.connection.doRemoveAll('a')
    expect(existsSync(join(outside, 'kept.txt'))).toBe(true)
    expect(existsSync(join(setup.root, 'a'))).toBe(false)
  })
})

describe('a write', () => {
  it('of a body that breaks leaves what was there, and nothing else', async () => {
    using setup = bench()
    await write(setup.connection, 'a.txt', 'before')
    const broken = new ReadableStream<Uint8Array>({ pull: controller => controller.error(new Error('gone')) })
    await expect(setup.connection.doWrite({ path: 'a.txt', source: streamSource(broken) }, context)).rejects.toThrow('gone')
    expect(await codeOf(() => setup.connection.doWrite({ path: 'a.txt', source: { ...bytesSource('short'), size: 9 } }, context))).toBe(
      'integrity',
    )
    expect(await bytesOf((await setup.connection.doRead({ path: 'a.txt' })).body)).toBe('before')
    expect(readdirSync(join(setup.root, '.fairlead', 'tmp'))).toEqual([])
  })
  it('under "absent" is won by exactly one of two', async () => {
    using setup = bench()
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        codeOf(() => setup.connection.doWrite({ path: 'tag.json', source: bytesSource(`${index}`), condition: { if: 'absent' } }, context)),
      ),
    )
    expect(outcomes.toSorted()).toEqual(['none', ...Array.from({ length: 7 }, () => 'precondition-failed')])
  })
  it('under "match" is won by exactly one of several that read the same state', async () => {
    using setup = bench()
    const { etag = '' } = await write(setup.connection, 'tag.json', 'one')
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        codeOf(() =>
          setup.connection.doWrite({ path: 'tag.json', source: bytesSource(`${index}`), condition: { if: 'match', etag } }, context),
        ),
      ),
    )
    expect(outcomes.toSorted()).toEqual(['none', ...Array.from({ length: 7 }, () => 'precondition-failed')])
  })
  it('keeps time, content type and metadata, and a replaced object keeps none of the old ones', async () => {
    using setup = bench()
    const modified = new Date('2020-02-03T04:05:06.789Z')
    await setup.connection.doWrite(
      { path: 'x/a.bin', source: bytesSource('1'), modified, contentType: 'image/x-raw', metadata: { owner: 'Ada ü' } },
      context,
    )
    expect(await setup.connection.doStat('x/a.bin')).toMatchObject({
      size: 1,
      modified,
      contentType: 'image/x-raw',
      metadata: { owner: 'Ada ü' },
    })
    const after = await write(setup.connection, 'x/a.bin', '2')
    expect(after.metadata).toBeUndefined()
    expect((await setup.connection.doStat('x/a.bin')).contentType).toBe('application/octet-stream')
  })
  it('that is replaced from outside loses its metadata rather than lend it to other content', async () => {
    using setup = bench()
    await setup.connection.doWrite({ path: 'a.bin', source: bytesSource('1'), metadata: { owner: 'Ada' } }, context)
    writeFileSync(join(setup.root, 'a.bin'), 'other')
    utimesSync(join(setup.root, 'a.bin'), 1, 1)
    expect((await setup.connection.doStat('a.bin')).metadata).toBeUndefined()
  })
  it('below a file, or onto a folder, says so', async () => {
    using setup = bench()
    await write(setup.connection, 'a/b')
    expect(await codeOf(() => write(setup.connection, 'a/b/c'))).toBe('path-invalid')
    expect(await codeOf(() => write(setup.connection, 'a'))).toBe('path-invalid')
  })
})

describe('a read', () => {
  it('honours ranges and validators, of small bodies and of streams', async () => {
    using setup = bench()
    const text = 'x'.repeat(3_000_000) + 'end'
    const { etag = '' } = await write(setup.connection, 'big', text)
    expect(await bytesOf((await setup.connection.doRead({ path: 'big', range: { start: 3_000_000 }, ifMatch: etag })).body)).toBe('end')
    expect((await bytesOf((await setup.connection.doRead({ path: 'big', range: { start: 1 } })).body)).length).toBe(text.length - 1)
    expect(await bytesOf((await setup.connection.doRead({ path: 'big', range: { start: 2_999_999, end: 3_000_001 } })).body)).toBe('xe')
    expect(await codeOf(() => setup.connection.doRead({ path: 'big', range: { start: 3_000_003 } }))).toBe('range-invalid')
    await write(setup.connection, 'big', 'new')
    expect(await codeOf(() => setup.connection.doRead({ path: 'big', ifMatch: etag }))).toBe('precondition-failed')
  })
  it('of a file that is replaced meanwhile gives the old content whole', async () => {
    using setup = bench()
    const text = 'a'.repeat(5_000_000)
    await write(setup.connection, 'big', text)
    const { body } = await setup.connection.doRead({ path: 'big' })
    await write(setup.connection, 'big', 'b')
    expect(await bytesOf(body)).toBe(text)
  })
  it('of a file that is written to in place meanwhile fails rather than mix two contents', async () => {
    using setup = bench()
    await write(setup.connection, 'big', 'a'.repeat(5_000_000))
    const { body } = await setup.connection.doRead({ path: 'big' })
    writeFileSync(join(setup.root, 'big'), 'b'.repeat(5_000_000))
    await expect(bytesOf(body)).rejects.toMatchObject({ code: 'integrity' })
  })
  it('that is cancelled in the middle closes its file', async () => {
    using setup = bench()
    await write(setup.connection, 'big', 'a'.repeat(5_000_000))
    const open = () => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0)
    const before = open()
    for (let index = 0; index < 20; index++) {
      const { body } = await setup.connection.doRead({ path: 'big' })
      if (body instanceof Uint8Array) throw new Error('expected a stream')
      const reader = body.getReader()
      await reader.read()
      await reader.cancel()
    }
    expect(open()).toBeLessThan(before + 5)
  })
  it('of a pipe or a folder is refused and does not hang', async () => {
    using setup = bench()
    await write(setup.connection, 'a/b')
    execFileSync('mkfifo', [join(setup.root, 'a', 'pipe')])
    expect(await codeOf(() => setup.connection.doRead({ path: 'a/pipe' }))).toBe('path-invalid')
    expect(await codeOf(() => setup.connection.doRead({ path: 'a' }))).toBe('path-invalid')
  })
})

describe('a listing', () => {
  const segment = fc.constantFrom('a', 'b', 'a.b', 'a-b', 'a b', 'Z', 'ü', '\u{1F600}', '\uff5e', '%41', '.x')
  it('comes in order of path bytes, pages of any size, and another process finds its place by the cursor', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.array(segment, { minLength: 1, maxLength: 3 }), { maxLength: 25 }),
        fc.integer({ min: 1, max: 6 }),
        async (paths, limit) => {
          using setup = bench()
          const written = new Set<string>()
          for (const parts of paths) {
            if ((await codeOf(() => write(setup.connection, parts.join('/')))) === 'none') written.add(parts.join('/'))
          }
          const expected = [...written].toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
          expect((await listAll(setup.connection, limit)).map(entry => entry.path)).toEqual(expected)
          const others = await listAll(setup.connection, limit, () => bench(new Map(), join(setup.root, '..')).connection)
          expect(others.map(entry => entry.path)).toEqual(expected)
        },
      ),
      { numRuns: 30 },
    )
  })
  it('orders names as their UTF-8 bytes do', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.string({ unit: 'grapheme' }),
        (a, b) => Math.sign(comparePaths(a, b)) === Buffer.compare(Buffer.from(a), Buffer.from(b)),
      ),
    )
  })
  it('of one level shows folders as prefixes, and of nothing is empty', async () => {
    using setup = bench()
    expect((await setup.connection.doList({ prefix: 'none', recursive: true }, undefined, context)).items).toEqual([])
    await write(setup.connection, 'a/b/c')
    await write(setup.connection, 'a/d')
    const page = await setup.connection.doList({ prefix: 'a', recursive: false }, undefined, context)
    expect(page.items.map(entry => [entry.path, entry.kind])).toEqual([
      ['a/b', 'prefix'],
      ['a/d', 'object'],
    ])
  })
  it('leaves out a name that is not UTF-8, with a warning', async () => {
    using setup = bench()
    await write(setup.connection, 'a')
    writeFileSync(Buffer.concat([Buffer.from(`${setup.root}/bad`), Buffer.from([0xff])]), '')
    expect((await listAll(setup.connection, 10)).map(entry => entry.path)).toEqual(['a'])
    expect(setup.warnings).toHaveLength(1)
  })
})

describe('an upload in parts', () => {
  it('goes on in another connection from what has arrived, and cuts off what a broken part left', async () => {
    using setup = bench()
    const state = await setup.connection.doBeginUpload({ path: 'big', size: 6, metadata: { k: 'v' } })
    await setup.connection.doUploadPart(state, { number: 1, offset: 0, last: false, body: bytesSource('abcd') }, context)
    const other = bench(new Map(), join(setup.root, '..')).connection
    expect(await other.doUploadedParts(state)).toEqual({ offset: 4 })
    expect(existsSync(join(setup.root, 'big'))).toBe(false)
    const receipt = await other.doUploadPart(
      JSON.parse(JSON.stringify(state)),
      { number: 2, offset: 3, last: true, body: bytesSource('DEF') },
      context,
    )
    const entry = await other.doCompleteUpload(state, [receipt], context)
    expect(entry).toMatchObject({ path: 'big', size: 6, metadata: { k: 'v' } })
    expect(readFileSync(join(setup.root, 'big'), 'utf8')).toBe('abcDEF')
    expect((await other.doListUploads()).items).toEqual([])
  })
  it('that is short is not completed, and one that was aborted is gone', async () => {
    using setup = bench()
    const state = await setup.connection.doBeginUpload({ path: 'big', size: 6 })
    expect(await codeOf(() => setup.connection.doCompleteUpload(state, [], context))).toBe('integrity')
    expect((await setup.connection.doListUploads()).items.map(upload => upload.path)).toEqual(['big'])
    await setup.connection.doAbortUpload(state)
    expect(await setup.connection.doUploadedParts(state)).toBe('gone')
    expect((await setup.connection.doListUploads()).items).toEqual([])
  })
  it('shares its list with bodies of writes that were killed, as old as they are and not as their source', async () => {
    using setup = bench()
    await write(setup.connection, 'a')
    const left = join(setup.root, '.fairlead', 'tmp', '0123456789abcdef01234567')
    writeFileSync(left, 'half')
    utimesSync(left, 0, 0)
    const [upload] = (await setup.connection.doListUploads()).items
    expect(upload?.started?.getTime()).toBeGreaterThan(Date.now() - 60 * 60 * 1000)
    await setup.connection.doAbortUpload(upload?.state ?? {})
    expect(readdirSync(join(setup.root, '.fairlead', 'tmp'))).toEqual([])
  })
  it('takes no state that would leave its folder', async () => {
    using setup = bench()
    await write(setup.connection, 'a')
    expect(await codeOf(async () => setup.connection.doAbortUpload({ id: '../../a', path: 'a' }))).toBe('input-invalid')
  })
})

describe('a shared link', () => {
  const expires = new Date('2026-01-01T01:00:00Z')
  it('opens until it expires or is revoked, and only with its signature', async () => {
    using setup = bench()
    await write(setup.connection, 'a/b ü.txt')
    const share = await setup.connection.doShare({ path: 'a/b ü.txt', target: 'object', kind: 'signed-url', method: 'GET', expires })
    expect(share.url.href).toMatch(/^http:\/\/127\.0\.0\.1:8390\/files\/s\/[0-9a-f]{24}\/b%20%C3%BC\.txt\?expires=/)
    expect(await setup.connection.doOpenShare({ url: share.url, method: 'HEAD' })).toEqual({ path: 'a/b ü.txt', target: 'object' })
    expect(await codeOf(() => setup.connection.doOpenShare({ url: share.url, method: 'PUT' }))).toBe('permission-denied')
    const forged = new URL(share.url)
    forged.searchParams.set('signature', 'AAAA')
    expect(await codeOf(() => setup.connection.doOpenShare({ url: forged, method: 'GET' }))).toBe('permission-denied')
    expect((await setup.connection.doListShares()).items.map(item => item.url.href)).toEqual([share.url.href])
    setup.now = expires
    expect(await codeOf(() => setup.connection.doOpenShare({ url: share.url, method: 'GET' }))).toBe('not-found')
    expect((await setup.connection.doListShares()).items).toEqual([])
  })
  it('of a folder reads below it and nowhere else', async () => {
    using setup = bench()
    const share = await setup.connection.doShare({ path: 'a', target: 'prefix', kind: 'signed-url', method: 'GET', expires })
    const inner = (path: string) => new URL(`${share.url.pathname}${path}${share.url.search}`, share.url)
    expect(await setup.connection.doOpenShare({ url: share.url, method: 'GET' })).toEqual({ path: 'a', target: 'prefix' })
    expect(await setup.connection.doOpenShare({ url: inner('x/y.txt'), method: 'GET' })).toEqual({ path: 'a/x/y.txt', target: 'object' })
    expect(await codeOf(() => setup.connection.doOpenShare({ url: inner('x/%2e%2e%2f%2e%2e/b'), method: 'GET' }))).toBe('path-invalid')
    expect(await codeOf(() => setup.connection.doOpenShare({ url: inner('%'), method: 'GET' }))).toBe('path-invalid')
    await setup.connection.doRevokeShare(share.id ?? '')
    expect(await codeOf(() => setup.connection.doOpenShare({ url: inner('x'), method: 'GET' }))).toBe('not-found')
    expect(await codeOf(() => setup.connection.doRevokeShare(share.id ?? ''))).toBe('not-found')
  })
  it("made with another user's key is refused", async () => {
    using setup = bench()
    const share = await setup.connection.doShare({ path: 'a', target: 'object', kind: 'signed-url', method: 'GET', expires })
    const other = bench(new Map(), join(setup.root, '..')).connection
    expect(await codeOf(() => other.doOpenShare({ url: share.url, method: 'GET' }))).toBe('permission-denied')
  })
})

describe('removing', () => {
  it('takes empty folders with it, and what is not there is no error', async () => {
    using setup = bench()
    await write(setup.connection, 'a/b/c')
    await write(setup.connection, 'a/d')
    await setup.connection.doRemove(['a/b/c', 'a/none', 'none/x'])
    expect(readdirSync(join(setup.root, 'a'))).toEqual(['d'])
    await setup.connection.doRemoveAll('')
    expect(readdirSync(setup.root)).toEqual(['.fairlead'])
  })
})

describe('a copy', () => {
  it('keeps time, type and metadata', async () => {
    using setup = bench()
    const modified = new Date('2020-02-03T04:05:06.000Z')
    await setup.connection.doWrite({ path: 'a', source: bytesSource('body'), modified, metadata: { k: 'v' } }, context)
    expect(await setup.connection.doCopy({ from: 'a', to: 'b/c' }, context)).toMatchObject({
      path: 'b/c',
      size: 4,
      modified,
      metadata: { k: 'v' },
    })
    expect(statSync(join(setup.root, 'b', 'c')).mtime).toEqual(modified)
  })
})
