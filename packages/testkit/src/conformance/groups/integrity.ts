import { randomBytes } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Bench } from '../bench.ts'
import { when, type Group } from '../case.ts'
import { collect, expectError } from '../expect-error.ts'

/** Bytes that changed in the store are never taken for the asset. */
export const integrityGroup: Group = {
  name: 'integrity',
  cases: ({ capabilities: { read, write, list, assets, checksums } }) =>
    when(read !== false && write !== false, [
      ...when(list !== false, [
        {
          name: 'pull refuses an asset of which one byte changed, names the file, and leaves nothing',
          needs: ['corrupt', 'readBack'],
          run: async bench => {
            const { client, collection, scratch } = bench
            await pushedAndCorrupted(bench)
            const error = await expectError(client.pull(`${collection}/data:v1`, join(scratch, 'out')), 'integrity')
            expect(`${error.message} ${error.path ?? ''}`).toContain('data.bin')
            expect(existsSync(join(scratch, 'out', 'data'))).toBe(false)
            expect(existsSync(join(scratch, 'out', 'data.bin'))).toBe(false)
          },
        },
        {
          name: 'verify names the file of which one byte changed',
          needs: ['corrupt', 'readBack'],
          run: async bench => {
            const { client, collection } = bench
            await pushedAndCorrupted(bench)
            const verified = await client.verify(`${collection}/data:v1`)
            expect(verified.ok).toBe(false)
            expect(verified.problems).toMatchObject([{ path: 'data.bin', problem: 'sha256' }])
          },
        },
        {
          name: 'verify finds nothing wrong with what was pushed',
          run: async ({ client, collection, scratch }) => {
            writeFileSync(join(scratch, 'data.bin'), randomBytes(70_000))
            await client.push(join(scratch, 'data.bin'), `${collection}/data:v1`)
            expect(await client.verify(`${collection}/data:v1`)).toMatchObject({ ok: true, files: 1, bytes: 70_000, problems: [] })
          },
        },
        ...when(assets === 'objects', [
          {
            name: 'verify names a file that is gone',
            run: async ({ client, collection, scratch, capabilities, skip }: Bench) => {
              if (capabilities.remove === false) skip('this client removes nothing')
              writeFileSync(join(scratch, 'data.bin'), randomBytes(1000))
              await client.push(join(scratch, 'data.bin'), `${collection}/data:v1`)
              await client.delete(await contentOf(client, collection))
              expect((await client.verify(`${collection}/data:v1`)).problems).toMatchObject([{ path: 'data.bin', problem: 'missing' }])
            },
          },
        ]),
      ]),
      ...when(checksums.length > 0, [
        {
          name: 'a read is not finished without a complaint when the bytes do not have their checksum',
          needs: ['corrupt'],
          run: async ({ client, harness, put, folder, scratch }) => {
            await put(`${folder}/data`, randomBytes(70_000))
            await harness.corrupt?.(`${folder}/data`)
            await expectError(client.readBytes(`${folder}/data`), 'integrity')
            await expectError(client.download(`${folder}/data`, join(scratch, 'file')), 'integrity')
            expect(existsSync(join(scratch, 'file'))).toBe(false)
          },
        },
      ]),
    ]),
}

async function contentOf(client: Bench['client'], collection: string): Promise<string[]> {
  return (await collect(client.list('', { recursive: true })))
    .map(({ path }) => path)
    .filter(path => path.startsWith(`assets/${collection}/`))
}

/** Finds the content by its bytes, wherever the client keeps it. */
async function pushedAndCorrupted({ client, collection, scratch, harness, settle }: Bench): Promise<void> {
  const file = join(scratch, 'data.bin')
  const body = randomBytes(70_000)
  writeFileSync(file, body)
  await client.push(file, `${collection}/data:v1`)
  await settle()
  let found = 0
  for await (const { path, size } of client.list('', { recursive: true })) {
    if (size !== body.byteLength || Buffer.compare((await harness.readBack?.(path)) ?? body, body) !== 0) continue
    found += 1
    await harness.corrupt?.(path)
  }
  expect(found).toBeGreaterThan(0)
}
