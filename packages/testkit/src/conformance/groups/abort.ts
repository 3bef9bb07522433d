import { bytesSource } from '@fairlead/core'
import { expect } from 'vitest'
import { bigSize, drain, randomBytes, replayableSource } from '../bodies.ts'
import { when, type Group } from '../case.ts'
import { collect, expectError } from '../expect-error.ts'

const reason = new Error('the user gave up')

async function reasonOf(call: Promise<unknown>): Promise<unknown> {
  return await call.then(
    () => 'it went on',
    (cause: unknown) => cause,
  )
}

/** An abort ends a call with the signal's own reason, at once, and leaves nothing half done. */
export const abortGroup: Group = {
  name: 'abort',
  cases: ({ capabilities: { read, write, list } }) => [
    {
      name: 'makes no request when the signal was aborted before',
      run: async ({ client, requests, folder }) => {
        const signal = AbortSignal.abort(reason)
        const count = await requests(async () => {
          if (read !== false) expect(await reasonOf(client.readBytes(`${folder}/x`, { signal }))).toBe(reason)
          if (list !== false) expect(await reasonOf(collect(client.list(folder, { signal })))).toBe(reason)
          if (write !== false) expect(await reasonOf(client.write(`${folder}/x`, bytesSource('x'), { signal }))).toBe(reason)
        })
        expect(count).toBe(0)
      },
    },
    ...when(read !== false && write !== false, [
      {
        name: 'ends a read in the midst of the body',
        run: async ({ client, folder, put, capabilities }) => {
          await put(`${folder}/big`, randomBytes(bigSize(capabilities)))
          const controller = new AbortController()
          const { body } = await client.read(`${folder}/big`, { signal: controller.signal })
          const reader = body.getReader()
          await reader.read()
          controller.abort(reason)
          expect(await reasonOf(drainReader(reader))).toBe(reason)
        },
      },
      {
        name: 'ends a write in the midst of the body and leaves what was there',
        run: async ({ client, folder, put, capabilities }) => {
          await put(`${folder}/one`, 'before')
          const controller = new AbortController()
          const body = replayableSource(randomBytes(bigSize(capabilities)))
          let opened = 0
          const source = {
            ...body,
            open: async (range?: Parameters<typeof body.open>[0]) => {
              opened += 1
              const stream = await body.open(range)
              queueMicrotask(() => controller.abort(reason))
              return stream
            },
          }
          expect(await reasonOf(client.write(`${folder}/one`, source, { signal: controller.signal }))).toBe(reason)
          expect(opened).toBeGreaterThan(0)
          expect(Buffer.from((await client.readBytes(`${folder}/one`)).bytes).toString()).toBe('before')
        },
      },
      {
        name: 'ends a request that gets no answer',
        needs: ['faults'],
        run: async ({ client, folder, faults }) => {
          faults.inject({ kind: 'stall' })
          const controller = new AbortController()
          const call = reasonOf(client.readBytes(`${folder}/x`, { signal: controller.signal }))
          await until(() => faults.requests.at(-1)?.fault === 'stall')
          controller.abort(reason)
          expect(await call).toBe(reason)
        },
      },
      {
        name: 'ends the wait between two attempts',
        needs: ['faults'],
        run: async ({ connect, folder, faults }) => {
          // A connection of its own: the wait is its account's, and the others would have to wait too.
          const client = await connect()
          faults.inject({ kind: 'status', status: 429, retryAfterSeconds: 60, times: 9 })
          const controller = new AbortController()
          const call = client.readBytes(`${folder}/x`, {
            signal: controller.signal,
            onEvent: event => {
              if (event.type === 'retry') setImmediate(() => controller.abort(reason))
            },
          })
          expect(await reasonOf(call)).toBe(reason)
        },
      },
      {
        name: 'goes on working after an abort',
        run: async ({ client, folder, put }) => {
          expect(await reasonOf(client.readBytes(`${folder}/x`, { signal: AbortSignal.abort(reason) }))).toBe(reason)
          await put(`${folder}/x`, 'x')
          expect(await drain((await client.read(`${folder}/x`)).body)).toHaveLength(1)
          await expectError(client.readBytes(`${folder}/y`), 'not-found')
        },
      },
    ]),
    ...when(list !== false && write !== false, [
      {
        name: 'ends a listing between two entries',
        run: async ({ client, folder, put, settle }) => {
          for (const name of ['a', 'b', 'c']) await put(`${folder}/${name}`, name)
          await settle()
          const controller = new AbortController()
          const seen: string[] = []
          const walk = async (): Promise<void> => {
            for await (const { path } of client.list(folder, { signal: controller.signal })) {
              seen.push(path)
              controller.abort(reason)
            }
          }
          expect(await reasonOf(walk())).toBe(reason)
          expect(seen).toHaveLength(1)
        },
      },
    ]),
  ],
}

async function drainReader(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) continue
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setTimeout(resolve, 5))
}
