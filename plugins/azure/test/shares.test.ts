import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { bytesSource } from '@fairlead/core'
import { expectError, findProgram } from '@fairlead/testkit'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { openAt, startPlace } from './support.ts'

/** What a program prints, or how it failed. */
async function run(
  command: string,
  args: readonly string[],
): Promise<{ readonly ok: boolean; readonly stdout: string; readonly stderr: string }> {
  try {
    return { ok: true, ...(await promisify(execFile)(command, args)) }
  } catch (cause) {
    const { stdout = '', stderr = '' } = Object(cause)
    return { ok: false, stdout: String(stdout), stderr: String(stderr) }
  }
}

const curl = ['-sS', '-f']
const wget = ['-q', '-O', '-', '--tries=1']

describe('a link', () => {
  test.each([
    ['curl', curl],
    ['wget', wget],
  ] as const)('is followed by %s, and not after its end', async (command, args) => {
    await using place = await startPlace()
    await place.client.write('a name.txt', bytesSource('shared bytes'))
    const [long] = await place.client.share(':/a name.txt', { expiresInSeconds: 3600 })
    expect(await run(command, [...args, long?.url.href ?? ''])).toMatchObject({ ok: true, stdout: 'shared bytes' })
    expect(long).toMatchObject({ revocable: false, kind: 'signed-url' })
    // Another one, so that a machine that is slow does not miss the time in which it is good.
    const [brief] = await place.client.share(':/a name.txt', { expiresInSeconds: 1 })
    while (Date.now() <= (brief?.expires?.getTime() ?? 0) + 1000) await sleep(100)
    expect(await run(command, [...args, brief?.url.href ?? ''])).toMatchObject({ ok: false, stdout: '' })
  })

  test('for HEAD tells the size and gives no leave to write', async () => {
    await using place = await startPlace()
    await place.client.write('one', bytesSource('12345'))
    const [made] = await place.client.share(':/one', { method: 'HEAD' })
    expect((await run('curl', [...curl, '-I', made?.url.href ?? ''])).stdout).toMatch(/content-length: 5/i)
    const put = ['-X', 'PUT', '-H', 'x-ms-blob-type: BlockBlob', '--data-binary', 'new', made?.url.href ?? '']
    expect(await run('curl', [...curl, ...put])).toMatchObject({ ok: false })
    expect(await run('curl', [...curl, '-X', 'DELETE', made?.url.href ?? ''])).toMatchObject({ ok: false })
  })

  test('for PUT takes a body for its object, which it does not show', async () => {
    await using place = await startPlace()
    const [made] = await place.client.share(':/inbox/new.txt', { method: 'PUT' })
    const put = ['-X', 'PUT', '-H', 'x-ms-blob-type: BlockBlob', '--data-binary', 'from outside', made?.url.href ?? '']
    expect(await run('curl', [...curl, ...put])).toMatchObject({ ok: true })
    expect(Buffer.from((await place.client.readBytes('inbox/new.txt')).bytes).toString()).toBe('from outside')
    expect(await run('curl', [...curl, made?.url.href ?? ''])).toMatchObject({ ok: false })
  })

  test('lasts an hour unless told otherwise, and says that it can not be taken back', async () => {
    await using place = await startPlace()
    await place.client.write('one', bytesSource('1'))
    const before = Date.now()
    const [made] = await place.client.share(':/one')
    expect(made?.revocable).toBe(false)
    expect(Math.round(((made?.expires?.getTime() ?? 0) - before) / 60_000)).toBe(60)
  })

  test('is not made by a connection that has no key to sign with', async () => {
    await using place = await startPlace()
    const [made] = await place.client.share(':/one', { method: 'PUT' })
    const { 'account-key': _key, ...settings } = place.server.settings
    await using sas = await openAt(place.folder, { ...settings, container: place.container, sas: made?.url.search ?? '' })
    await expectError(sas.share(':/one'), 'unsupported')
  })
})

test('the programs that follow links are there', () => {
  expect([findProgram('curl'), findProgram('wget')]).not.toContain(undefined)
})
