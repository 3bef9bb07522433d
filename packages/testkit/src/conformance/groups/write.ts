import { bytesSource, type Capabilities } from '@fairlead/core'
import { expect } from 'vitest'
import { bigSize, pipedSource, randomBytes, replayableSource, sha256 } from '../bodies.ts'
import { when, type Case, type Group } from '../case.ts'
import { collect, expectError } from '../expect-error.ts'
import { refused } from '../refused.ts'
import { conditionCases } from './write-conditions.ts'

/** Writing objects: whole or not at all, whatever the body comes from. */
export const writeGroup: Group = {
  name: 'write',
  cases: ({ capabilities }) => {
    const { read, write } = capabilities
    if (write === false) return [refused('write', async ({ client }) => await client.write('any', bytesSource('x')))]
    if (read === false) return writeOnly
    return [
      ...writeOnly,
      {
        name: 'stores the bytes, seen from behind the client',
        needs: ['readBack'],
        run: async ({ client, folder, harness }) => {
          await client.write(`${folder}/hello`, bytesSource('hello'))
          expect(Buffer.from((await harness.readBack?.(`${folder}/hello`)) ?? []).toString()).toBe('hello')
        },
      },
      {
        name: 'replaces what was there',
        run: async ({ client, folder }) => {
          await client.write(`${folder}/one`, bytesSource('a longer first body'))
          await client.write(`${folder}/one`, bytesSource('second'))
          expect(Buffer.from((await client.readBytes(`${folder}/one`)).bytes).toString()).toBe('second')
        },
      },
      {
        name: 'writes into folders that do not exist yet',
        run: async ({ client, folder }) => {
          await client.write(`${folder}/a/b/c/d/deep`, bytesSource('deep'))
          expect((await client.readBytes(`${folder}/a/b/c/d/deep`)).bytes.byteLength).toBe(4)
        },
      },
      {
        name: 'stores a big body whole, from memory and from a stream',
        run: async ({ client, folder, capabilities }) => {
          const body = randomBytes(bigSize(capabilities))
          await client.write(`${folder}/memory`, bytesSource(body))
          await client.write(`${folder}/stream`, replayableSource(body))
          for (const path of [`${folder}/memory`, `${folder}/stream`]) {
            expect(sha256((await client.readBytes(path, { maxBytes: body.byteLength })).bytes)).toBe(sha256(body))
          }
        },
      },
      ...[100_000, undefined].map(failAfter => brokenSource(failAfter)),
      {
        name: 'refuses a source that gives fewer bytes than it said, and leaves what was there',
        run: async ({ client, folder }) => {
          await client.write(`${folder}/one`, bytesSource('before'))
          const source = { ...replayableSource(randomBytes(1000)), size: 2000 }
          await expectError(client.write(`${folder}/one`, source), 'input-invalid')
          expect(Buffer.from((await client.readBytes(`${folder}/one`)).bytes).toString()).toBe('before')
        },
      },
      {
        name: 'refuses bytes that are not what the caller hashed',
        run: async ({ client, folder }) => {
          await expectError(client.write(`${folder}/one`, bytesSource('one'), { sha256: `sha256:${sha256('two')}` }), 'integrity')
          await expectError(client.stat(`${folder}/one`), 'not-found')
          expect((await client.write(`${folder}/one`, bytesSource('one'), { sha256: `sha256:${sha256('one')}` })).size).toBe(3)
        },
      },
      ...when(
        write.unknownSize,
        [
          {
            name: 'stores a body of unknown size, small and big',
            run: async ({ client, folder, capabilities }) => {
              for (const size of [0, 5, bigSize(capabilities)]) {
                if (size === 0 && !write.empty) continue
                const body = randomBytes(size)
                const entry = await client.write(`${folder}/piped-${size}`, pipedSource(body))
                expect(entry.size).toBe(size)
                expect(sha256((await client.readBytes(`${folder}/piped-${size}`, { maxBytes: size })).bytes)).toBe(sha256(body))
              }
            },
          },
        ],
        [refused('write a body of unknown size', async ({ client }) => await client.write('any', pipedSource(randomBytes(5))))],
      ),
      ...when(!write.empty, [refused('write an empty body', async ({ client }) => await client.write('any', bytesSource('')))]),
      ...attributeCases(write),
      ...conditionCases(write),
      ...copyCases(capabilities),
    ]
  },
}

const writeOnly: readonly Case[] = [
  {
    name: 'tells of the new object what it is',
    run: async ({ client, folder }) => {
      const entry = await client.write(`${folder}/hello`, bytesSource('hello'))
      expect(entry).toMatchObject({ path: `${folder}/hello`, kind: 'object', size: 5 })
    },
  },
]

/** With a count: after so many bytes of a small body; without: in the midst of a big one. */
function brokenSource(failAfter: number | undefined): Case {
  return {
    name: `leaves what was there when the source of a ${failAfter === undefined ? 'big' : 'small'} body breaks`,
    run: async ({ client, folder, capabilities }) => {
      await client.write(`${folder}/one`, bytesSource('before'))
      const size = failAfter === undefined ? bigSize(capabilities) : failAfter + 100_000
      const source = pipedSource(randomBytes(size), { size, failAfter: failAfter ?? Math.floor(size * 0.7) })
      const error = await expectError(client.write(`${folder}/one`, source), 'input-invalid')
      expect(error.path).toBe(`${folder}/one`)
      expect(Buffer.from((await client.readBytes(`${folder}/one`)).bytes).toString()).toBe('before')
      if (capabilities.list !== false)
        expect((await collect(client.list(folder, { recursive: true }))).map(({ path }) => path)).toEqual([`${folder}/one`])
    },
  }
}

