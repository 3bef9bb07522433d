import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TransferEvent } from '@fairlead/core/host'
import { expect } from 'vitest'
import { bigSize, drain, randomBytes, replayableSource } from '../bodies.ts'
import { when, type Group } from '../case.ts'

/** The sum of what was told, after checking that the telling holds together. */
function toldBytes(events: readonly TransferEvent[], path?: string): number {
  let sum = 0
  for (const event of events) {
    if (event.type !== 'transfer-delta' && event.type !== 'transfer-resume') continue
    if (path !== undefined && event.path !== path) continue
    expect(event.bytes).toBeGreaterThan(0)
    sum += event.bytes
    if (path !== undefined) expect(event.loaded).toBe(sum)
  }
  return sum
}

/** Progress: every byte is told once, however often it was sent. */
export const progressGroup: Group = {
  name: 'progress',
  cases: ({ capabilities: { read, write, list } }) =>
    when(read !== false && write !== false, [
      {
        name: 'tells every byte of a write once, small and big',
        run: async ({ client, folder, capabilities }) => {
          for (const size of [1000, bigSize(capabilities)]) {
            const events: TransferEvent[] = []
            const path = `${folder}/body-${size}`
            await client.write(path, replayableSource(randomBytes(size)), { onEvent: event => events.push(event) })
            expect(toldBytes(events, path)).toBe(size)
            expect(events.at(0)).toMatchObject({ type: 'transfer-start', path, total: size })
            expect(events.at(-1)).toMatchObject({ type: 'transfer-end', path, loaded: size })
          }
        },
      },
      {
        name: 'tells every byte of a read and of a download once',
        run: async ({ client, folder, scratch, capabilities, put }) => {
          const size = bigSize(capabilities)
          await put(`${folder}/big`, randomBytes(size))
          const events: TransferEvent[] = []
          await drain((await client.read(`${folder}/big`, { onEvent: event => events.push(event) })).body)
          expect(toldBytes(events)).toBe(size)
          const more: TransferEvent[] = []
          await client.download(`${folder}/big`, join(scratch, 'file'), { onEvent: event => more.push(event) })
          expect(toldBytes(more)).toBe(size)
        },
      },
      {
        name: 'tells no byte twice when a body had to be sent again',
        needs: ['faults'],
        run: async ({ client, folder, faults, capabilities }) => {
          const size = bigSize(capabilities)
          faults.inject({ kind: 'reset', of: 'request', afterBytes: 50_000 })
          const events: TransferEvent[] = []
          await client.write(`${folder}/big`, replayableSource(randomBytes(size)), { onEvent: event => events.push(event) })
          expect(toldBytes(events, `${folder}/big`)).toBe(size)
          expect(events.some(event => event.type === 'retry')).toBe(true)
        },
      },
      ...when(list !== false, [
        {
          name: 'tells what a push will send before it sends it, and as much as that',
          run: async ({ client, collection, scratch }) => {
            writeFileSync(join(scratch, 'data.bin'), randomBytes(70_000))
            const events: TransferEvent[] = []
            const pushed = await client.push(join(scratch, 'data.bin'), `${collection}/data:v1`, { onEvent: event => events.push(event) })
            const planned = events.find(event => event.type === 'plan')
            expect(planned).toMatchObject({ files: 1, bytes: 70_000 })
            expect(pushed.sent).toBe(70_000)
            expect(toldBytes(events)).toBeGreaterThanOrEqual(70_000)
          },
        },
      ]),
    ]),
}
