import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sha256, sha256OfBody, writeRandomFile } from './support/bytes.ts'
import { commandLine, connection, type CommandLine } from './support/command-line.ts'
import { leaveOut } from './support/skip.ts'
import type { Store } from './support/store.ts'
import { stores } from './support/stores.ts'

const gibibyte = 1024 ** 3
const timeout = 240_000
/** What requests hold beside the bytes of parts: lists of parts, the record of the asset. */
const overhead = 1024 ** 2

describe.each(stores)('1 GiB to $name', kind => {
  const missing = kind.missing()
  if (missing !== undefined) return leaveOut(missing)
  let store: Store
  let cli: CommandLine
  let hash: string
  beforeAll(async () => {
    store = await kind.start()
    cli = await commandLine(store.login)
    hash = writeRandomFile(join(cli.folder, 'big.bin'), gibibyte)
  }, timeout)
  afterAll(async () => {
    cli[Symbol.dispose]()
    await store[Symbol.asyncDispose]()
  }, timeout)
  const uploads = () => store.faults.requests.filter(({ method, requestBytes }) => method === 'PUT' && requestBytes > overhead)
  const sent = (): number => store.faults.requests.reduce((sum, { requestBytes }) => sum + requestBytes, 0)

  test('killed in its midst goes on where it was: at most one part a connection is sent again', { timeout }, async () => {
    const child = cli.start('copy', './big.bin', `${connection}:/big.bin`)
    const ended = once(child, 'close')
    const running = { value: true }
    void ended.then(() => (running.value = false))
    while (running.value && sent() < gibibyte / 2) await sleep(2)
    child.kill('SIGKILL')
    const open = uploads().filter(({ status }) => status === undefined).length
    const [, signal]: unknown[] = await ended
    expect(signal).toBe('SIGKILL')
    expect(await store.get('big.bin'), 'nothing is seen of an upload that is not whole').toBeUndefined()
    await cli.done('copy', './big.bin', `${connection}:/big.bin`)
    const parts = uploads().filter(({ status }) => status !== undefined)
    const largest = Math.max(...parts.map(({ requestBytes }) => requestBytes))
    expect(sent() - gibibyte).toBeLessThanOrEqual(open * largest + overhead)
    expect(await sha256OfBody(await store.response('big.bin'))).toBe(hash)
  })

  test('comes back whole after a download that was killed, fetching nothing twice but what was on its way', { timeout }, async () => {
    const received = (): number => store.faults.requests.reduce((sum, { responseBytes }) => sum + responseBytes, 0)
    const start = received()
    const child = cli.start('copy', `${connection}:/big.bin`, './back.bin')
    const ended = once(child, 'close')
    const running = { value: true }
    void ended.then(() => (running.value = false))
    while (running.value && received() - start < gibibyte / 2) await sleep(2)
    child.kill('SIGKILL')
    await ended
    await cli.done('copy', `${connection}:/big.bin`, './back.bin')
    expect(received() - start).toBeLessThan(1.25 * gibibyte)
    expect(sha256(readFileSync(join(cli.folder, 'back.bin')))).toBe(hash)
  })
})
