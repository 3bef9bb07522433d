import { bytesSource, FairleadError, type Capabilities } from '@fairlead/core'
import { expect } from 'vitest'
import { bigSize, randomBytes } from '../bodies.ts'
import { when, type Case } from '../case.ts'
import { expectError } from '../expect-error.ts'
import { refused } from '../refused.ts'

/** Writes on a condition: the service decides, so of two writers one wins. */
export function conditionCases({ conditions }: Exclude<Capabilities['write'], false>): readonly Case[] {
  const absent = { if: 'absent' } as const
  return [
    ...when(
      conditions.includes('absent'),
      [
        {
          name: 'writes only where nothing is, when asked to, small and big',
          run: async ({ client, folder, capabilities }) => {
            for (const size of [3, bigSize(capabilities)]) {
              const path = `${folder}/once-${size}`
              const body = randomBytes(size)
              await client.write(path, bytesSource(body), { condition: absent })
              await expectError(
                client.write(path, bytesSource(randomBytes(size, 2)), { condition: absent }),
                'precondition-failed',
                'already-exists',
              )
              expect(Buffer.compare((await client.readBytes(path, { maxBytes: size })).bytes, body)).toBe(0)
            }
          },
        },
        {
          name: 'lets exactly one of eight writers be the first',
          run: async ({ client, folder }) => {
            const bodies = Array.from({ length: 8 }, (_, index) => `writer ${index}`)
            const results = await Promise.allSettled(
              bodies.map(async body => await client.write(`${folder}/first`, bytesSource(body), { condition: absent })),
            )
            const winners = bodies.filter((_, index) => results[index]?.status === 'fulfilled')
            expect(winners).toHaveLength(1)
            expect([Buffer.from((await client.readBytes(`${folder}/first`)).bytes).toString()]).toEqual(winners)
            for (const result of results) if (result.status === 'rejected') expect(FairleadError.is(result.reason)).toBe(true)
          },
        },
      ],
      [refused('write only where nothing is', async ({ client }) => await client.write('any', bytesSource('x'), { condition: absent }))],
    ),
    ...when(
      conditions.includes('match'),
      [
        {
          name: 'replaces only the etag it was told, and refuses another one as precondition-failed',
          run: async ({ client, folder }) => {
            const { etag = '' } = await client.write(`${folder}/one`, bytesSource('first'))
            expect(etag).toBeTruthy()
            await client.write(`${folder}/one`, bytesSource('second'), { condition: { if: 'match', etag } })
            await expectError(
              client.write(`${folder}/one`, bytesSource('third'), { condition: { if: 'match', etag } }),
              'precondition-failed',
            )
            expect(Buffer.from((await client.readBytes(`${folder}/one`)).bytes).toString()).toBe('second')
          },
        },
        {
          name: 'does not create on the condition of an etag',
          run: async ({ client, folder }) => {
            const { etag = '' } = await client.write(`${folder}/other`, bytesSource('x'))
            await expectError(
              client.write(`${folder}/nothing`, bytesSource('x'), { condition: { if: 'match', etag } }),
              'precondition-failed',
              'not-found',
            )
            await expectError(client.stat(`${folder}/nothing`), 'not-found')
          },
        },
      ],
      [
        refused(
          'write on the condition of an etag',
          async ({ client }) => await client.write('any', bytesSource('x'), { condition: { if: 'match', etag: 'x' } }),
        ),
      ],
    ),
  ]
}
