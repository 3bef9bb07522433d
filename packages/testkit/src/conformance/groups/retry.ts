import { bytesSource } from '@fairlead/core'
import type { TransferEvent } from '@fairlead/core/host'
import { expect } from 'vitest'
import { bigSize, drain, pipedSource, randomBytes, replayableSource, sha256 } from '../bodies.ts'
import { when, type Group } from '../case.ts'
import { collect, expectError } from '../expect-error.ts'

/** What breaks is repeated from where it broke: a request, a page, a part, the rest of a body. */
export const retryGroup: Group = {
  name: 'retry',
  cases: ({ capabilities: { read, write, list } }) => [
    ...when(read !== false && write !== false, [
      {
        name: 'waits as long as Retry-After says, then goes on',
        needs: ['faults'],
        run: async ({ client, folder, faults, put }) => {
          await put(`${folder}/one`, 'one')
          faults.inject({ kind: 'status', status: 429, retryAfterSeconds: 1 })
          const events: TransferEvent[] = []
          expect((await client.readBytes(`${folder}/one`, { onEvent: event => events.push(event) })).bytes).toHaveLength(3)
          const retries = events.filter(event => event.type === 'retry')
          expect(retries).toHaveLength(1)
          expect(retries[0]).toMatchObject({ code: 'rate-limited', attempt: 1 })
          expect(retries[0]?.delayMs).toBeGreaterThanOrEqual(1000)
        },
      },
      {
        name: 'repeats what the service could not do just now',
        needs: ['faults'],
        run: async ({ client, folder, faults }) => {
          faults.inject({ kind: 'status', status: 503, times: 2 })
          expect((await client.write(`${folder}/one`, bytesSource('one'))).size).toBe(3)
          faults.inject({ kind: 'status', status: 500 })
          expect((await client.readBytes(`${folder}/one`)).bytes).toHaveLength(3)
        },
      },
      {
        name: 'goes on with a body at the next byte when the connection breaks',
        needs: ['faults'],
        run: async ({ client, folder, faults, put, capabilities }) => {
          const body = randomBytes(bigSize(capabilities))
          await put(`${folder}/big`, body)
          faults.inject({ kind: 'reset', afterBytes: Math.floor(body.byteLength * 0.6) })
          const before = faults.requests.length
          const call = (async () => sha256(await drain((await client.read(`${folder}/big`)).body)))()
          if (read === false || !read.range || !read.validator) {
            await expectError(call, 'network', 'integrity')
            return
          }
          expect(await call).toBe(sha256(body))
          const bytes = faults.requests.slice(before).reduce((sum, request) => sum + request.responseBytes, 0)
          expect(bytes).toBeLessThan(body.byteLength * 1.5)
        },
      },
      {
        name: 'never splices two versions: a body that changed in between is precondition-failed',
        needs: ['faults'],
        run: async ({ client, folder, faults, put, capabilities }) => {
          const size = bigSize(capabilities)
          await put(`${folder}/big`, randomBytes(size, 1))
          faults.inject({ kind: 'reset', afterBytes: Math.floor(size * 0.6) })
          const { body } = await client.read(`${folder}/big`)
          const reader = body.getReader()
          await reader.read()
          await put(`${folder}/big`, randomBytes(size, 2))
          await expectError(restOf(reader), 'precondition-failed', 'network', 'integrity')
        },
      },
      {
        name: 'sends a body again when the connection breaks in its midst',
        needs: ['faults'],
        run: async ({ client, folder, faults, capabilities }) => {
          for (const size of [200_000, bigSize(capabilities)]) {
            const body = randomBytes(size)
            faults.inject({ kind: 'reset', of: 'request', afterBytes: 100_000 })
            await client.write(`${folder}/body-${size}`, replayableSource(body))
            expect(sha256((await client.readBytes(`${folder}/body-${size}`, { maxBytes: size })).bytes)).toBe(sha256(body))
          }
        },
      },
      {
        name: 'does not send a body twice that can be read once only, and says so',
        needs: ['faults'],
        run: async ({ client, folder, faults }) => {
          faults.inject({ kind: 'reset', of: 'request', afterBytes: 50_000 })
          const body = randomBytes(100_000)
          const call = client.write(`${folder}/piped`, pipedSource(body, { size: body.byteLength }))
          await expectError(call, 'network')
          faults.clear()
          await expectError(client.stat(`${folder}/piped`), 'not-found')
        },
      },
    ]),
    ...when(write !== false && write.resumable !== false && read !== false, [
      {
        name: 'sends only the part again that broke',
        needs: ['faults'],
        run: async ({ client, folder, faults, capabilities }) => {
          const body = randomBytes(bigSize(capabilities))
          faults.inject({ kind: 'status', status: 503, match: { method: /^(PUT|POST|PATCH)$/ } })
          faults.inject({ kind: 'reset', of: 'request', afterBytes: 100_000 })
          const before = faults.requests.length
          await client.write(`${folder}/big`, replayableSource(body))
          const sent = faults.requests.slice(before).reduce((sum, request) => sum + request.requestBytes, 0)
          expect(sent).toBeLessThan(body.byteLength * 1.6)
          expect(sha256((await client.readBytes(`${folder}/big`, { maxBytes: body.byteLength })).bytes)).toBe(sha256(body))
        },
      },
    ]),
    ...when(list !== false, [
      {
        name: 'lists every entry once when a page fails once',
        needs: ['faults', 'seed'],
        run: async ({ client, folder, faults, harness, settle }) => {
          const body = new Uint8Array(1)
          const paths = Array.from({ length: 2500 }, (_, index) => `${folder}/n${String(index).padStart(4, '0')}`)
          await harness.seed?.(paths.map(path => ({ path, body })))
          await settle()
          const listed: string[] = []
          let count = 0
          for await (const { path } of client.list(folder, { recursive: true })) {
            if (count === 0) faults.inject({ kind: 'status', status: 503 })
            if (count === 1500) faults.inject({ kind: 'reset', afterBytes: 1000 })
            count += 1
            listed.push(path)
          }
          expect(listed.toSorted()).toEqual(paths)
          expect((await collect(client.list(folder))).length).toBe(2500)
        },
      },
    ]),
  ],
}

async function restOf(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) continue
}
