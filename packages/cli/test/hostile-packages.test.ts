import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FairleadError } from '@fairlead/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findClients } from '../src/plugins/find-clients.ts'
import { examinePackage } from '../src/plugins/install-plugin.ts'
import { shelfFiles, shelfManifest, writeFiles, type ShelfPackage } from './support/shelf-package.ts'

let project = ''
let env: NodeJS.ProcessEnv = {}

beforeEach(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), 'fairlead-hostile-')))
  env = { FAIRLEAD_HOME: join(project, '.home') }
})
afterEach(() => {
  rmSync(project, { recursive: true, force: true })
})

/** What is said of a package when it is linked; undefined when it is taken. */
async function refusal(files: Readonly<Record<string, string>>): Promise<string | undefined> {
  const folder = writeFiles(join(project, 'package'), files)
  try {
    await examinePackage(folder, folder, 'linked', { project, env, beside: '/' })
    return undefined
  } catch (error) {
    if (!FairleadError.is(error)) throw error
    expect(error.code).toBe('plugin-invalid')
    return error.message
  }
}

/** The shelf with something else in its package.json. */
function described(description: object, options: ShelfPackage = {}): Readonly<Record<string, string>> {
  const files = shelfFiles({ core: 'none', ...options })
  return { ...files, 'package.json': JSON.stringify({ ...JSON.parse(files['package.json'] ?? '{}'), ...description }) }
}

const withManifest = (changes: object): Readonly<Record<string, string>> =>
  shelfFiles({ core: 'none', manifest: JSON.stringify({ ...shelfManifest(), ...changes }) })
const { capabilities: shelfCapabilities }: { capabilities: object } = JSON.parse(JSON.stringify(shelfManifest()))
const clear = '\u001B[2J'

