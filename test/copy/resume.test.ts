import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource } from '@fairlead/core'
import { createClient, type Client } from '@fairlead/core/host'
import { memory, type MemoryServer } from '@fairlead/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { copyAs, server, temporaryFolder } from './support.ts'

const size = 24 * 1024 * 1024
const body = Buffer.alloc(size, 'a body that repeats, but not at a power of two;')

/** Two of them with one home are two processes of one user, one after the other. */
async function clientAt({ url, key }: MemoryServer, home: string): Promise<Client> {
  const client = await createClient(memory, { url: url.href, key }, { env: { FAIRLEAD_HOME: home, FAIRLEAD_SECRETS: 'file' } })
  onTestFinished(() => client[Symbol.asyncDispose]())
  return client
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Copies until some bytes have moved, then again as another process; the bytes that each of the two moved. */
async function interrupted(
  ends: () => Promise<{ readonly clients: Readonly<Record<string, Client>>; readonly from: string; readonly to: string }>,
): Promise<{ readonly first: number; readonly second: number; readonly resumed: number }> {
  const stop = new AbortController()
  let [first, second, resumed] = [0, 0, 0]
  const one = await ends()
  const copying = copyAs(one.clients, one.from, one.to, {
    signal: stop.signal,
    onEvent(event) {
      if (event.type === 'transfer-delta') first += event.bytes
      if (first > size / 3) stop.abort(new Error('enough'))
    },
  })
  await expect(copying).rejects.toThrow('enough')
  const other = await ends()
  const { result } = await copyAs(other.clients, other.from, other.to, {
    onEvent(event) {
      if (event.type === 'transfer-delta') second += event.bytes
      if (event.type === 'transfer-resume') resumed += event.bytes
    },
  })
  expect(result).toMatchObject({ sent: 1, failed: 0 })
  return { first, second, resumed }
}

test('a big copy between two connections goes on in a new process with the parts that are missing', async () => {
  const [a, b, home] = [await server(), await server(), temporaryFolder()]
  await (await clientAt(a, home)).write('big', bytesSource(body))
  const { second, resumed } = await interrupted(async () => ({
    clients: { m: await clientAt(a, home), n: await clientAt(b, home) },
    from: 'm:/big',
    to: 'n:/',
  }))
  expect(resumed).toBeGreaterThan(size / 5)
  expect(second + resumed).toBe(size)
  const { bytes } = await (await clientAt(b, home)).readBytes('big', { maxBytes: size })
  expect(sha256(bytes)).toBe(sha256(body))
})

test('a big copy from this machine goes on in a new process', async () => {
  const [b, home, folder] = [await server(), temporaryFolder(), temporaryFolder()]
  writeFileSync(join(folder, 'big'), body)
  const { second, resumed } = await interrupted(async () => ({ clients: { n: await clientAt(b, home) }, from: folder, to: 'n:/x' }))
  expect(resumed).toBeGreaterThan(size / 5)
  expect(second + resumed).toBe(size)
})
