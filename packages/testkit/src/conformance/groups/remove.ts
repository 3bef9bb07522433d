import { expect } from 'vitest'
import { when, type Group } from '../case.ts'
import { collect, expectError } from '../expect-error.ts'
import { refused } from '../refused.ts'

/** Deleting objects: what was named, everything of it, nothing beside it. */
export const removeGroup: Group = {
  name: 'remove',
  cases: ({ capabilities: { remove, write, list } }) => {
    if (remove === false) {
      return [
        refused('delete', async ({ client }) => await client.delete('any')),
        refused('delete a folder', async ({ client }) => await client.delete('any', { recursive: true })),
      ]
    }
    const needs = write === false ? (['seed'] as const) : []
    return [
      {
        name: 'deletes what is named and leaves the rest',
        needs,
        run: async ({ client, put, folder }) => {
          for (const name of ['one', 'one-more', 'two']) await put(`${folder}/${name}`, name)
          await client.delete(`${folder}/one`)
          await expectError(client.stat(`${folder}/one`), 'not-found')
          expect((await client.stat(`${folder}/one-more`)).size).toBe(8)
          expect((await client.stat(`${folder}/two`)).size).toBe(3)
        },
      },
      {
        name: 'finds nothing wrong with what is not there',
        run: async ({ client, folder }) => {
          await client.delete(`${folder}/nothing`)
          await client.delete([`${folder}/nothing`, `${folder}/nor/this`])
          await client.delete(`${folder}/no/folder`, { recursive: true })
        },
      },
      {
        name: 'deletes many at once, more than one request may name',
        needs,
        run: async ({ client, put, folder, settle }) => {
          const count = Math.min(remove.batch + 3, 60)
          const paths = Array.from({ length: count }, (_, index) => `${folder}/n${index}`)
          for (const path of [...paths, `${folder}/kept`]) await put(path, 'x')
          await client.delete(paths)
          await settle()
          for (const path of paths.slice(0, 5)) await expectError(client.stat(path), 'not-found')
          if (list !== false) expect((await collect(client.list(folder))).map(({ path }) => path)).toEqual([`${folder}/kept`])
        },
      },
      ...when(list !== false || remove.recursive, [
        {
          name: 'deletes a folder with everything below it, and no neighbour whose name begins alike',
          needs,
          run: async ({ client, put, folder, settle }) => {
            for (const name of ['a/one', 'a/b/two', 'a/b/c/three', 'ab/kept', 'a-kept']) await put(`${folder}/${name}`, name)
            await client.delete(`${folder}/a`, { recursive: true })
            await settle()
            for (const name of ['a/one', 'a/b/two', 'a/b/c/three']) await expectError(client.stat(`${folder}/${name}`), 'not-found')
            expect([(await client.stat(`${folder}/ab/kept`)).size, (await client.stat(`${folder}/a-kept`)).size]).toEqual([7, 6])
          },
        },
      ]),
      {
        name: 'refuses to delete the root',
        run: async ({ client }) => {
          await expectError(client.delete('', { recursive: true }), 'path-invalid')
        },
      },
    ]
  },
}
