import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFairlead } from '@fairlead/core/host'
import { expect, test } from 'vitest'
import { clients } from '../src/index.ts'

const plugins = join(import.meta.dirname, '..', '..', '..', 'plugins')
const packageOf = (name: string): { readonly name: string } => JSON.parse(readFileSync(join(plugins, name, 'package.json'), 'utf8'))
const published = readdirSync(plugins)
  .map(name => packageOf(name).name)
  .toSorted()

test('every client of the workspace is there, in the code and for the command line', () => {
  const { dependencies, fairlead }: { dependencies: object; fairlead: { clients: readonly string[] } } = JSON.parse(
    readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'),
  )
  expect(clients.map(({ manifest }) => manifest.package)).toEqual(published)
  expect(Object.keys(dependencies)).toEqual(published)
  expect(fairlead.clients).toEqual(published)
})

test.each(clients.map(client => [client.manifest.name, client] as const))(
  'the client %s loads as the one it says',
  async (name, client) => {
    expect((await client.load()).manifest).toMatchObject({ name, contract: 1 })
  },
)

test('a program has all of them with one import', async () => {
  const home = mkdtempSync(join(tmpdir(), 'fairlead-all-'))
  await using fairlead = createFairlead({ clients, env: { FAIRLEAD_HOME: home } })
  expect(fairlead.clients().map(({ name }) => name)).toEqual(expect.arrayContaining(['disk', 's3', 'girder']))
  await using local = await fairlead.connect()
  expect(local.manifest.name).toBe('disk')
  rmSync(home, { recursive: true, force: true })
})
