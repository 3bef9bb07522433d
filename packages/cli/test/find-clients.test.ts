import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findClients, unusableClients } from '../src/plugins/find-clients.ts'
import { pluginsFolder, removeTree, writeRecord } from '../src/plugins/plugin-records.ts'
import { shelfFiles, shelfManifest, writeFiles, type ShelfPackage } from './support/shelf-package.ts'

let project = ''
let env: NodeJS.ProcessEnv = {}

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'fairlead-plugins-'))
  env = { FAIRLEAD_HOME: join(project, '.home') }
})
afterEach(() => {
  rmSync(project, { recursive: true, force: true })
})

/** Makes the project depend on packages. */
function dependOn(...names: readonly string[]): void {
  writeFiles(project, { 'package.json': JSON.stringify({ dependencies: Object.fromEntries(names.map(name => [name, '*'])) }) })
}

const folderOf = (name: string): string => join(project, 'node_modules', ...name.split('/'))

/** Puts the client into the project's node_modules. */
function place(options: ShelfPackage & { readonly name: string }): string {
  return writeFiles(folderOf(options.name), shelfFiles(options))
}

/** Puts the client where `fairlead plugins install` does. */
function install(options: ShelfPackage & { readonly name: string }): string {
  const tree = options.name.replace('/', '-')
  const folder = join(pluginsFolder(env), 'trees', tree, 'node_modules', ...options.name.split('/'))
  writeRecord(pluginsFolder(env), { package: options.name, requested: '', tree })
  return writeFiles(folder, shelfFiles(options))
}

const find = () => findClients({ project, env, beside: '/' })
const found = (client: string) => find().clients.find(({ manifest }) => manifest.name === client)

describe('clients are found', () => {
  test('by their manifest, whatever their packages are called', () => {
    place({ name: 'bookcase', client: 'books' })
    place({ name: '@acme/vault', client: 'vault' })
    place({ name: 'fairlead-client-stray', client: 'stray' })
    writeFiles(folderOf('fairlead-client-nothing'), { 'package.json': '{"name": "fairlead-client-nothing"}' })
    dependOn('bookcase', '@acme/vault', 'fairlead-client-nothing')
    const names = find().clients.map(({ manifest }) => manifest.name)
    expect(names).toEqual(expect.arrayContaining(['disk', 'books', 'vault']))
    expect(names).not.toContain('stray')
    expect(find().problems).toEqual([])
  })

  test('where a manifest lies in dist or beside package.json, though exports do not name it', () => {
    const text = (client: string) => JSON.stringify(shelfManifest({ client }))
    writeFiles(folderOf('one'), { 'package.json': '{"name": "one", "exports": "./x.js"}', 'dist/fairlead.manifest.json': text('one') })
    writeFiles(folderOf('two'), { 'package.json': '{"name": "two"}', 'fairlead.manifest.json': text('two') })
    dependOn('one', 'two')
    expect([found('one')?.name, found('two')?.name]).toEqual(['one', 'two'])
  })

  test('in a folder above, and in the project that is one itself', () => {
    writeFiles(project, shelfFiles({ name: 'own', client: 'own' }))
    mkdirSync(join(project, 'deep', 'below'), { recursive: true })
    const { clients } = findClients({ project: join(project, 'deep', 'below'), env, beside: '/' })
    expect(clients.find(({ manifest }) => manifest.name === 'own')).toMatchObject({ folder: project, origin: 'project' })
  })

  test('where packages are installed without a package.json, as with npm install --global', () => {
    place({ name: 'bookcase', client: 'books' })
    place({ name: '@acme/vault', client: 'vault' })
    writeFileSync(join(project, 'node_modules', '.package-lock.json'), '{}')
    expect([found('books')?.name, found('vault')?.name]).toEqual(['bookcase', '@acme/vault'])
  })

  test('that a collection brings, as its own dependencies or beside it', () => {
    writeFiles(folderOf('many'), {
      'package.json': JSON.stringify({ name: 'many', version: '1.0.0', fairlead: { clients: ['inner', 'outer'] } }),
    })
    writeFiles(join(folderOf('many'), 'node_modules', 'inner'), shelfFiles({ name: 'inner', client: 'inner' }))
    place({ name: 'outer', client: 'outer' })
    dependOn('many')
    expect(found('inner')).toMatchObject({ name: 'inner', broughtBy: 'many' })
    expect(found('outer')).toMatchObject({ name: 'outer', broughtBy: 'many' })
  })

  test('through links, as pnpm makes them, with what lies beside the real package', () => {
    const store = join(project, 'node_modules', '.pnpm', 'many@1', 'node_modules')
    writeFiles(join(store, 'many'), {
      'package.json': JSON.stringify({ name: 'many', version: '1.0.0', fairlead: { clients: ['inner'] } }),
    })
    writeFiles(join(store, 'inner'), shelfFiles({ name: 'inner', client: 'inner' }))
    symlinkSync(join(store, 'many'), folderOf('many'))
    dependOn('many')
    expect(found('inner')?.broughtBy).toBe('many')
  })

  test('with version and origin, their code loaded only when it is used', async () => {
    place({ name: 'bookcase', client: 'books', version: '2.3.4', prologue: 'globalThis.bookcaseLoaded = true' })
    dependOn('bookcase')
    const client = found('books')
    expect(client).toMatchObject({ name: 'bookcase', version: '2.3.4', origin: 'project' })
    expect(globalThis).not.toHaveProperty('bookcaseLoaded')
    expect((await client?.load())?.manifest.name).toBe('books')
    expect(globalThis).toHaveProperty('bookcaseLoaded')
  })
})

