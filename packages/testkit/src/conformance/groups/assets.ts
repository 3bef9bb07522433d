import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { when, type Group } from '../case.ts'
import { collect, expectError } from '../expect-error.ts'
import { refused } from '../refused.ts'
import { concurrentCases } from './assets-concurrent.ts'
import { contentOf, makeFolder } from '../local-folder.ts'

/** Assets: pushed, inspected, found, pulled and verified; never half, never mixed, never replaced unasked. */
export const assetsGroup: Group = {
  name: 'assets',
  cases: ({ capabilities }) => {
    const { read, write, list, remove } = capabilities
    if (write === false || read === false || list === false) {
      return [
        refused('push', async ({ client, scratch, collection }) => {
          writeFileSync(join(scratch, 'x'), 'x')
          return await client.push(join(scratch, 'x'), `${collection}/x:v1`)
        }),
        ...when(remove === false, [
          refused('remove an asset', async ({ client, collection }) => await client.remove(`${collection}/x:v1`)),
        ]),
      ]
    }
    return [
      {
        name: 'pushes a file, and inspects, finds, pulls and verifies it',
        run: async ({ client, collection, scratch, settle }) => {
          const file = join(scratch, 'hero.txt')
          writeFileSync(file, 'the hero')
          const pushed = await client.push(file, `${collection}/hero:v001`, { labels: { show: 'one' } })
          expect(pushed).toMatchObject({ outcome: 'created', files: 1, bytes: 8, uri: `${client.name}://${collection}/hero:v001` })
          await settle()
          const inspected = await client.inspect(`${collection}/hero:v001`)
          expect(inspected).toMatchObject({ digest: pushed.digest, record: { labels: { show: 'one' }, count: 1, bytes: 8 } })
          expect(inspected.manifest.files).toMatchObject([{ path: 'hero.txt', size: 8 }])
          expect(await collect(client.search(`collection:${collection}`))).toMatchObject([{ collection, name: 'hero', tag: 'v001' }])
          const pulled = await client.pull(`${collection}/hero:v001`, join(scratch, 'out'))
          expect(pulled).toMatchObject({ outcome: 'created', digest: pushed.digest, files: 1, bytes: 8 })
          expect(contentOf(join(scratch, 'out'))).toContainEqual(expect.stringMatching(/hero.*=the hero$/))
          expect(await client.verify(`${collection}/hero:v001`)).toMatchObject({ ok: true, files: 1 })
        },
      },
      {
        name: 'keeps a folder as it was: names, bytes, times and the executable bit',
        run: async ({ client, collection, scratch, capabilities }) => {
          const source = join(scratch, 'source')
          makeFolder(source, { 'frame.0001.dat': 'one', 'frame.0002.dat': 'two', 'notes/größe 1.txt': 'three', 'bin/run': '#!/bin/sh\n' }, [
            'bin/run',
          ])
          if (capabilities.write !== false && capabilities.write.empty) makeFolder(source, { 'notes/empty': '' })
          const pushed = await client.push(source, `${collection}/shot:v001`)
          const pulled = await client.pull(`${collection}/shot:v001`, join(scratch, 'out'))
          expect(pulled.files).toBe(pushed.files)
          expect(contentOf(pulled.path, { attributes: true })).toEqual(contentOf(source, { attributes: true }))
        },
      },
      {
        name: 'gives the same content the same digest wherever it is pushed from, and another content another',
        run: async ({ client, collection, scratch }) => {
          const digests: string[] = []
          for (const [index, text] of ['same', 'same', 'other'].entries()) {
            makeFolder(join(scratch, `from-${index}`), { 'a/file.txt': text, b: 'b' })
            digests.push((await client.push(join(scratch, `from-${index}`), `${collection}/n${index}:v1`)).digest)
          }
          expect(digests[0]).toMatch(/^sha256:[0-9a-f]{64}$/)
          expect(digests[1]).toBe(digests[0])
          expect(digests[2]).not.toBe(digests[0])
        },
      },
      {
        name: 'sends nothing when the same is pushed again',
        run: async ({ client, collection, scratch }) => {
          const source = join(scratch, 'source')
          makeFolder(source, { one: 'one', two: 'two' })
          const first = await client.push(source, `${collection}/same:v1`)
          expect(await client.push(source, `${collection}/same:v1`)).toMatchObject({ outcome: 'unchanged', sent: 0, digest: first.digest })
        },
      },
      {
        name: 'refuses other content under a tag that is taken, and keeps what was there',
        run: async ({ client, collection, scratch }) => {
          makeFolder(join(scratch, 'one'), { file: 'one' })
          makeFolder(join(scratch, 'two'), { file: 'two' })
          const first = await client.push(join(scratch, 'one'), `${collection}/taken:v1`)
          const error = await expectError(client.push(join(scratch, 'two'), `${collection}/taken:v1`), 'already-exists')
          expect(error.hint).toContain('--force')
          expect((await client.inspect(`${collection}/taken:v1`)).digest).toBe(first.digest)
          expect(await client.verify(`${collection}/taken:v1`)).toMatchObject({ ok: true })
        },
      },
      {
        name: 'replaces a tag when forced',
        run: async ({ client, collection, scratch }) => {
          makeFolder(join(scratch, 'one'), { file: 'one', gone: 'gone' })
          makeFolder(join(scratch, 'two'), { file: 'two' })
          await client.push(join(scratch, 'one'), `${collection}/forced:v1`)
          expect(await client.push(join(scratch, 'two'), `${collection}/forced:v1`, { force: true })).toMatchObject({ outcome: 'replaced' })
          const pulled = await client.pull(`${collection}/forced:v1`, join(scratch, 'out'))
          expect(contentOf(pulled.path)).toEqual(['file=two'])
        },
      },
      {
        name: 'pulls by digest, and refuses a tag that has another one',
        run: async ({ client, collection, scratch }) => {
          makeFolder(join(scratch, 'one'), { file: 'one' })
          const { digest } = await client.push(join(scratch, 'one'), `${collection}/pinned:v1`)
          const pulled = await client.pull(`${collection}/pinned@${digest}`, join(scratch, 'out'))
          expect(contentOf(pulled.path)).toEqual(['file=one'])
          await expectError(
            client.pull(`${collection}/pinned@sha256:${'0'.repeat(64)}`, join(scratch, 'other')),
            'not-found',
            'precondition-failed',
            'integrity',
          )
        },
      },
      {
        name: 'pulls into its own folder, replaces nothing unasked, and replaces when forced',
        run: async ({ client, collection, scratch }) => {
          makeFolder(join(scratch, 'one'), { file: 'one', more: 'more' })
          await client.push(join(scratch, 'one'), `${collection}/asset:v1`)
          const first = await client.pull(`${collection}/asset:v1`, join(scratch, 'out'))
          expect(first.path).toBe(join(scratch, 'out', 'asset'))
          writeFileSync(join(first.path, 'file'), 'mine')
          await expectError(client.pull(`${collection}/asset:v1`, join(scratch, 'out')), 'already-exists')
          expect(contentOf(first.path)).toEqual(['file=mine', 'more=more'])
          expect(await client.pull(`${collection}/asset:v1`, join(scratch, 'out'), { force: true })).toMatchObject({ outcome: 'replaced' })
          expect(contentOf(first.path)).toEqual(['file=one', 'more=more'])
        },
      },
      {
        name: 'says not-found for an asset that is not there, and where to look',
        run: async ({ client, collection, scratch }) => {
          for (const call of [
            async () => await client.inspect(`${collection}/nothing:v1`),
            async () => await client.pull(`${collection}/nothing:v1`, join(scratch, 'out')),
            async () => await client.verify(`${collection}/nothing:v1`),
          ]) {
            expect((await expectError(call(), 'not-found')).hint).toBeTruthy()
          }
        },
      },
      {
        name: 'gives a digest another tag',
        run: async ({ client, collection, scratch }) => {
          makeFolder(join(scratch, 'one'), { file: 'one' })
          const { digest } = await client.push(join(scratch, 'one'), `${collection}/asset:v1`)
          expect(await client.tag(`${collection}/asset:v1`, 'approved')).toMatchObject({ digest })
          expect((await client.inspect(`${collection}/asset:approved`)).digest).toBe(digest)
          makeFolder(join(scratch, 'two'), { file: 'two' })
          await client.push(join(scratch, 'two'), `${collection}/asset:v2`)
          await expectError(client.tag(`${collection}/asset:v2`, 'approved'), 'already-exists')
        },
      },
      {
        name: 'writes nothing in a dry run',
        run: async ({ client, collection, scratch, settle }) => {
          makeFolder(join(scratch, 'one'), { file: 'one' })
          expect(await client.push(join(scratch, 'one'), `${collection}/dry:v1`, { dryRun: true })).toMatchObject({ outcome: 'planned' })
          await settle()
          await expectError(client.inspect(`${collection}/dry:v1`), 'not-found')
          expect((await collect(client.list('', { recursive: true }))).filter(({ path }) => path.includes(collection))).toEqual([])
        },
      },
      {
        name: 'refuses an empty folder and a missing file',
        run: async ({ client, collection, scratch }) => {
          mkdirSync(join(scratch, 'empty'))
          await expectError(client.push(join(scratch, 'empty'), `${collection}/empty:v1`), 'input-invalid')
          await expectError(client.push(join(scratch, 'missing'), `${collection}/missing:v1`), 'input-invalid', 'not-found')
        },
      },
      ...when(
        remove !== false,
        [
          {
            name: 'removes one asset and leaves its neighbours and its other tags',
            run: async ({ client, collection, scratch }) => {
              const neighbours = ['hero:v1', 'hero:v10', 'hero2:v1', 'her:v1', 'hero.more:v1']
              for (const neighbour of ['hero:v2', ...neighbours]) {
                makeFolder(join(scratch, neighbour.replace(':', '-')), { file: neighbour })
                await client.push(join(scratch, neighbour.replace(':', '-')), `${collection}/${neighbour}`)
              }
              await client.remove(`${collection}/hero:v2`)
              await expectError(client.inspect(`${collection}/hero:v2`), 'not-found')
              for (const neighbour of neighbours) expect(await client.verify(`${collection}/${neighbour}`)).toMatchObject({ ok: true })
              await expectError(client.remove(`${collection}/hero:v2`), 'not-found')
            },
          },
          {
            name: 'keeps the content that another tag names',
            run: async ({ client, collection, scratch }) => {
              makeFolder(join(scratch, 'one'), { file: 'one' })
              await client.push(join(scratch, 'one'), `${collection}/asset:v1`)
              await client.tag(`${collection}/asset:v1`, 'kept')
              await client.remove(`${collection}/asset:v1`)
              expect(await client.verify(`${collection}/asset:kept`)).toMatchObject({ ok: true, files: 1 })
            },
          },
        ],
        [refused('remove an asset', async ({ client, collection }) => await client.remove(`${collection}/x:v1`))],
      ),
      ...concurrentCases(capabilities),
    ]
  },
}
