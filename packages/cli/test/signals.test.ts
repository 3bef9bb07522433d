import { once } from 'node:events'
import { existsSync, openSync, closeSync, ftruncateSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { built } from './support/build.ts'
import { place, until } from './support/run.ts'

beforeAll(built, 300_000)

/** A file that takes a while to hash, and no room. */
function bigFile(folder: string): void {
  const handle = openSync(join(folder, 'big.bin'), 'w')
  ftruncateSync(handle, 8 * 1024 ** 3)
  closeSync(handle)
}

async function appears(file: string): Promise<void> {
  while (!existsSync(file)) await sleep(10)
}

describe('a signal', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends a push with its exit code and says how to go on', async (signal, code) => {
    using here = place()
    bigFile(here.folder)
    const child = here.start('push', 'big.bin', 'c/n')
    const said = until(child.stderr, 'To resume')
    await appears(join(here.folder, '.home/state/facts.sqlite'))
    child.kill(signal)
    expect(await said).toContain('fairlead push big.bin c/n')
    const [status] = await once(child, 'close')
    expect(status).toBe(code)
    expect(here.json('search', 'search').count).toBe(0)
  })

  test.each([0, 1, 2, 3, 5])('that comes twice, %i ms apart, as from a terminal and from `timeout`, is one', async apart => {
    using here = place()
    for (let file = 0; file < 3000; file++) here.write(`many/${file}.txt`, '')
    const child = here.start('copy', 'disk:/', '--set', 'root=many', 'out')
    const errors: string[] = []
    child.stderr?.on('data', chunk => errors.push(String(chunk)))
    const closed = once(child, 'close')
    await appears(join(here.folder, 'out/0.txt'))
    child.kill('SIGINT')
    await sleep(apart)
    child.kill('SIGINT')
    await closed
    expect(errors.join('')).toContain('To resume it: fairlead copy')
  })

  test('ends a share server, which has then done what it should', async () => {
    using here = place()
    here.write('a.txt', 'shared')
    here.run('push', 'a.txt', 'c/n')
    const child = here.start('share', 'c/n', '--serve', '--port', '0')
    const [out] = await Promise.all([until(child.stdout, 'id:'), until(child.stderr, 'Serving the links')])
    const url = /url: +(\S+)/.exec(out)?.[1] ?? ''
    const answer = await fetch(url)
    expect(await answer.text()).toBe('shared')
    child.kill('SIGINT')
    const [status] = await once(child, 'close')
    expect(status).toBe(0)
  })

  test('that nobody reads any more ends a listing quietly', async () => {
    using here = place()
    const child = here.start('name', 'parse', '-', '--fields', 'project')
    const errors: string[] = []
    child.stderr?.on('data', chunk => errors.push(String(chunk)))
    child.stdout?.destroy()
    child.stdin?.on('error', () => undefined)
    child.stdin?.end('p-cat001\n'.repeat(100_000))
    await once(child, 'close')
    expect(errors.join('')).toBe('')
  })
})