describe('of several', () => {
  test('what is linked comes first, then what is installed, then what the project has', () => {
    place({ name: 'bookcase', client: 'books', version: '1.0.0' })
    dependOn('bookcase')
    expect(found('books')).toMatchObject({ version: '1.0.0', origin: 'project' })
    install({ name: 'bookcase', client: 'books', version: '2.0.0' })
    expect(found('books')).toMatchObject({ version: '2.0.0', origin: 'installed' })
    const linked = writeFiles(join(project, 'work'), shelfFiles({ name: 'bookcase', client: 'books', version: '3.0.0' }))
    writeRecord(pluginsFolder(env), { package: 'bookcase', link: linked })
    expect(found('books')).toMatchObject({ version: '3.0.0', origin: 'linked', folder: linked })
    expect(find().problems).toEqual([])
  })

  test('two packages of one client are the first, and a problem that names both', () => {
    install({ name: 'bookcase', client: 'books' })
    place({ name: 'library', client: 'books' })
    dependOn('library')
    expect(found('books')?.name).toBe('bookcase')
    expect(find().problems).toMatchObject([
      {
        package: 'library',
        client: 'books',
        error: {
          code: 'plugin-invalid',
          message: expect.stringMatching(/two packages claim the client "books": bookcase .*which is used.*library/),
          hint: expect.stringContaining('fairlead plugins uninstall bookcase'),
        },
      },
    ])
    expect(unusableClients(find()).size).toBe(0)
  })

  test('no package takes the place of the disk client, which holds the local store', () => {
    install({ name: 'my-disk', client: 'disk' })
    expect(found('disk')?.origin).toBe('built-in')
    expect(find().problems[0]?.error.hint).toContain('fairlead plugins uninstall my-disk')
  })
})