describe('a package is refused', () => {
  test('whose name leads to another folder', async () => {
    expect(await refusal(described({ name: 'a/../../../escaped' }))).toMatch(/which no package can have/)
    expect(await refusal(described({ name: '..' }))).toMatch(/which no package can have/)
    expect(await refusal(described({ name: 'x'.repeat(300) }))).toMatch(/which no package can have/)
  })

  test('that brings packages from other folders', async () => {
    for (const name of ['../../elsewhere', '.', 'a\u0000b'])
      expect(await refusal({ 'package.json': JSON.stringify({ name: 'many', fairlead: { clients: [name] } }) })).toMatch(
        /which no package can have/,
      )
  })

  test('whose manifest or code lies outside of it, and nothing of that file is shown', async () => {
    writeFileSync(join(project, 'private.json'), 'root:x:0')
    const manifest = await refusal(described({ exports: { './fairlead.manifest.json': './../private.json' } }))
    expect(manifest).toMatch(/refers to a file outside of it/)
    expect(manifest).not.toContain('root')
    writeFileSync(join(project, 'code.js'), `throw new Error('ran')`)
    expect(await refusal(described({ exports: { '.': '../code.js', './fairlead.manifest.json': './lib/shelf.manifest.json' } }))).toMatch(
      /refers to a file outside of it/,
    )
  })

  test.each<readonly [string, object]>([
    ['title', { title: `${clear}Shelf` }],
    ['title', { title: '\u202EShelf' }],
    ['summary', { summary: 'One\u0007' }],
    ['help', { options: { root: { type: 'path', help: clear, required: true } } }],
    ['description', { commands: { count: { summary: 'Count', description: '<%= process.exit() %>' } } }],
  ])('whose %s would steer a terminal, or be run by help', async (key, changes) => {
    expect(await refusal(withManifest(changes))).toContain(`"${key}" contains control characters`)
  })

  test('whose commands, flags or settings have names or forms that no command line can have', async () => {
    const flag = (about: object): object => ({ a: { summary: 'x', flags: { how: { type: 'string', help: 'x', ...about } } } })
    for (const commands of [
      { 'a b': { summary: 'x' } },
      flag({ choices: 'post' }),
      flag({ choices: [1] }),
      flag({ default: 1 }),
      flag({ type: 'integer', min: '0' }),
      { a: { summary: 'x', arguments: [{ name: 'A', help: 'x', required: 'yes' }] } },
      { '$(reboot)': { summary: 'x' } },
      { a: { summary: 'x', flags: { json: { type: 'boolean', help: 'x' } } } },
    ])
      expect(await refusal(withManifest({ commands }))).toContain('"commands" is not a map')
    for (const about of [{ env: 'SHELF' }, { env: [1] }, { default: 1 }, { choices: 'a' }, { required: 1 }, { type: 'integer', max: '9' }])
      expect(await refusal(withManifest({ options: { root: { type: 'string', help: 'x', ...about } } }))).toContain('the setting "root"')
    expect(await refusal(withManifest({ options: { '../x': { type: 'path', help: 'x' } }, identity: [] }))).toContain('the setting "../x"')
  })

  test.each([{ write: {} }, { write: { conditions: 'absent' } }, { share: { kinds: [1] } }, { write: { conditions: [], maxBytes: '1' } }])(
    'whose capabilities have another form than is shown of them: %j',
    async changes => {
      const [name = ''] = Object.keys(changes)
      expect(await refusal(withManifest({ capabilities: { ...shelfCapabilities, ...changes } }))).toContain(`the capability "${name}"`)
    },
  )

  test('whose manifest is longer than any has reason to be', async () => {
    expect(await refusal(withManifest({ padding: 'x'.repeat(5_000_000) }))).toMatch(/has \d+ bytes, and at most \d+ are read/)
  })

  test.each([
    ['capabilities', { capabilities: { ...shelfCapabilities, remove: false } }],
    ['options', { options: { root: { type: 'string', help: 'The folder.', required: true } } }],
    ['commands', { commands: { count: { summary: 'Count' } } }],
    ['name', { name: 'other' }],
    ['title', { title: 'Other' }],
  ])('whose manifest file has other %s than its code', async (key, changes) => {
    expect(await refusal(withManifest(changes))).toContain(`does not match its code: "${key}" differs`)
  })

  test('whose manifest is nested deeper than calls can be', async () => {
    const manifest = JSON.stringify(shelfManifest()).replace('{', `{"deep":${'['.repeat(100_000)}${']'.repeat(100_000)},`)
    expect(await refusal(shelfFiles({ core: 'none', manifest }))).toContain('"deep" differs')
  })

  test('whose exports throw when they are looked at', async () => {
    const files = shelfFiles({ core: 'none' })
    expect(await refusal({ ...files, 'lib/index.js': `export default new Proxy({}, { get() { throw new Error('boo') } })` })).toMatch(
      /can't be loaded: boo/,
    )
  })
})

describe('a project', () => {
  const find = () => findClients({ project, env, beside: '/' })

  test('whose dependencies have odd names keeps no other client from being found', () => {
    const names = ['a\u0000b', 'x'.repeat(300), '', '../outside', '..', '__proto__']
    writeFiles(join(project, '..', `${project}-outside`), {})
    writeFiles(join(project, 'outside'), shelfFiles({ name: 'outside', client: 'outside' }))
    mkdirSync(join(project, 'node_modules'))
    writeFileSync(join(project, 'package.json'), JSON.stringify({ dependencies: Object.fromEntries(names.map(name => [name, '*'])) }))
    expect(find().clients.map(({ manifest }) => manifest.name)).toEqual(['disk'])
  })

  test('whose links go in a circle keeps no other client from being found', () => {
    writeFileSync(join(project, 'package.json'), JSON.stringify({ dependencies: { circle: '*' } }))
    mkdirSync(join(project, 'node_modules'))
    symlinkSync('circle', join(project, 'node_modules', 'circle'))
    symlinkSync('dist', join(project, 'dist'))
    expect(find().clients.map(({ manifest }) => manifest.name)).toEqual(['disk'])
    rmSync(join(project, 'node_modules'), { recursive: true })
    symlinkSync('node_modules', join(project, 'node_modules'))
    expect(find().clients.map(({ manifest }) => manifest.name)).toEqual(['disk'])
    expect(existsSync(join(project, '.home'))).toBe(false)
  })
})
