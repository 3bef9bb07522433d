import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { manifest } from '@fairlead/client-disk/manifest'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findClients } from '../src/plugins.ts'

let project = ''

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'fairlead-plugins-'))
})
afterEach(() => {
  rmSync(project, { recursive: true, force: true })
})

/** A package of that name, with a client's manifest and an export of the client. */
function install(name: string, client: string): void {
  const folder = join(project, 'node_modules', ...name.split('/'))
  const text = JSON.stringify({ ...manifest, name: client })
  mkdirSync(join(folder, 'dist'), { recursive: true })
  writeFileSync(join(folder, 'dist', 'fairlead.manifest.json'), text)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', exports: './index.js' }))
  writeFileSync(join(folder, 'index.js'), `export const client = { contract: 1, manifest: ${text}, connect: async () => undefined }`)
}

const names = () => findClients(project).map(client => client.manifest.name)

test('clients are found by the names of their packages: ours, anyone’s and those of a scope', () => {
  install('@fairlead/client-ours', 'ours')
  install('fairlead-client-shelf', 'shelf')
  install('@acme/fairlead-client-vault', 'vault')
  install('shelf-tools', 'tools')
  expect(names()).toEqual(expect.arrayContaining(['disk', 'ours', 'shelf', 'vault']))
  expect(names()).not.toContain('tools')
})

test('the code of a client is loaded when it is used', async () => {
  install('fairlead-client-shelf', 'shelf')
  const found = findClients(project).find(client => client.manifest.name === 'shelf')
  expect((await found?.load())?.manifest.name).toBe('shelf')
})

test('two packages of one client are one client, and it is ours', () => {
  install('fairlead-client-disk', 'disk')
  expect(names().filter(name => name === 'disk')).toEqual(['disk'])
})