describe('a package that is wrong leaves the others alone, and says', () => {
  const problem = () => {
    const [only, ...others] = find().problems
    expect(others).toEqual([])
    expect(found('good')?.name).toBe('good')
    return only
  }
  beforeEach(() => {
    place({ name: 'good', client: 'good' })
    dependOn('good', 'bad')
  })

  test('that it was made for a newer contract, with its name', () => {
    place({ name: 'bad', client: 'bad', contract: 2 })
    expect(problem()).toMatchObject({
      client: 'bad',
      error: {
        code: 'plugin-invalid',
        message: expect.stringMatching(/bad 1\.0\.0 was built for contract 2 of Fairlead; fairlead \S+ has contract 1/),
        hint: expect.stringContaining('npm install --global fairlead@latest'),
      },
    })
    expect(unusableClients(find()).get('bad')?.message).toContain('contract 2')
  })

  test('that it was made for an older one', () => {
    place({ name: 'bad', client: 'bad', contract: 0 })
    expect(problem()?.error.hint).toContain('fairlead plugins install bad@latest')
  })

  test.each<readonly [what: string, manifest: string | null, message: RegExp]>([
    ['that its manifest is no JSON', '{"name": ', /shelf\.manifest\.json is not JSON/],
    ['that its manifest is not there', null, /bad refers to a manifest that does not exist/],
    ['which key is missing', '{"contract": 1, "name": "bad"}', /"title" is not one line of text/],
    [
      'that its title would stand in several lines',
      JSON.stringify({ ...shelfManifest(), title: 'a\nerror: b' }),
      /"title" is not one line of text/,
    ],
    ['that its manifest is a list', '[]', /not a JSON object/],
    ['that its login is none', JSON.stringify({ ...shelfManifest(), login: { kind: 'oauth2' } }), /"login" is not a description/],
    ['which setting is none', JSON.stringify({ ...shelfManifest(), options: { a: { type: 'colour', help: '' } } }), /setting "a"/],
    ['which capability is missing', JSON.stringify({ ...shelfManifest(), capabilities: { list: false } }), /capability "read"/],
    ['what identity names in vain', JSON.stringify({ ...shelfManifest(), identity: ['toString'] }), /"identity"/],
  ])('%s', (_what, manifest, message) => {
    place({ name: 'bad', client: 'bad', manifest })
    expect(problem()?.error).toMatchObject({ code: 'plugin-invalid', message: expect.stringMatching(message), hint: expect.any(String) })
  })

  test('that a record is of a newer version, or no record, and whose package is gone', () => {
    const plugins = pluginsFolder(env)
    place({ name: 'bad', client: 'bad' })
    install({ name: 'gone', client: 'gone' })
    rmSync(join(plugins, 'trees'), { recursive: true })
    writeFiles(plugins, { 'later.json': '{"version": 2, "package": "later"}', 'odd.json': '[1]', 'half.json': '{' })
    expect(find().problems.map(({ error }) => error.message)).toEqual([
      expect.stringMatching(/half\.json is not JSON/),
      expect.stringMatching(/later\.json has version 2/),
      expect.stringMatching(/odd\.json is not a plugin record/),
      expect.stringMatching(/gone is missing, or is no longer a Fairlead client/),
    ])
    expect(found('bad')?.name).toBe('bad')
  })

  test.each<readonly [what: string, prologue: string | undefined, index: string | undefined, message: RegExp]>([
    ['that its code imports what is not there', "import 'no-such-package'", undefined, /bad 1\.0\.0 can't be loaded: .*no-such-package/],
    ['that its code throws', "throw new Error('out of order')", undefined, /can't be loaded: out of order/],
    ['that its code exports no client', undefined, 'export const answer = 42', /bad 1\.0\.0 exports no client/],
    [
      'that its code is of another contract than its manifest',
      undefined,
      'export const shelf = { contract: 2, manifest: {}, connect() {} }',
      /built for contract 2/,
    ],
  ])('when it is loaded: %s', async (_what, prologue, index, message) => {
    const folder = place({ name: 'bad', client: 'bad', ...(prologue !== undefined && { prologue }) })
    if (index !== undefined) writeFiles(folder, { 'lib/index.js': index })
    await expect(found('bad')?.load()).rejects.toMatchObject({ code: 'plugin-invalid', message: expect.stringMatching(message) })
  })
})

test.runIf(existsSync('/proc/self'))('a tree that can not be removed now stays for a later command', () => {
  expect(() => removeTree('/proc/self/fdinfo')).not.toThrow()
})
