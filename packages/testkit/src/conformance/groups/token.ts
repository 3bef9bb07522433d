import { bytesSource } from '@fairlead/core'
import { expect } from 'vitest'
import type { Bench } from '../bench.ts'
import { bigSize, drain, randomBytes, replayableSource, sha256 } from '../bodies.ts'
import { when, type Group } from '../case.ts'
import { collect, expectError } from '../expect-error.ts'

/** Tokens that run out: one refresh, whatever runs at the time, and no byte lost. */
export const tokenGroup: Group = {
  name: 'token',
  cases: ({ capabilities: { read, write, list } }) => [
    ...when(list !== false, [
      {
        name: 'refreshes a token that expires between two pages, once',
        needs: ['faults', 'seed'],
        run: async bench => {
          const { client, folder, faults, harness, settle } = bench
          const paths = Array.from({ length: 2500 }, (_, index) => `${folder}/n${String(index).padStart(4, '0')}`)
          await harness.seed?.(paths.map(path => ({ path, body: new Uint8Array(1) })))
          await settle()
          await collect(client.list(`${folder}/nothing`))
          const listed: string[] = []
          const refreshes = await countRefreshes(bench, async () => {
            for await (const { path } of client.list(folder, { recursive: true })) {
              if (listed.length === 0) faults.inject({ kind: 'expire-token' })
              listed.push(path)
            }
          })
          expect(listed.toSorted()).toEqual(paths)
          expect(refreshes).toBe(1)
        },
      },
    ]),
    ...when(read !== false && write !== false, [
      {
        name: 'refreshes a token that expires while a body is read',
        needs: ['faults'],
        run: async bench => {
          const { client, folder, faults, put, capabilities } = bench
          if (read === false || !read.range || !read.validator) bench.skip('this client starts a body again from its beginning')
          const body = randomBytes(bigSize(capabilities))
          await put(`${folder}/big`, body)
          let digest = ''
          const refreshes = await countRefreshes(bench, async () => {
            faults.inject({ kind: 'reset', afterBytes: Math.floor(body.byteLength / 2) })
            const read = await client.read(`${folder}/big`)
            faults.inject({ kind: 'expire-token' })
            digest = sha256(await drain(read.body))
          })
          expect([digest, refreshes]).toEqual([sha256(body), 1])
        },
      },
      {
        name: 'refreshes a token that expires while parts are sent',
        needs: ['faults'],
        run: async bench => {
          const { client, folder, faults, capabilities } = bench
          const body = randomBytes(bigSize(capabilities))
          const refreshes = await countRefreshes(bench, async () => {
            let told = false
            await client.write(`${folder}/big`, replayableSource(body), {
              onEvent: event => {
                if (told || event.type !== 'transfer-delta') return
                told = true
                faults.inject({ kind: 'expire-token' })
              },
            })
          })
          expect(refreshes).toBeLessThanOrEqual(1)
          faults.clear()
          expect(sha256((await client.readBytes(`${folder}/big`, { maxBytes: body.byteLength })).bytes)).toBe(sha256(body))
        },
      },
      {
        name: 'refreshes once for eight operations whose token expires together',
        needs: ['faults'],
        run: async bench => {
          const { client, folder, faults } = bench
          for (let index = 0; index < 8; index += 1) await client.write(`${folder}/${index}`, bytesSource(`body ${index}`))
          let bodies: string[] = []
          const refreshes = await countRefreshes(bench, async () => {
            faults.inject({ kind: 'expire-token' })
            const calls = Array.from({ length: 8 }, async (_, index) =>
              Buffer.from((await client.readBytes(`${folder}/${index}`)).bytes).toString(),
            )
            bodies = await Promise.all(calls)
          })
          expect(bodies).toEqual(Array.from({ length: 8 }, (_, index) => `body ${index}`))
          expect(refreshes).toBe(1)
        },
      },
      {
        name: 'says unauthenticated, with the command that logs in again, when a fresh token is refused too',
        needs: ['faults'],
        run: async bench => {
          const { client, folder, faults, put } = bench
          await put(`${folder}/one`, 'one')
          await countRefreshes(bench, async () => {
            // What gives out tokens goes on doing so: it is the service that refuses them.
            faults.inject({ kind: 'status', status: 401, times: 20, match: { path: /^(?!\/oauth2\/)/ } })
            const error = await expectError(client.readBytes(`${folder}/one`), 'unauthenticated')
            expect(error.hint).toContain(client.name)
            expect(error.retry).toBe('never')
          })
          faults.clear()
          expect((await client.readBytes(`${folder}/one`)).bytes).toHaveLength(3)
        },
      },
    ]),
  ],
}

/** How often the plugin's hook ran during the work; leaves the case out where there is none. */
async function countRefreshes({ client, skip }: Bench, work: () => Promise<void>): Promise<number> {
  const { connection } = client
  const refresh = connection.doRefresh?.bind(connection)
  if (refresh === undefined) return skip('this client has no token to refresh')
  let count = 0
  connection.doRefresh = async cause => {
    count += 1
    await refresh(cause)
  }
  try {
    await work()
  } finally {
    connection.doRefresh = refresh
  }
  return count
}
