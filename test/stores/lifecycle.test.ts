import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commandLine, connection, type CommandLine } from './support/command-line.ts'
import { randomBytes } from './support/bytes.ts'
import { leaveOut } from './support/skip.ts'
import type { Store } from './support/store.ts'
import { stores } from './support/stores.ts'

/** More than one part on every store. */
const big = randomBytes(20 * 1024 ** 2 + 17)
const files = { 'frames/one.bin': big, 'frames/two words.txt': Buffer.from('second'), 'frames/ünï+100%.txt': Buffer.from('') }
const reference = `${connection}://film/hero:v001`

describe.each(stores)('an asset on $name', kind => {
  const missing = kind.missing()
  if (missing !== undefined) return leaveOut(missing)
  let store: Store
  let cli: CommandLine
  beforeAll(async () => {
    store = await kind.start()
    cli = await commandLine(store.login)
    for (const [path, content] of Object.entries(files)) cli.write(`source/${path}`, content)
  })
  afterAll(async () => {
    cli[Symbol.dispose]()
    await store[Symbol.asyncDispose]()
  })
  const pushed = async (): Promise<void> => void (await cli.done('push', 'source', reference, '--label', 'team=light'))

  test('is reached by a connection that was just added', async () => {
    expect(await cli.done('client', 'check', connection)).toContain('ok')
  })

  test('is pushed, found, shown, verified and pulled as it was', async () => {
    await pushed()
    expect(await cli.done('search', 'hero', 'label.team:light')).toContain('film/hero:v001')
    expect(await cli.json('inspect', reference)).toMatchObject({ uri: reference, labels: { team: 'light' } })
    await cli.done('verify', reference)
    mkdirSync(join(cli.folder, 'pulled'))
    await cli.done('pull', reference, 'pulled')
    for (const [path, content] of Object.entries(files))
      expect(readFileSync(join(cli.folder, 'pulled', 'hero', path)).equals(content), path).toBe(true)
  })

  test('is sent once: pushing it again sends nothing of its content', async () => {
    await pushed()
    const before = store.faults.requests.length
    await pushed()
    const sent = store.faults.requests.slice(before).reduce((sum, { requestBytes }) => sum + requestBytes, 0)
    expect(sent).toBeLessThan(big.byteLength / 100)
  })

  test('is told damaged when somebody changes it behind our back', async () => {
    await cli.done('push', 'source', `${connection}://film/damaged:v001`)
    const listed = await cli.done('ls', `${connection}:/assets/film/damaged`, '--recursive', '--quiet')
    const path = listed.split('\n').find(line => line.includes('two words.txt'))
    if (path === undefined) throw new Error(`nothing of that name: ${listed}`)
    await store.put(path.replace(/^[^:]*:\//, ''), 'sEcond')
    const { code, out, err } = await cli.run('verify', `${connection}://film/damaged:v001`)
    expect([code, out + err]).toEqual([1, expect.stringContaining('two words.txt')])
  })

  test('is gone when it is removed, and leaves nothing behind', async () => {
    await cli.done('push', 'source', `${connection}://film/removed:v001`)
    await cli.done('remove', `${connection}://film/removed:v001`, '--yes')
    expect((await cli.fails('inspect', `${connection}://film/removed:v001`)).code).toBe('not-found')
    expect(await cli.done('ls', `${connection}:/assets/film`, '--recursive', '--quiet')).not.toContain('removed')
  })
})
