import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Case, Group } from '../case.ts'
import { collect, expectError } from '../expect-error.ts'
import { contentOf } from '../local-folder.ts'
import { refused } from '../refused.ts'
import { makeStaging as stage, type StagingContent } from '../staging.ts'

/** Exporting: Hidebound's layout, found and pulled by reference too. */
export const exportGroup: Group = {
  name: 'export',
  cases: ({ capabilities: { read, write, list, remove, assets, describe } }) => {
    // Where metadata is kept with files and folders, files have no folder for content, and documents are no objects.
    const makeStaging = (folder: string, collection: string, text: string): StagingContent => {
      const { files, documents } = stage(folder, collection, text)
      if (describe !== true) return { files, documents }
      return { files: new Map([...files].map(([path, body]) => [path.slice('content/'.length), body])), documents: new Map() }
    }
    if (assets === 'native' && write !== false && read !== false) return [nativeExport]
    if (write === false || read === false || list === false) {
      return [
        refused('export', async ({ client, scratch }) => {
          mkdirSync(join(scratch, 'manifest'))
          return await client.export(scratch)
        }),
      ]
    }
    return [
      {
        name: 'writes content and metadata where consumers look for them',
        run: async ({ client, scratch, collection }) => {
          const { files, documents } = makeStaging(scratch, collection, 'first')
          const exported = await client.export(scratch)
          expect(exported).toMatchObject({ assets: 2, files: files.size, skipped: 0, failed: 0 })
          for (const [path, text] of [...files, ...documents])
            expect(Buffer.from((await client.readBytes(path)).bytes).toString()).toBe(text)
        },
      },
      {
        name: 'makes what was exported an asset like any other: found, pulled and verified',
        run: async ({ client, scratch, collection }) => {
          makeStaging(join(scratch, 'staging'), collection, 'first')
          await client.export(join(scratch, 'staging'))
          expect((await collect(client.search(`collection:${collection}`))).map(({ name, tag }) => `${name}:${tag}`).sort()).toEqual([
            'notes:v001',
            'shot:v001',
          ])
          const pulled = await client.pull(`${collection}/shot:v001`, join(scratch, 'out'))
          expect(contentOf(pulled.path)).toEqual(['shot.0001.dat=first 1', 'shot.0002.dat=first 2'])
          expect(await client.verify(`${collection}/notes:v001`)).toMatchObject({ ok: true, files: 1 })
        },
      },
      {
        name: 'goes below a prefix, and is found by the same references',
        run: async ({ client, scratch, collection }) => {
          const { files, documents } = makeStaging(scratch, collection, 'first')
          const exported = await client.export(scratch, { prefix: `exports-${collection}` })
          expect(exported).toMatchObject({ assets: 2, failed: 0 })
          for (const [path, text] of [...files, ...documents])
            expect(Buffer.from((await client.readBytes(`exports-${collection}/${path}`)).bytes).toString()).toBe(text)
          expect(await client.verify(`${collection}/shot:v001`)).toMatchObject({ ok: true, files: 2 })
        },
      },
      {
        name: 'sends nothing when the same is exported again',
        run: async ({ client, scratch, collection }) => {
          const { files } = makeStaging(scratch, collection, 'first')
          await client.export(scratch)
          expect(await client.export(scratch)).toMatchObject({ assets: 2, sent: 0, skipped: files.size })
        },
      },
      {
        name: 'does not replace what differs, names it, and changes nothing',
        run: async ({ client, scratch, collection }) => {
          makeStaging(join(scratch, 'one'), collection, 'first')
          makeStaging(join(scratch, 'two'), collection, 'other')
          await client.export(join(scratch, 'one'))
          const { failed, failures } = await client.export(join(scratch, 'two'))
          expect([failed, ...failures.map(({ code }) => code)]).toEqual([2, 'already-exists', 'already-exists'])
          expect(await client.verify(`${collection}/shot:v001`)).toMatchObject({ ok: true })
        },
      },
      remove === false
        ? refused('replace what differs', async ({ client, scratch }) => {
            mkdirSync(join(scratch, 'manifest'))
            return await client.export(scratch, { force: true })
          })
        : {
            name: 'replaces what differs when forced',
            run: async ({ client, scratch, collection }) => {
              makeStaging(join(scratch, 'one'), collection, 'first')
              const { files } = makeStaging(join(scratch, 'two'), collection, 'other')
              await client.export(join(scratch, 'one'))
              await client.export(join(scratch, 'two'), { force: true })
              for (const [path, text] of files) expect(Buffer.from((await client.readBytes(path)).bytes).toString()).toBe(text)
              expect(await client.verify(`${collection}/shot:v001`)).toMatchObject({ ok: true })
            },
          },
      {
        name: 'writes nothing in a dry run',
        run: async ({ client, scratch, collection }) => {
          makeStaging(scratch, collection, 'first')
          expect(await client.export(scratch, { dryRun: true })).toMatchObject({ assets: 2 })
          expect((await collect(client.list('', { recursive: true }))).filter(({ path }) => path.includes(collection))).toEqual([])
        },
      },
      {
        name: 'refuses a folder that is no staging',
        run: async ({ client, scratch }) => {
          await expectError(client.export(join(scratch, 'nothing')), 'input-invalid')
        },
      },
    ]
  },
}

/** A service that keeps assets in a shape of its own gets them, and no documents beside them. */
const nativeExport: Case = {
  name: 'gives the assets of staging to the service, and nothing twice',
  run: async ({ client, scratch, collection }) => {
    const { files } = stage(scratch, collection, 'first')
    expect(await client.export(scratch)).toMatchObject({ assets: 2, files: files.size, failed: 0 })
    expect(await client.verify(`${collection}/shot:v001`)).toMatchObject({ ok: true, files: 2 })
    expect(await client.export(scratch)).toMatchObject({ assets: 2, sent: 0, failed: 0 })
  },
}