function attributeCases(write: Exclude<Capabilities['write'], false>): readonly Case[] {
  const modified = new Date('2001-02-03T04:05:06.000Z')
  const metadata = write.metadata
  const pairs: Record<string, string> = metadata !== false && metadata.values === 'unicode' ? { note: 'größer 漢 🙂' } : { note: 'plain' }
  return [
    ...when(
      write.modified === 'settable',
      [
        {
          name: 'keeps the modification time it is told',
          run: async ({ client, folder }) => {
            await client.write(`${folder}/old`, bytesSource('old'), { modified })
            expect((await client.stat(`${folder}/old`)).modified).toEqual(modified)
          },
        },
      ],
      when(write.modified === false, [
        refused('keep a modification time', async ({ client }) => await client.write('any', bytesSource('x'), { modified })),
      ]),
    ),
    ...when(
      metadata !== false,
      [
        {
          name: 'keeps metadata with the object, small and big',
          run: async ({ client, folder, capabilities }) => {
            for (const size of [1, bigSize(capabilities)]) {
              await client.write(`${folder}/with-${size}`, bytesSource(randomBytes(size)), { metadata: pairs })
              expect((await client.stat(`${folder}/with-${size}`)).metadata).toMatchObject(pairs)
            }
          },
        },
        {
          name: 'tells metadata beside a body too, where it does not say otherwise',
          run: async ({ client, folder, capabilities: { read }, skip }) => {
            if (read === false || read.attributes === false) skip('only a look at an object tells its metadata')
            await client.write(`${folder}/with`, bytesSource('body'), { metadata: pairs })
            expect((await client.readBytes(`${folder}/with`)).entry.metadata).toMatchObject(pairs)
          },
        },
        {
          name: 'refuses more metadata than it has room for, without a request',
          run: async ({ client, requests }) => {
            const note = 'x'.repeat(metadata === false ? 0 : metadata.maxBytes + 1)
            expect(
              await requests(async () => await expectError(client.write('any', bytesSource('x'), { metadata: { note } }), 'input-invalid')),
            ).toBe(0)
          },
        },
      ],
      [refused('keep metadata', async ({ client }) => await client.write('any', bytesSource('x'), { metadata: pairs }))],
    ),
  ]
}

/** What a copy is like, wherever its bytes pass. */
function copyCases({ copy, read, write }: Capabilities): readonly Case[] {
  const metadata = write !== false && write.metadata !== false ? { metadata: { note: 'plain' } } : {}
  return [
    {
      name: copy === false ? 'copies an object through this machine' : 'copies an object within the service',
      run: async ({ client, folder }) => {
        await client.write(`${folder}/from`, bytesSource('body'), { contentType: 'text/x-note', ...metadata })
        const entry = await client.copy(`${folder}/from`, `${folder}/to/copy`)
        expect(entry).toMatchObject({ path: `${folder}/to/copy`, kind: 'object' })
        expect(Buffer.from((await client.readBytes(`${folder}/to/copy`)).bytes).toString()).toBe('body')
        expect(await client.stat(`${folder}/to/copy`)).toMatchObject(metadata)
        expect((await client.readBytes(`${folder}/from`)).bytes.byteLength).toBe(4)
      },
    },
    {
      name: 'says not-found for a copy of what is not there',
      run: async ({ client, folder }) => {
        await expectError(client.copy(`${folder}/nothing`, `${folder}/to`), 'not-found')
      },
    },
    ...when(read !== false && read.validator, [
      {
        name: 'copies only the etag it was told, and refuses another one as precondition-failed',
        run: async ({ client, folder }) => {
          await client.write(`${folder}/from`, bytesSource('first'))
          const { etag = '' } = await client.stat(`${folder}/from`)
          await client.copy(`${folder}/from`, `${folder}/same`, { ifMatch: etag })
          expect(Buffer.from((await client.readBytes(`${folder}/same`)).bytes).toString()).toBe('first')
          await client.write(`${folder}/from`, bytesSource('second, and longer'))
          const error = await expectError(client.copy(`${folder}/from`, `${folder}/other`, { ifMatch: etag }), 'precondition-failed')
          expect(error).toMatchObject({ operation: 'read', path: `${folder}/from` })
          await expectError(client.stat(`${folder}/other`), 'not-found')
        },
      },
    ]),
    ...when(write !== false && write.conditions.includes('absent'), [
      {
        name: 'copies only to where nothing is, when asked to',
        run: async ({ client, folder }) => {
          await client.write(`${folder}/from`, bytesSource('body'))
          await client.write(`${folder}/to`, bytesSource('before'))
          await expectError(client.copy(`${folder}/from`, `${folder}/to`, { condition: { if: 'absent' } }), 'precondition-failed')
          expect(Buffer.from((await client.readBytes(`${folder}/to`)).bytes).toString()).toBe('before')
        },
      },
    ]),
  ]
}
