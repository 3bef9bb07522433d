import { createHash, randomBytes } from 'node:crypto'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { bytesSource, type ApiConnection, type Source } from '@fairlead/core'
import { fileSource, type TransferEvent } from '@fairlead/core/host'
import { expectError } from '@fairlead/testkit'
import { describe, expect, test } from 'vitest'
import { blockId, newUploadId } from '../src/service/block-ids.ts'
import { openAt, startPlace, type Place } from './support.ts'

const mebibyte = 1024 * 1024
const partBytes = mebibyte / 4
const signal = new AbortController().signal

async function withPlace(work: (place: Place) => Promise<void>): Promise<void> {
  await using place = await startPlace({ 'part-size': partBytes })
  await work(place)
}

/** The ids of the blocks that wait at a blob. */
async function waiting({ blob }: Place, name: string): Promise<readonly string[]> {
  const xml = await (await blob('GET', name, '?comp=blocklist&blocklisttype=uncommitted')).text()
  return [...xml.matchAll(/<Name>([^<]+)<\/Name>/g)].map(([, id = '']) => Buffer.from(id, 'base64').toString())
}

/** A source of which the last part is given only when it is let go. */
function held(bytes: Uint8Array): { readonly source: Source; readonly letGo: () => void } {
  const gate = Promise.withResolvers<void>()
  return {
    letGo: () => gate.resolve(),
    source: {
      size: bytes.byteLength,
      replayable: true,
      open: async (range = { start: 0 }) => {
        if ((range.end ?? bytes.byteLength) >= bytes.byteLength) await gate.promise
        return await bytesSource(bytes).open(range)
      },
    },
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

describe('two writers of one blob', () => {
  test('never mix: what is there in the end is all of one, and the other is told', async () => {
    await withPlace(async place => {
      const bodies = [randomBytes(4 * mebibyte), randomBytes(4 * mebibyte)]
      const clients = [place.client, await place.open()]
      const results = await Promise.allSettled(
        clients.map(async (client, index) => client.write('both', bytesSource(bodies[index] ?? new Uint8Array(0)))),
      )
      const { bytes } = await place.client.readBytes('both', { maxBytes: 4 * mebibyte })
      const winners = bodies.filter(body => sha256(body) === sha256(bytes))
      expect(winners).toHaveLength(1)
      for (const result of results) {
        if (result.status === 'rejected')
          expect(result.reason).toMatchObject({ code: 'precondition-failed', hint: expect.stringContaining('again') })
      }
      expect(results.some(({ status }) => status === 'fulfilled')).toBe(true)
    })
  })

  test('leave the later one nothing to commit, which says that another writer was first', async () => {
    await withPlace(async place => {
      const slow = held(randomBytes(3 * mebibyte))
      const late = place.client.write('contested', slow.source)
      const failure = expectError(late, 'precondition-failed')
      await expect.poll(async () => (await waiting(place, 'contested')).length).toBe(11)
      // Blocks of both lie in one heap now, and a commit drops what it does not name.
      const first = randomBytes(2 * mebibyte)
      await (await place.open()).write('contested', bytesSource(first))
      slow.letGo()
      expect((await failure).message).toContain('another writer')
      expect(sha256((await place.client.readBytes('contested', { maxBytes: first.byteLength })).bytes)).toBe(sha256(first))
    })
  })

  test('send blocks under ids that name the upload and the part', async () => {
    await withPlace(async place => {
      const slow = held(randomBytes(8 * partBytes))
      const call = place.client.write('named', slow.source)
      await expect.poll(async () => (await waiting(place, 'named')).length).toBe(7)
      const ids = await waiting(place, 'named')
      expect(new Set(ids.map(id => id.replace(/-\d{6}$/, ''))).size).toBe(1)
      expect(ids.every(id => /^fairlead-[0-9a-f]{24}-\d{6}$/.test(id))).toBe(true)
      slow.letGo()
      await call
      expect(await waiting(place, 'named')).toEqual([])
    })
  })

  test('with blocks of another program in the way say so', async () => {
    await withPlace(async place => {
      const id = encodeURIComponent(Buffer.from('short').toString('base64'))
      await place.blob('PUT', 'theirs', `?comp=block&blockid=${id}`, {}, 'x')
      const error = await expectError(place.client.write('theirs', bytesSource(new Uint8Array(mebibyte))), 'precondition-failed')
      expect(error.message).toContain('another program')
      expect(await waiting(place, 'theirs')).toEqual(['short'])
    })
  })
})

describe('an upload', () => {
  test('is completed once more where the first answer was lost', async () => {
    await withPlace(async ({ client }) => {
      const connection: ApiConnection = client.connection
      const body = randomBytes(2 * partBytes)
      const state =
        (await connection.doBeginUpload?.({ path: 'twice', contentType: 'text/x-note', size: body.byteLength }, { signal })) ?? {}
      const kept: typeof state = JSON.parse(JSON.stringify(state))
      const receipts = []
      for (const number of [2, 1]) {
        const offset = (number - 1) * partBytes
        const part = bytesSource(body.subarray(offset, offset + partBytes))
        const receipt = await connection.doUploadPart?.(kept, { number, offset, last: number === 2, body: part }, { signal })
        if (receipt !== undefined) receipts.unshift(receipt)
      }
      expect(await connection.doUploadedParts?.(kept, { signal })).toEqual({
        receipts: [1, 2].map(number => ({ number, offset: (number - 1) * partBytes, size: partBytes })),
      })
      const first = await connection.doCompleteUpload?.(kept, receipts, { signal })
      const second = await connection.doCompleteUpload?.(kept, receipts, { signal })
      expect([first?.size, second?.size]).toEqual([body.byteLength, body.byteLength])
      expect(sha256((await client.readBytes('twice')).bytes)).toBe(sha256(body))
      expect(await connection.doUploadedParts?.(kept, { signal })).toBe('gone')
    })
  })

  test('that is given up shows nothing and leaves what was there', async () => {
    await withPlace(async place => {
      const { client } = place
      const connection: ApiConnection = client.connection
      await client.write('there', bytesSource('before'))
      for (const path of ['there', 'fresh']) {
        const state = (await connection.doBeginUpload?.({ path, size: 9 }, { signal })) ?? {}
        await connection.doUploadPart?.(state, { number: 1, offset: 0, last: true, body: bytesSource('new bytes') }, { signal })
        await connection.doAbortUpload?.(state, { signal })
      }
      expect(Buffer.from((await client.readBytes('there')).bytes).toString()).toBe('before')
      await expectError(client.stat('fresh'), 'not-found')
      expect((await Array.fromAsync(client.list('', { recursive: true }))).map(({ path }) => path)).toEqual(['there'])
    })
  })

  test('that nobody goes on with is listed with its beginning, and cleaned where nothing else is at its path', async () => {
    await withPlace(async place => {
      const { client, blob } = place
      await client.write('empty', bytesSource(''))
      const upload = newUploadId(new Date('2026-01-01T00:00:00Z'))
      for (const name of ['left', 'shared'])
        await blob('PUT', name, `?comp=block&blockid=${encodeURIComponent(blockId(upload, 1))}`, {}, 'x')
      const other = encodeURIComponent(blockId(newUploadId(new Date()), 1))
      await blob('PUT', 'shared', `?comp=block&blockid=${other}`, {}, 'y')
      const page = await client.connection.doListUploads?.(undefined, { signal })
      expect(page?.items.map(({ path, started }) => [path, started?.toISOString().slice(0, 4)]).toSorted()).toEqual([
        ['left', '2026'],
        ['shared', '2026'],
        ['shared', '2026'],
      ])
      for (const { state } of page?.items ?? []) await client.connection.doAbortUpload?.(state, { signal })
      expect([await waiting(place, 'left'), (await waiting(place, 'shared')).length]).toEqual([[], 2])
      await expectError(client.stat('left'), 'not-found')
      expect((await client.stat('empty')).size).toBe(0)
    })
  })
})

const script = `
import { createClient, fileSource } from '@fairlead/core/host'
import { azure } from '${new URL('../src/index.ts', import.meta.url).href}'
const [settings, home, file, path] = JSON.parse(process.argv[1])
const client = await createClient(azure, settings, { env: { PATH: process.env.PATH, HOME: home, FAIRLEAD_HOME: home, FAIRLEAD_SECRETS: 'file' } })
await client.write(path, fileSource(file))
`

describe('a process that is killed in the midst of an upload', () => {
  test('costs the next one no more than the parts that were under way', async () => {
    await withPlace(async place => {
      const { server, container, folder } = place
      const size = 16 * mebibyte + 123
      const file = join(folder, 'big.bin')
      const body = randomBytes(size)
      writeFileSync(file, body)
      const settings = { ...server.settings, container, 'part-size': partBytes }
      const home = join(folder, 'killed')
      const child = spawn(
        process.execPath,
        ['--conditions=@fairlead/source', '--input-type=module', '-e', script, JSON.stringify([settings, home, file, 'big'])],
        { cwd: import.meta.dirname, stdio: 'inherit' },
      )
      const ended = once(child, 'exit')
      while ((await waiting(place, 'big')).length < 10 && child.exitCode === null) await sleep(10)
      child.kill('SIGKILL')
      expect((await ended)[1]).toBe('SIGKILL')
      const there = (await waiting(place, 'big')).length
      const events: TransferEvent[] = []
      await using client = await openAt(home, settings)
      await client.write('big', fileSource(file), { onEvent: event => events.push(event) })
      const resumed = events.reduce((sum, event) => sum + (event.type === 'transfer-resume' ? event.bytes : 0), 0)
      // What was on its way when the process ended may have arrived after it was looked for.
      expect(resumed).toBeGreaterThanOrEqual(there * partBytes)
      expect(sha256((await client.readBytes('big', { maxBytes: size })).bytes)).toBe(sha256(body))
    })
  })
})
