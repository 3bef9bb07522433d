import { bytesSource } from '@fairlead/core'
import { expect } from 'vitest'
import type { Bench } from '../bench.ts'
import { when, type Group } from '../case.ts'
import { collect } from '../expect-error.ts'
import { refused } from '../refused.ts'

const many = 10_000

/** Listing folders: complete, without repetition, page by page. */
export const listGroup: Group = {
  name: 'list',
  cases: ({ capabilities: { list, read, write } }) => {
    if (list === false) return [refused('list', async ({ client }) => await collect(client.list('')))]
    const needs = write === false ? (['seed'] as const) : []
    return [
      {
        name: 'finds nothing in a folder that does not exist',
        run: async ({ client, folder }) => {
          expect(await collect(client.list(`${folder}/nothing`))).toEqual([])
          expect(await collect(client.list(`${folder}/nothing`, { recursive: true }))).toEqual([])
        },
      },
      {
        name: 'shows one level, with folders as prefixes',
        needs,
        run: async ({ client, put, folder, settle }) => {
          for (const path of ['a', 'b/c', 'b/d/e', 'f/g']) await put(`${folder}/${path}`, path)
          await settle()
          const entries = await collect(client.list(folder))
          expect(entries.map(({ path, kind }) => `${kind} ${path}`).sort()).toEqual([
            `object ${folder}/a`,
            `prefix ${folder}/b`,
            `prefix ${folder}/f`,
          ])
        },
      },
      {
        name: 'shows every object below, once, with its size',
        needs,
        run: async ({ client, put, folder, settle }) => {
          for (const path of ['a', 'b/c', 'b/d/e', 'f/g']) await put(`${folder}/${path}`, path)
          await settle()
          const entries = (await collect(client.list(folder, { recursive: true }))).filter(({ kind }) => kind === 'object')
          expect(entries.map(({ path, size }) => `${path} ${size}`).sort()).toEqual([
            `${folder}/a 1`,
            `${folder}/b/c 3`,
            `${folder}/b/d/e 5`,
            `${folder}/f/g 3`,
          ])
        },
      },
      {
        name: 'takes a prefix as a folder, not as the beginning of a name',
        needs,
        run: async ({ client, put, folder, settle }) => {
          for (const path of ['ab/in', 'abc/out', 'ab-out', 'x/ab/out']) await put(`${folder}/${path}`, path)
          await settle()
          expect((await collect(client.list(`${folder}/ab`, { recursive: true }))).map(({ path }) => path)).toEqual([`${folder}/ab/in`])
        },
      },
      ...when(read !== false, [
        {
          name: 'says of an object what stat says',
          needs,
          run: async ({ client, put, folder, settle }: Bench) => {
            await put(`${folder}/one`, 'one')
            await settle()
            const [entry] = await collect(client.list(folder))
            const stat = await client.stat(`${folder}/one`)
            expect([entry?.path, entry?.size, entry?.etag]).toEqual([
              stat.path,
              stat.size,
              entry?.etag === undefined ? undefined : stat.etag,
            ])
          },
        },
      ]),
      ...when(list.ordered, [
        {
          name: "lists in the order of the paths' bytes",
          needs,
          run: async ({ client, put, folder, settle }) => {
            const paths = ['B', 'a', 'a-b', 'a/b', 'a0', 'é', 'z', '\u{ffee}', '\u{1f642}'].map(
              name => `${folder}/${name}${name === 'a' ? '.txt' : ''}`,
            )
            for (const path of paths) await put(path, 'x')
            await settle()
            const listed = (await collect(client.list(folder, { recursive: true }))).map(({ path }) => path)
            expect(listed).toEqual(paths.toSorted(byBytes))
          },
        },
      ]),
      ...when(list.after === true, [
        {
          name: 'begins a listing behind a path, whether anything is there or not',
          needs,
          run: async ({ client, put, folder, settle }) => {
            const paths = ['a', 'b-', 'b/c', 'b/d', 'b0', 'c'].map(name => `${folder}/${name}`)
            for (const path of paths) await put(path, 'x')
            await settle()
            for (const after of ['a', 'b', 'b/c', 'b/cc', 'b0', 'zz'].map(name => `${folder}/${name}`)) {
              const listed: string[] = []
              for await (const { items } of client.listPages(folder, { recursive: true, after }))
                listed.push(...items.map(({ path }) => path))
              expect(listed.toSorted(byBytes), after).toEqual(paths.filter(path => byBytes(path, after) > 0))
            }
          },
        },
      ]),
      ...when(read !== false && read.versions && write !== false, [
        {
          name: 'lists every version, the newest first within a path, and each can be read',
          run: async ({ client, folder, settle }) => {
            for (const text of ['first', 'second', 'third']) await client.write(`${folder}/one`, bytesSource(text))
            await client.write(`${folder}/two`, bytesSource('alone'))
            await settle()
            const entries = await collect(client.list(folder, { recursive: true, versions: true }))
            expect(entries.map(({ path, size }) => [path.slice(folder.length + 1), size])).toEqual([
              ['one', 5],
              ['one', 6],
              ['one', 5],
              ['two', 5],
            ])
            const texts: string[] = []
            for (const { path, version = '' } of entries)
              texts.push(Buffer.from((await client.readBytes(path, { version })).bytes).toString())
            expect(texts).toEqual(['third', 'second', 'first', 'alone'])
            expect((await collect(client.list(folder, { recursive: true }))).map(({ path }) => path)).toEqual([
              `${folder}/one`,
              `${folder}/two`,
            ])
          },
        },
      ]),
      {
        name: `lists ${many.toLocaleString('en')} objects, each once, and stops asking when the caller stops`,
        needs,
        run: async bench => {
          const { client, folder, settle, requests } = bench
          const paths = Array.from({ length: many }, (_, index) => `${folder}/many/n${String(index).padStart(5, '0')}`)
          await putAll(bench, paths)
          await settle()
          const listed: string[] = []
          const whole = await requests(async () => {
            for await (const { path } of client.list(folder, { recursive: true })) listed.push(path)
          })
          expect(new Set(listed).size).toBe(listed.length)
          expect(listed.toSorted()).toEqual(paths)
          // However many pages lie in a folder, one level above it is one entry.
          expect((await collect(client.list(folder))).map(({ kind, path }) => [kind, path])).toEqual([['prefix', `${folder}/many`]])
          const part = await requests(async () => {
            for await (const { path } of client.list(folder, { recursive: true })) if (path !== '') break
          })
          expect(part).toBeLessThanOrEqual(Math.max(whole === 0 ? 0 : 1, Math.floor(whole / 2)))
        },
      },
    ]
  },
}

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

async function putAll({ harness, put }: Bench, paths: readonly string[]): Promise<void> {
  const body = new TextEncoder().encode('x')
  if (harness.seed !== undefined) return await harness.seed(paths.map(path => ({ path, body })))
  const rest = paths.values()
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (const path of rest) await put(path, body)
    }),
  )
}
