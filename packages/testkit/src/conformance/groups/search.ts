import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Bench } from '../bench.ts'
import { when, type Group } from '../case.ts'
import { collect, expectError } from '../expect-error.ts'
import { assetTable, queries, type TableRow } from '../search-table.ts'

const pushesAtOnce = 8
const pushed = new WeakMap<Bench['harness'], Promise<void>>()

/** Searching: one table of 200 assets and 25 queries, answered alike by every client. */
export const searchGroup: Group = {
  name: 'search',
  cases: ({ capabilities: { read, write, list } }) =>
    when(read !== false && write !== false && list !== false, [
      ...queries.map(({ text, expected }) => ({
        name: `answers ${text === '' ? 'the empty query' : text} like every other client`,
        run: async (bench: Bench) => {
          await pushTable(bench)
          const found = await collect(bench.client.search(text))
          expect(found.map(({ collection, name, tag }) => `${collection}/${name}:${tag}`).sort()).toEqual(
            assetTable.filter(expected).map(referenceOf).sort(),
          )
        },
      })),
      {
        name: 'tells of an asset what its tag says, where the query looks into tags',
        run: async bench => {
          await pushTable(bench)
          const row = assetTable.find(candidate => candidate.labels.status === 'approved')
          const found = await collect(
            bench.client.search(`label.status:approved collection:${row?.collection ?? ''} name:${row?.name ?? ''} tag:${row?.tag ?? ''}`),
          )
          expect(found).toHaveLength(1)
          expect(found[0]).toMatchObject({ labels: row?.labels, count: 1, type: 'file' })
          expect(found[0]?.digest).toMatch(/^sha256:/)
        },
      },
      {
        name: 'sees what was removed and added since the last search',
        run: async bench => {
          await pushTable(bench)
          const { client, collection, scratch, capabilities, settle } = bench
          writeFileSync(join(scratch, 'x'), 'x')
          expect(await collect(client.search(`collection:${collection}`))).toEqual([])
          await client.push(join(scratch, 'x'), `${collection}/new:v1`, { labels: { one: '1' } })
          await settle()
          expect(await collect(client.search(`collection:${collection} label.one:1`))).toHaveLength(1)
          await client.push(join(scratch, 'x'), `${collection}/new:v1`, { force: true, labels: { one: '2' } })
          await settle()
          expect(await collect(client.search(`collection:${collection} label.one:1`))).toEqual([])
          if (capabilities.remove === false) return
          await client.remove(`${collection}/new:v1`)
          await settle()
          expect(await collect(client.search(`collection:${collection}`))).toEqual([])
        },
      },
      {
        name: 'refuses a query that makes no sense, without a request',
        run: async ({ client, requests }) => {
          const count = await requests(async () => {
            for (const text of ['color:red', 'name:', '"open', 'before:yesterday'])
              await expectError(collect(client.search(text)), 'input-invalid')
          })
          expect(count).toBe(0)
        },
      },
    ]),
}

function referenceOf({ collection, name, tag }: TableRow): string {
  return `${collection}/${name}:${tag}`
}

/** Once per place; the cases of this group share it. */
async function pushTable({ harness, client, scratch, settle }: Bench): Promise<void> {
  const known = pushed.get(harness)
  if (known !== undefined) return await known
  const work = (async () => {
    const rows = assetTable.values()
    await Promise.all(
      Array.from({ length: pushesAtOnce }, async (_, worker) => {
        for (const row of rows) {
          const file = join(scratch, `worker-${worker}.txt`)
          writeFileSync(file, referenceOf(row))
          await client.push(file, referenceOf(row), { labels: row.labels })
        }
      }),
    )
    await settle()
  })()
  pushed.set(harness, work)
  await work
}
