import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource } from '@fairlead/core'
import { expect } from 'vitest'
import { bigSize, drain, randomBytes, sha256 } from '../bodies.ts'
import { when, type Group } from '../case.ts'
import { expectError } from '../expect-error.ts'
import { refused } from '../refused.ts'

/** Reading objects: whole, in ranges, by validator and version, into memory and into files. */
export const readGroup: Group = {
  name: 'read',
  cases: ({ capabilities: { read, write } }) => {
    if (read === false)
      return [
        refused('read', async ({ client }) => await client.readBytes('any')),
        refused('download', async ({ client, scratch }) => await client.download('any', join(scratch, 'any'))),
      ]
    const needs = write === false ? (['seed'] as const) : []
    return [
      {
        name: 'gives back the bytes that are stored, and their size',
        needs,
        run: async ({ client, put, folder }) => {
          await put(`${folder}/hello.txt`, 'hello')
          const { entry, bytes } = await client.readBytes(`${folder}/hello.txt`)
          expect(Buffer.from(bytes).toString()).toBe('hello')
          expect(entry).toMatchObject({ path: `${folder}/hello.txt`, kind: 'object', size: 5 })
        },
      },
      {
        name: 'tells of an object what reading it shows',
        needs,
        run: async ({ client, put, folder }) => {
          await put(`${folder}/hello.txt`, 'hello')
          const stat = await client.stat(`${folder}/hello.txt`)
          const { entry } = await client.readBytes(`${folder}/hello.txt`)
          expect(stat).toMatchObject({ path: `${folder}/hello.txt`, kind: 'object', size: 5 })
          expect(entry.etag).toBe(stat.etag)
          if (read.validator) expect(stat.etag).toBeTruthy()
        },
      },
      {
        name: 'says not-found for what is not there, by stat and by read',
        run: async ({ client, folder }) => {
          await expectError(client.stat(`${folder}/nothing`), 'not-found')
          await expectError(client.readBytes(`${folder}/nothing`), 'not-found')
        },
      },
      {
        name: 'streams a big body without losing a byte',
        needs,
        run: async ({ client, put, folder, capabilities }) => {
          const body = randomBytes(bigSize(capabilities))
          await put(`${folder}/big`, body)
          const read = await client.read(`${folder}/big`)
          expect(read.entry.size).toBe(body.byteLength)
          expect(sha256(await drain(read.body))).toBe(sha256(body))
        },
      },
      ...when(write !== false && write.empty, [
        {
          name: 'reads an empty body as empty',
          run: async ({ client, put, folder }) => {
            await put(`${folder}/empty`, '')
            const { entry, bytes } = await client.readBytes(`${folder}/empty`)
            expect([entry.size, bytes.byteLength]).toEqual([0, 0])
          },
        },
      ]),
      {
        name: 'refuses to hold more in memory than it was allowed to',
        needs,
        run: async ({ client, put, folder }) => {
          await put(`${folder}/much`, 'x'.repeat(1001))
          expect((await client.readBytes(`${folder}/much`, { maxBytes: 1001 })).bytes.byteLength).toBe(1001)
          await expectError(client.readBytes(`${folder}/much`, { maxBytes: 1000 }), 'input-invalid')
        },
      },
      {
        name: 'downloads to a file whole, and replaces one only when forced',
        needs,
        run: async ({ client, put, folder, scratch }) => {
          const file = join(scratch, 'file')
          await put(`${folder}/one`, 'one')
          await client.download(`${folder}/one`, file)
          expect(readFileSync(file, 'utf8')).toBe('one')
          writeFileSync(file, 'mine')
          await expectError(client.download(`${folder}/one`, file), 'already-exists')
          expect(readFileSync(file, 'utf8')).toBe('mine')
          await client.download(`${folder}/one`, file, { force: true })
          expect(readFileSync(file, 'utf8')).toBe('one')
        },
      },
      {
        name: 'downloads nothing when the bytes are not the expected ones',
        needs,
        run: async ({ client, put, folder, scratch }) => {
          await put(`${folder}/one`, 'one')
          await expectError(client.download(`${folder}/one`, join(scratch, 'file'), { sha256: sha256('two') }), 'integrity')
          expect(existsSync(join(scratch, 'file'))).toBe(false)
        },
      },
      ...when(
        read.range,
        [
          {
            name: 'reads exactly the bytes of a range, the end exclusive',
            needs,
            run: async ({ client, put, folder }) => {
              await put(`${folder}/letters`, 'abcdefghij')
              const at = async (start: number, end?: number): Promise<string> =>
                Buffer.from(
                  (await client.readBytes(`${folder}/letters`, { range: { start, ...(end !== undefined && { end }) } })).bytes,
                ).toString()
              expect([await at(0, 1), await at(0, 10), await at(3, 6), await at(9, 10), await at(7)]).toEqual([
                'a',
                'abcdefghij',
                'def',
                'j',
                'hij',
              ])
            },
          },
          {
            name: 'gives the size of the whole object with a range of it',
            needs,
            run: async ({ client, put, folder }) => {
              await put(`${folder}/letters`, 'abcdefghij')
              expect((await client.readBytes(`${folder}/letters`, { range: { start: 3, end: 6 } })).entry.size).toBe(10)
            },
          },
          {
            name: 'says range-invalid for a range that begins behind the end',
            needs,
            run: async ({ client, put, folder }) => {
              await put(`${folder}/letters`, 'abcdefghij')
              await expectError(client.readBytes(`${folder}/letters`, { range: { start: 11 } }), 'range-invalid')
              await expectError(client.readBytes(`${folder}/letters`, { range: { start: 6, end: 3 } }), 'range-invalid')
            },
          },
        ],
        [refused('read a range', async ({ client }) => await client.readBytes('any', { range: { start: 1 } }))],
      ),
      ...when(
        read.validator,
        [
          {
            name: 'reads on the condition of an etag, and refuses another one as precondition-failed',
            needs,
            run: async ({ client, put, folder }) => {
              await put(`${folder}/one`, 'one')
              const { etag = '' } = await client.stat(`${folder}/one`)
              expect((await client.readBytes(`${folder}/one`, { ifMatch: etag })).bytes.byteLength).toBe(3)
              await put(`${folder}/one`, 'other')
              await expectError(client.readBytes(`${folder}/one`, { ifMatch: etag }), 'precondition-failed')
            },
          },
        ],
        [refused('read on a condition', async ({ client }) => await client.readBytes('any', { ifMatch: 'any' }))],
      ),
      ...when(
        read.versions,
        write === false
          ? []
          : [
              {
                name: 'reads an earlier version',
                needs,
                run: async ({ client, folder }) => {
                  const first = await client.write(`${folder}/one`, bytesSource('first'))
                  await client.write(`${folder}/one`, bytesSource('second'))
                  const { version = '' } = first
                  expect(version).toBeTruthy()
                  expect(Buffer.from((await client.readBytes(`${folder}/one`, { version })).bytes).toString()).toBe('first')
                  expect(Buffer.from((await client.readBytes(`${folder}/one`)).bytes).toString()).toBe('second')
                },
              },
            ],
        [refused('read a version', async ({ client }) => await client.readBytes('any', { version: 'any' }))],
      ),
    ]
  },
}
