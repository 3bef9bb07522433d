import { execFileSync } from 'node:child_process'
import { chmodSync, readdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { memorySequential } from '@fairlead/testkit'
import { bytesSource } from '@fairlead/core'
import { copyPairs, resolveCopy, type Client } from '@fairlead/core/host'
import { describe, expect, test } from 'vitest'
import { contentOf, copyAs, diskClient, folderWith, memoryClient, objectsOf, put, server, temporaryFolder } from './support.ts'

const files = { 'a.png': 'a', 'sub/b.txt': 'bb', 'sub/empty': '', 'ü/ö 1%.exr': 'ccc' }

describe('a copy', () => {
  test('sends a folder and brings it back with its times, byte for byte', async () => {
    const client = await memoryClient()
    const folder = folderWith(files)
    utimesSync(join(folder, 'a.png'), 1000, 1_000_000_000.123)
    const { result } = await copyAs({ m: client }, folder, 'm:/x')
    expect(result).toMatchObject({ files: 4, bytes: 6, sent: 4, sentBytes: 6, kept: 0, failed: 0, inService: 0 })
    const back = temporaryFolder()
    await copyAs({ m: client }, 'm:/x', back)
    expect(contentOf(back)).toEqual(files)
    expect(statSync(join(back, 'a.png')).mtimeMs).toBe(1_000_000_000_123)
  })

  test('tells of each file what became of it', async () => {
    const client = await memoryClient()
    const { files: told } = await copyAs({ m: client }, folderWith({ 'a.png': 'a' }), 'm:/x')
    expect(told).toEqual([
      {
        source: expect.stringMatching(/\/a\.png$/),
        destination: 'memory:/x/a.png',
        outcome: 'sent',
        bytes: 1,
        reason: 'new',
        inService: false,
        checksum: { algorithm: 'sha256', value: 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb', scope: 'object' },
      },
    ])
  })

  test('keeps what is there and the same, and replaces what differs', async () => {
    const client = await memoryClient()
    const folder = folderWith(files)
    await copyAs({ m: client }, folder, 'm:/x')
    expect((await copyAs({ m: client }, folder, 'm:/x')).result).toMatchObject({ files: 4, sent: 0, kept: 4 })
    writeFileSync(join(folder, 'a.png'), 'longer')
    utimesSync(join(folder, 'sub/b.txt'), 1, 1)
    const { result, files: told } = await copyAs({ m: client }, folder, 'm:/x')
    expect(result).toMatchObject({ sent: 2, kept: 2 })
    expect(told.filter(({ outcome }) => outcome === 'sent').map(({ reason }) => reason)).toEqual(['size', 'modified'])
    expect((await objectsOf(client))['x/a.png']).toBe('longer')
  })

  test('keeps what was brought here before, in every kind of store', async () => {
    for (const client of [await memoryClient(), await memoryClient(memorySequential), await diskClient()]) {
      await put(client, { 'x/a': 'a', 'x/b': 'b' })
      const back = temporaryFolder()
      await copyAs({ m: client }, 'm:/x', back)
      expect((await copyAs({ m: client }, 'm:/x', back)).result).toMatchObject({ sent: 0, kept: 2 })
    }
  })

  test('compares by checksum alone when asked', async () => {
    const client = await memoryClient()
    const folder = folderWith({ a: 'one', b: 'two' })
    await copyAs({ m: client }, folder, 'm:/x')
    writeFileSync(join(folder, 'a'), 'six')
    const { mtime } = statSync(join(folder, 'b'))
    utimesSync(join(folder, 'a'), mtime, mtime)
    utimesSync(join(folder, 'b'), 5, 5)
    expect((await copyAs({ m: client }, folder, 'm:/x', { checksum: true })).result).toMatchObject({ sent: 1, kept: 1 })
    expect((await objectsOf(client))['x/a']).toBe('six')
    expect((await copyAs({ m: client }, 'm:/x', folder, { checksum: true })).result).toMatchObject({ sent: 0, kept: 2 })
  })

  test('never replaces anything when told so', async () => {
    const client = await put(await memoryClient(), { 'x/a': 'old' })
    const folder = folderWith({ a: 'newer', b: 'b' })
    const { result, files: told } = await copyAs({ m: client }, folder, 'm:/x', { noReplace: true })
    expect(result).toMatchObject({ sent: 1, kept: 1 })
    expect(told.find(({ outcome }) => outcome === 'kept')?.reason).toBe('exists')
    expect(await objectsOf(client)).toEqual({ 'x/a': 'old', 'x/b': 'b' })
    const back = folderWith({ a: 'mine' })
    expect((await copyAs({ m: client }, 'm:/x', back, { noReplace: true })).result).toMatchObject({ sent: 1, kept: 1, failed: 0 })
    expect(contentOf(back)).toEqual({ a: 'mine', b: 'b' })
  })

  test('sends everything again when forced', async () => {
    const client = await memoryClient()
    const folder = folderWith(files)
    await copyAs({ m: client }, folder, 'm:/x')
    expect((await copyAs({ m: client }, folder, 'm:/x', { force: true })).result).toMatchObject({ sent: 4, kept: 0 })
  })

  test('of a dry run says what it would do, and does nothing', async () => {
    const client = await memoryClient()
    const { result, files: told } = await copyAs({ m: client }, folderWith(files), 'm:/x', { dryRun: true })
    expect(result).toMatchObject({ sent: 4, sentBytes: 6 })
    expect(new Set(told.map(({ outcome }) => outcome))).toEqual(new Set(['planned']))
    expect(await objectsOf(client)).toEqual({})
  })

  test('sends files that are named one by one at the same time', async () => {
    const client = await memoryClient()
    const folder = folderWith({ a: 'a', b: 'b' })
    const both = Promise.withResolvers<void>()
    let begun = 0
    const meeting: Client = {
      ...client,
      async write(...told) {
        if (++begun === 2) both.resolve()
        await both.promise
        return client.write(...told)
      },
    }
    const { result } = await copyAs({ m: meeting }, [`${folder}/a`, `${folder}/b`], 'm:/x/')
    expect(result).toMatchObject({ sent: 2, failed: 0 })
    expect(await objectsOf(client)).toEqual({ 'x/a': 'a', 'x/b': 'b' })
  })

  test('takes what the filter takes', async () => {
    const client = await memoryClient()
    await copyAs({ m: client }, folderWith(files), 'm:/x', { filter: { rules: [{ take: false, pattern: 'sub' }] } })
    expect(Object.keys(await objectsOf(client))).toEqual(['x/a.png', 'x/ü/ö 1%.exr'])
    const back = temporaryFolder()
    await copyAs({ m: client }, 'm:/x', back, { filter: { minBytes: 2 } })
    expect(contentOf(back)).toEqual({ 'ü/ö 1%.exr': 'ccc' })
  })

  test('goes on behind a file that fails, and says which one', async () => {
    const client = await memoryClient()
    const folder = folderWith({ a: 'a', secret: 's', z: 'z', [`${'n'.repeat(200)}/${'m'.repeat(200)}`]: 'ok' })
    chmodSync(join(folder, 'secret'), 0)
    const isRoot = process.getuid?.() === 0
    const { result } = await copyAs({ m: client }, folder, `m:/${'p'.repeat(250)}/${'q'.repeat(250)}/${'r'.repeat(250)}`)
    expect(result.failures.map(({ code }) => code)).toContain('path-invalid')
    expect(result.failed).toBe(isRoot ? 1 : 2)
    expect(result.sent).toBe(isRoot ? 3 : 2)
  })

  test('leaves links out and says so once', async () => {
    const client = await memoryClient()
    const folder = folderWith({ a: 'a' })
    symlinkSync('/etc/passwd', join(folder, 'l1'))
    symlinkSync('/etc', join(folder, 'l2'))
    const { result, warnings } = await copyAs({ m: client }, folder, 'm:/x')
    expect(result).toMatchObject({ files: 1, leftOut: 2, failed: 0 })
    expect(warnings).toEqual(['2 symbolic links left out: only regular files are copied.'])
    expect(await objectsOf(client)).toEqual({ 'x/a': 'a' })
  })

  test('counts a name that is not UTF-8 as a failure', async () => {
    const client = await memoryClient()
    const folder = folderWith({ a: 'a' })
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/bad`), Buffer.from([0xff])]), '')
    expect((await copyAs({ m: client }, folder, 'm:/x')).result).toMatchObject({ sent: 1, failed: 1, failures: [{ code: 'path-invalid' }] })
  })

  test('ends by its signal, and leaves nothing half done', async () => {
    const client = await memoryClient()
    const folder = folderWith(Object.fromEntries(Array.from({ length: 300 }, (_value, index) => [`f${index}`, `content ${index}`])))
    const stop = new AbortController()
    let sent = 0
    const onEvent = ({ type }: { readonly type: string }): void => {
      if (type === 'transfer-end' && ++sent === 50) stop.abort(new Error('enough'))
    }
    await expect(copyAs({ m: client }, folder, 'm:/x', { signal: stop.signal, onEvent })).rejects.toThrow('enough')
    const there = await objectsOf(client)
    expect(Object.keys(there).length).toBeLessThan(300)
    for (const [path, text] of Object.entries(there)) expect(text).toBe(`content ${path.slice('x/f'.length)}`)
    expect((await copyAs({ m: client }, folder, 'm:/x')).result).toMatchObject({ files: 300, failed: 0 })
    expect(Object.keys(await objectsOf(client)).length).toBe(300)
  })
})

describe('a copy into a folder of this machine', () => {
  test('writes nothing behind a link that lies in it', async () => {
    const client = await put(await memoryClient(), { 'x/out/evil': 'e', 'x/good': 'g', 'x/file': 'f' })
    const elsewhere = folderWith({ victim: 'v' })
    const folder = temporaryFolder()
    symlinkSync(elsewhere, join(folder, 'out'))
    symlinkSync(join(elsewhere, 'victim'), join(folder, 'file'))
    const { result } = await copyAs({ m: client }, 'm:/x', folder)
    expect(result).toMatchObject({ sent: 1, failed: 2 })
    expect(contentOf(elsewhere)).toEqual({ victim: 'v' })
    expect(readdirSync(folder).toSorted()).toEqual(['file', 'good', 'out'])
  })

  test('says of an object and one below it that the one can not be a folder, and copies the others', async () => {
    const client = await put(await memoryClient(), { 'x/a': '1', 'x/a/b': '2', 'x/c': '3' })
    const folder = temporaryFolder()
    const { result } = await copyAs({ m: client }, 'm:/x', folder, { concurrency: 1 })
    expect(result).toMatchObject({ sent: 2, failed: 1, failures: [{ code: 'already-exists', hint: expect.stringContaining('--exclude') }] })
    expect(contentOf(folder)).toEqual({ a: '1', c: '3' })
  })

  test('puts no file in the place of a folder', async () => {
    const client = await put(await memoryClient(), { 'x/a': '1' })
    const folder = folderWith({ 'a/b': 'b' })
    expect((await copyAs({ m: client }, 'm:/x', folder)).result).toMatchObject({ failed: 1, failures: [{ code: 'already-exists' }] })
    expect((await copyAs({ m: client }, 'm:/x', folder, { noReplace: true })).result).toMatchObject({ failed: 1, kept: 0 })
  })

  test('tells what metadata a file can not keep', async () => {
    const client = await memoryClient()
    await client.write('x/a', bytesSource('a'), { metadata: { shot: '010' } })
    const { files: told, warnings } = await copyAs({ m: client }, 'm:/x', temporaryFolder())
    expect(told[0]?.lost).toEqual(['metadata.shot'])
    expect(warnings).toEqual([expect.stringContaining('shot (1 file)')])
  })
})

describe('a copy between two connections', () => {
  test('keeps content type, metadata and time', async () => {
    const [from, to] = [await memoryClient(), await memoryClient()]
    const modified = new Date(1_600_000_000_000)
    await from.write('x/a', bytesSource('a'), { contentType: 'image/png', metadata: { shot: '010', Ä: 'ö' }, modified })
    const { result } = await copyAs({ m: from, n: to }, 'm:/x', 'n:/y')
    expect(result).toMatchObject({ sent: 1, inService: 0, lost: 0 })
    expect(await to.stat('y/a')).toMatchObject({ contentType: 'image/png', metadata: { shot: '010', Ä: 'ö' }, modified })
  })

  test('within one connection lets the service copy', async () => {
    const client = await put(await memoryClient(), { 'x/a': 'a', 'x/b': 'b' })
    expect((await copyAs({ m: client }, 'm:/x', 'm:/y')).result).toMatchObject({ sent: 2, inService: 2 })
    expect(await objectsOf(client)).toEqual({ 'x/a': 'a', 'x/b': 'b', 'y/a': 'a', 'y/b': 'b' })
  })

  test('copies what the source is by then, and loses nothing that was there', async () => {
    const client = await put(await memoryClient(), { a: 'one', b: 'before' })
    const pairs = await resolveCopy(['m:/a'], 'm:/b', async () => client)
    await put(client, { a: 'longer' })
    expect(await copyPairs(pairs)).toMatchObject({ inService: 1, failed: 0 })
    expect(await objectsOf(client)).toEqual({ a: 'longer', b: 'longer' })
  })

  test('of one store under two names lets the service copy too', async () => {
    const at = await server()
    const [one, two] = [await memoryClient(undefined, at, 's', 'one'), await memoryClient(undefined, at, 's', 'two')]
    await put(one, { 'x/a': 'a' })
    expect((await copyAs({ m: one, n: two }, 'm:/x', 'n:/y')).result).toMatchObject({ sent: 1, inService: 1 })
    await expect(copyAs({ m: one, n: two }, 'm:/x', 'n:/x/deep')).rejects.toMatchObject({ code: 'input-invalid' })
  })

  test('sends a big object by parts, byte for byte', async () => {
    const [from, to] = [await memoryClient(), await diskClient()]
    const bytes = Buffer.alloc(20_000_000, 'some bytes that repeat but not at a power of two ')
    await from.write('big', bytesSource(bytes))
    expect((await copyAs({ m: from, n: to }, 'm:/big', 'n:/')).result).toMatchObject({ sent: 1, sentBytes: 20_000_000 })
    const back = await memoryClient()
    await copyAs({ m: to, n: back }, 'm:/big', 'n:/again')
    expect(Buffer.compare((await back.readBytes('again', { maxBytes: 30_000_000 })).bytes, bytes)).toBe(0)
  })

  test('refuses names that the target can not tell apart, and copies the others', async () => {
    const from = await put(await memoryClient(), { 'x/Read.me': '1', 'x/read.me': '2', 'x/other': '3' })
    const to = await memoryClient(memorySequential)
    const { result } = await copyAs({ m: from, n: to }, 'm:/x', 'n:/y')
    expect(result).toMatchObject({ sent: 2, failed: 1, failures: [{ code: 'path-invalid' }] })
  })

  test('refuses a named file that the target can not tell from another one', async () => {
    const from = await put(await memoryClient(), { 'x/Read.me': '1', 'y/read.me': '2' })
    const to = await memoryClient(memorySequential)
    const { result } = await copyAs({ m: from, n: to }, ['m:/x/Read.me', 'm:/y/read.me'], 'n:/z/')
    expect(result).toMatchObject({ sent: 1, failed: 1, failures: [{ code: 'path-invalid' }] })
    expect(Object.values(await objectsOf(to))).toEqual(['1'])
  })

  test('brings names that a target forbids there and back', async () => {
    const from = await put(await memoryClient(), { 'x/a:b?c': '1', 'x/con/nul.txt': '2', 'x/100%25': '3' })
    const to = await memoryClient(memorySequential)
    await copyAs({ m: from, n: to }, 'm:/x', 'n:/y')
    const back = await memoryClient()
    await copyAs({ m: to, n: back }, 'm:/y', 'n:/x')
    expect(await objectsOf(back)).toEqual(await objectsOf(from))
  })
})

test('a folder that can not be read is a failure, and what is beside it is copied', async context => {
  if (process.getuid?.() === 0) context.skip('root reads everything')
  const client = await memoryClient()
  const folder = folderWith({ 'a/1': '1', 'b/2': '2' })
  chmodSync(join(folder, 'a'), 0)
  const { result } = await copyAs({ m: client }, folder, 'm:/x')
  chmodSync(join(folder, 'a'), 0o700)
  expect(result).toMatchObject({ sent: 1, failed: 1, failures: [{ code: 'permission-denied' }] })
})

test.each(['file', 'file/', 'file/deep/er'])('a folder can not become %s where a file is', async destination => {
  const client = await put(await memoryClient(), { 'x/a': '1', 'x/b/c': '2' })
  const folder = folderWith({ file: 'mine' })
  await expect(copyAs({ m: client }, 'm:/x', join(folder, destination))).rejects.toMatchObject({ code: 'already-exists' })
  expect(contentOf(folder)).toEqual({ file: 'mine' })
})

test('a pipe or a device is not replaced by a file', async () => {
  const client = await put(await memoryClient(), { a: '1' })
  const folder = temporaryFolder()
  execFileSync('mkfifo', [join(folder, 'a')])
  const { result } = await copyAs({ m: client }, 'm:/a', `${folder}/`)
  expect(result).toMatchObject({ sent: 0, failed: 1, failures: [{ code: 'already-exists' }] })
  expect(statSync(join(folder, 'a')).isFIFO()).toBe(true)
})
