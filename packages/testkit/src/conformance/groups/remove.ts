import { FairleadError } from '@fairlead/core'
import { expect } from 'vitest'
import type { Bench } from '../bench.ts'
import { when, type Group } from '../case.ts'
import { collect, expectError } from '../expect-error.ts'
import { refused } from '../refused.ts'

/** Deleting objects: what was named, everything of it, nothing beside it. */
export const removeGroup: Group = {
  name: 'remove',
  cases: ({ capabilities: { remove, read, write, list } }) => {
    if (remove === false) {
      return [
        refused('delete', async ({ client }) => await client.delete('any')),
        refused('delete a folder', async ({ client }) => await client.delete('any', { recursive: true })),
      ]
    }
    // Without reading, only the service itself can say what is left.
    const needs = [...(write === false ? (['seed'] as const) : []), ...(read === false ? (['readBack'] as const) : [])]
    return [
      {
        name: 'deletes what is named and leaves the rest',
        needs,
        run: async bench => {
          const { client, put, folder } = bench
          for (const name of ['one', 'one-more', 'two']) await put(`${folder}/${name}`, name)
          await client.delete(`${folder}/one`)
          expect(await sizes(bench, 'one', 'one-more', 'two')).toEqual([undefined, 8, 3])
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
        run: async bench => {
          const { client, put, folder, settle } = bench
          const count = Math.min(remove.batch + 3, 60)
          const paths = Array.from({ length: count }, (_, index) => `${folder}/n${index}`)
          for (const path of [...paths, `${folder}/kept`]) await put(path, 'x')
          await client.delete(paths)
          await settle()
          expect(await sizes(bench, 'n0', 'n1', 'n2', 'kept')).toEqual([undefined, undefined, undefined, 1])
          if (list !== false) expect((await collect(client.list(folder))).map(({ path }) => path)).toEqual([`${folder}/kept`])
        },
      },
      ...when(list !== false || remove.recursive, [
        {
          name: 'deletes a folder with everything below it, and no neighbour whose name begins alike',
          needs,
          run: async (bench: Bench) => {
            const { client, put, folder, settle } = bench
            for (const name of ['a/one', 'a/b/two', 'a/b/c/three', 'ab/kept', 'a-kept']) await put(`${folder}/${name}`, name)
            await client.delete(`${folder}/a`, { recursive: true })
            await settle()
            expect(await sizes(bench, 'a/one', 'a/b/two', 'a/b/c/three', 'ab/kept', 'a-kept')).toEqual([
              undefined,
              undefined,
              undefined,
              7,
              6,
            ])
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

/** How big what is left is; undefined for what is gone. */
async function sizes(
  { client, capabilities, folder, harness }: Bench,
  ...names: readonly string[]
): Promise<ReadonlyArray<number | undefined>> {
  return await Promise.all(
    names.map(async name => {
      if (capabilities.read === false) return (await harness.readBack?.(`${folder}/${name}`))?.byteLength
      try {
        return (await client.stat(`${folder}/${name}`)).size
      } catch (cause) {
        if (FairleadError.is(cause, 'not-found')) return undefined
        throw cause
      }
    }),
  )
}
