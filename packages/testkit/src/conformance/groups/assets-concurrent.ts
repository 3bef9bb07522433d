import { join } from 'node:path'
import { FairleadError, type Capabilities } from '@fairlead/core'
import { expect } from 'vitest'
import type { Bench } from '../bench.ts'
import { when, type Case } from '../case.ts'
import { contentOf, makeFolder } from '../local-folder.ts'

const rounds = 6

function version(letter: string): Record<string, string> {
  return Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`file-${index}`, `${letter} `.repeat(500 + index)]))
}

/** Several at once on one asset: a reader sees one version, whole; of two writers one wins, and the other hears of it where a service can tell. */
export function concurrentCases({ write, assets }: Capabilities): readonly Case[] {
  const decides = assets === 'native' || (write !== false && write.conditions.includes('absent'))
  return [...readers, ...when(decides, [oneWinner], [lastWinner]), ...sameContent]
}

const readers: readonly Case[] = [
  {
    name: 'shows a reader one version, whole, while it is replaced again and again',
    run: async ({ client, collection, scratch, connect }) => {
      const reader = await connect()
      const folders = ['a', 'b'].map(letter => {
        makeFolder(join(scratch, letter), version(letter))
        return join(scratch, letter)
      })
      const expected = folders.map(folder => contentOf(folder).join())
      await client.push(folders[0] ?? '', `${collection}/moving:v1`)
      let writing = true
      const writer = (async () => {
        for (let round = 1; round <= rounds; round += 1)
          await client.push(folders[round % 2] ?? '', `${collection}/moving:v1`, { force: true })
        writing = false
      })().finally(() => (writing = false))
      let reads = 0
      while (writing || reads === 0) {
        reads += 1
        const pulled = await reader.pull(`${collection}/moving:v1`, join(scratch, `out-${reads}`))
        expect(expected).toContain(contentOf(pulled.path).join())
      }
      await writer
    },
  },
]

/** How a race went, whose folders were taken, and what is there then. */
interface Race {
  readonly results: ReadonlyArray<PromiseSettledResult<unknown>>
  readonly winners: readonly string[]
  pulled(): Promise<string[]>
}

/** Two clients push different content to one tag, round after round. */
async function* races({ client, collection, scratch, connect }: Bench): AsyncGenerator<Race> {
  const other = await connect({ home: join(scratch, 'home') })
  for (let round = 0; round < rounds; round += 1) {
    const folders = ['a', 'b'].map(letter => {
      makeFolder(join(scratch, `${letter}-${round}`), version(`${letter}${round}`))
      return join(scratch, `${letter}-${round}`)
    })
    const reference = `${collection}/race-${round}:v1`
    const results = await Promise.allSettled([client.push(folders[0] ?? '', reference), other.push(folders[1] ?? '', reference)])
    const winners = results.flatMap((result, index) => (result.status === 'fulfilled' ? [folders[index] ?? ''] : []))
    yield { results, winners, pulled: async () => contentOf((await client.pull(reference, join(scratch, `out-${round}`))).path) }
  }
}

const oneWinner: Case = {
  name: 'lets one of two pushers of different content win, whole, and tells the other',
  run: async context => {
    for await (const { results, winners, pulled } of races(context)) {
      expect(winners, JSON.stringify(results)).toHaveLength(1)
      for (const result of results) {
        if (result.status === 'rejected')
          expect(
            FairleadError.is(result.reason, 'already-exists') || FairleadError.is(result.reason, 'precondition-failed'),
            String(result.reason),
          ).toBe(true)
      }
      expect(await pulled()).toEqual(contentOf(winners[0] ?? ''))
    }
  },
}

/** Where nothing decides, both may take themselves for the winner; what is there then is still one of the two, whole. */
const lastWinner: Case = {
  name: 'keeps what one of two pushers of different content wrote, whole',
  run: async context => {
    for await (const { winners, pulled } of races(context)) {
      expect(winners.map(folder => contentOf(folder).join())).toContain((await pulled()).join())
    }
  },
}

const sameContent: readonly Case[] = [
  {
    name: 'lets two pushers of the same content both succeed',
    run: async ({ client, collection, scratch, connect }) => {
      const other = await connect({ home: join(scratch, 'home') })
      makeFolder(join(scratch, 'same'), version('same'))
      const results = await Promise.all(
        [client, other].map(async pusher => await pusher.push(join(scratch, 'same'), `${collection}/same:v1`)),
      )
      expect(results[0]?.digest).toBe(results[1]?.digest)
      expect(await client.verify(`${collection}/same:v1`)).toMatchObject({ ok: true, files: 5 })
    },
  },
]
