import type { Page, PendingUpload, AssetSummary } from '@fairlead/core'
import { describe, expect, test } from 'vitest'
import { MemoryConnection } from '../assets/memory.ts'
import { bench } from '../assets/support.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { objectsIn } from './harness.ts'
import { pages } from '../../src/host/objects/pages.ts'

/** 0, 1, 2 and then for ever around a circle. */
const around = (length: number) => (cursor: string | undefined) => {
  const at = Number(cursor ?? '0') + 1
  return String(at > 2 + length ? 3 : at)
}

describe('the pages of a listing', () => {
  test.each([1, 2, 3, 7, 100])('end as plugin-invalid when their cursors go in a circle of %i', async length => {
    const { runtime } = objectsIn(temporaryFolder())
    const next = around(length)
    let asked = 0
    const all = async () => {
      for await (const _page of pages(runtime, { name: 'list-things' }, async cursor => ({ items: [], cursor: next(cursor) }))) asked++
    }
    await expect(all()).rejects.toMatchObject({ code: 'plugin-invalid', operation: 'list-things', connection: 'test' })
    expect(asked).toBeLessThan(4 * (length + 3))
  })

  test('may be many', async () => {
    const { runtime } = objectsIn(temporaryFolder())
    const pageOf = async (cursor = '0') => ({ items: [cursor], ...(cursor !== '999' && { cursor: String(Number(cursor) + 1) }) })
    expect((await Array.fromAsync(pages(runtime, { name: 'list-things' }, pageOf))).flat()).toHaveLength(1000)
  })
})

class Circling extends MemoryConnection {
  override async doListUploads(cursor: string | undefined): Promise<Page<PendingUpload>> {
    return { items: [], cursor: around(3)(cursor) }
  }
  override async doAbortUpload(): Promise<void> {}
  override async doListShares(cursor: string | undefined) {
    return { items: [], cursor: around(3)(cursor) }
  }
  override async doSearch(_query: unknown, cursor: string | undefined): Promise<Page<AssetSummary>> {
    return { items: [], cursor: around(3)(cursor) }
  }
  override async doEnumerate(_query: unknown, cursor: string | undefined): Promise<Page<AssetSummary>> {
    return { items: [], cursor: around(3)(cursor) }
  }
}

describe('a service whose cursors go in a circle', () => {
  const circling = () => bench({}, new Circling({ search: { native: ['text'] } })).client

  test('is told by cleaning', async () => {
    await expect(circling().clean()).rejects.toMatchObject({ code: 'plugin-invalid', operation: 'list-uploads' })
  })

  test('is told by a native search', async () => {
    await expect(Array.fromAsync(circling().search('x'))).rejects.toMatchObject({ code: 'plugin-invalid', operation: 'search' })
  })

  test('is told by listing shares', async () => {
    await expect(Array.fromAsync(circling().shares.list())).rejects.toMatchObject({ code: 'plugin-invalid', operation: 'list-shares' })
  })
})

test('cleaning takes a page of 200,000 unfinished uploads', async () => {
  class Crowded extends MemoryConnection {
    override async doListUploads(): Promise<Page<PendingUpload>> {
      return { items: Array.from({ length: 200_000 }, () => ({ state: {}, path: 'a', started: new Date(0) })) }
    }
    override async doAbortUpload(): Promise<void> {}
  }
  expect(await bench({}, new Crowded({})).client.clean({ dryRun: true })).toMatchObject({ uploads: 200_000 })
})
