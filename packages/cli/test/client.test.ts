import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { built } from './support/build.ts'
import { place } from './support/run.ts'
import { shelfFiles, writeFiles } from './support/shelf-package.ts'

beforeAll(built, 300_000)

/** A plugin as it would be installed in a project: only its manifest is read until it is used. */
function installCloud(here: ReturnType<typeof place>): void {
  const capabilities = {
    list: false,
    read: false,
    write: false,
    copy: false,
    remove: false,
    search: { native: false },
    share: false,
    assets: 'objects',
    checksums: [],
    consistency: 'strong',
    paths: { segmentBytes: 255, pathBytes: 1000, forbidden: '', reserved: [], case: 'sensitive', unicode: 'bytes', fileAndFolder: true },
  }
  const options = { bucket: { type: 'string', required: true, help: 'The bucket.' }, token: { type: 'secret', help: 'The token.' } }
  const manifest = {
    contract: 1,
    name: 'cloud',
    title: 'Cloud',
    summary: 'A service.',
    package: '@fairlead/client-cloud',
    options,
    identity: ['bucket'],
    capabilities,
  }
  here.write('node_modules/@fairlead/client-cloud/fairlead.manifest.json', JSON.stringify(manifest))
  here.write(
    'node_modules/@fairlead/client-cloud/package.json',
    JSON.stringify({ name: '@fairlead/client-cloud', type: 'module', exports: './index.js' }),
  )
  here.write('node_modules/@fairlead/client-cloud/index.js', 'throw new Error("the code of the plugin was run")\n')
}

describe('connections', () => {
  test('say of a setting that the client can not make that it has to be given', () => {
    using here = place()
    here.json('client-add', 'client', 'add', 'archive', 'disk', '--set', 'root=store')
    const refused = here.run('client', 'set', 'archive', 'root', '--generate')
    expect(refused.code).not.toBe(0)
    expect(refused.err).toContain(`can't generate "root"`)
    expect(here.run('client', 'set', 'archive', 'root=x', '--generate').err).toContain('--generate takes exactly one setting.')
  })

  test('of a client that can not remove are checked too, and what stays is named', () => {
    using here = place()
    const files = shelfFiles()
    const removesNothing = (text = ''): string => text.replace(/"remove": \{[^}]*\}/, '"remove": false')
    const code = `${removesNothing(files['lib/index.js'])}\ndelete Shelf.prototype.doRemove\n`
    const manifest = removesNothing(files['lib/shelf.manifest.json'])
    writeFiles(join(here.folder, 'node_modules/shelf'), { ...files, 'lib/index.js': code, 'lib/shelf.manifest.json': manifest })
    here.run('client', 'add', 'books', 'shelf', '--set', 'root=books')
    const { checks } = here.json('client-check', 'client', 'check', 'books')
    const [left = ''] = readdirSync(join(here.folder, 'books'))
    expect(checks).toContainEqual({ capability: 'remove', status: 'not-declared', message: `the test object stays: ${left}` })
  })

  test('are added, shown, checked, used and forgotten', () => {
    using here = place()
    expect(here.json('client-add', 'client', 'add', 'archive', 'disk', '--set', 'root=store').saved).toMatchObject([
      { name: 'root', place: 'settings' },
    ])
    expect(here.json('client-show', 'client', 'show', 'archive').settings).toMatchObject([
      { name: 'root', value: join(here.folder, 'store') },
      {},
      {},
    ])
    const { ok, checks } = here.json('client-check', 'client', 'check', 'archive')
    expect(ok).toBe(true)
    expect(checks).toMatchObject(['list', 'write', 'read', 'share', 'remove'].map(capability => ({ capability, status: 'ok' })))
    expect(here.json('ls', 'ls', 'archive:/').entries).toEqual([])
    here.json('client-use', 'client', 'use', 'archive')
    expect(here.json('client-list', 'client', 'list')).toMatchObject({ active: 'archive', activeSource: 'settings' })
    here.json('client-set', 'client', 'set', 'archive', 'durability=none')
    expect(here.json('client-unset', 'client', 'unset', 'archive', 'durability').removed).toEqual(['durability'])
    expect(here.run('client', 'remove', 'archive').code).toBe(2)
    expect(here.json('client-remove', 'client', 'remove', 'archive', '--yes').removed).toBe(true)
    expect(here.json('client-list', 'client', 'list').active).toBe('local')
  })

  test('need their required settings, and say which', () => {
    using here = place()
    expect(here.run('client', 'add', 'archive', 'disk')).toMatchObject({ code: 2, err: expect.stringContaining('--set root=VALUE') })
    expect(here.run('client', 'add', 'archive', 'disk', '--set', 'rot=x', '--set', 'root=y')).toMatchObject({
      code: 2,
      err: expect.stringContaining('Did you mean "root"'),
    })
  })

  test('of an unknown client name the plugin to install', () => {
    using here = place()
    expect(here.run('client', 'add', 'x', 'gopher')).toMatchObject({
      code: 2,
      err: expect.stringContaining('fairlead plugins install @fairlead/client-gopher'),
    })
    expect(here.run('ls', 'gopher://a')).toMatchObject({ code: 2, err: expect.stringContaining('@fairlead/client-gopher') })
  })

  test('of an installed plugin are listed and set without running its code', () => {
    using here = place()
    installCloud(here)
    const { code } = here.run('client', 'add', 'mine', 'cloud', '--set', 'bucket=b')
    expect(code).toBe(0)
    expect(here.json('client-list', 'client', 'list').clients).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ name: 'disk' }), expect.objectContaining({ name: 'cloud' })]),
    )
    expect(here.run('ls', 'mine://')).toMatchObject({ code: 1, err: expect.stringContaining('the code of the plugin was run') })
  })

  test('clean says what there is to remove', () => {
    using here = place()
    expect(here.json('client-clean', 'client', 'clean', '--dry-run')).toMatchObject({ uploads: 0, objects: 0, removed: false })
  })
})

describe('secrets', () => {
  test('are refused as arguments, with the ways to give them', () => {
    using here = place()
    installCloud(here)
    for (const words of [
      ['client', 'add', 'mine', 'cloud', '--set', 'bucket=b', '--set', 'token=hunter2'],
      ['ls', '--set', 'cloud.token=hunter2'],
    ]) {
      const { code, out, err } = here.run(...words)
      expect(code).toBe(2)
      expect(err).toMatch(/_FILE/)
      expect(out + err).not.toContain('hunter2')
    }
  })

  test('come from standard input and are never shown', () => {
    using here = place()
    installCloud(here)
    expect(here.feed('hunter2\n', 'client', 'add', 'mine', 'cloud', '--set', 'bucket=b', '--secret-stdin', 'token').code).toBe(0)
    const shown =
      here.run('config', 'show').out + here.run('client', 'show', 'mine', '--json').out + here.run('client', 'list', '--json').out
    expect(shown).toContain('[secret]')
    expect(shown).not.toContain('hunter2')
    const settings = join(here.folder, '.home/config/settings.json')
    expect(readFileSync(settings, 'utf8')).not.toContain('hunter2')
    expect(statSync(settings).mode & 0o777).toBe(0o600)
  })
})

test('what stands on standard input is never an argument that was left out', () => {
  using here = place()
  installCloud(here)
  here.feed('hunter2', 'client', 'add', 'mine', 'cloud', '--set', 'bucket=b', '--secret-stdin', 'token')
  const { code, out, err } = here.feed('hunter3\n', 'client', 'set', 'mine', '--secret-stdin', 'token')
  expect([code, err]).toEqual([0, ''])
  expect(out).not.toContain('hunter3')
  expect(here.feed('no-such-connection:/x\n', 'ls').err).not.toContain('no-such-connection')
  expect(here.feed('5\n', 'status', '--json').code).toBe(0)
})

describe('the machine', () => {
  test('is told by paths, status, doctor and config show', () => {
    using here = place()
    expect(here.json('paths', 'paths').data).toBe(join(here.folder, '.home/data/store'))
    expect(here.json('status', 'status').transfers).toEqual([])
    expect(here.json('doctor', 'doctor').ok).toBe(true)
    expect(here.json('config-show', 'config', 'show').active).toEqual({ name: 'local', source: 'default' })
  })

  test('has doctor name variables that nothing reads', () => {
    using here = place({ FAIRLEAD_CLEINT: 'x', FAIRLEAD_LOCAL_ROOOT: '/tmp', FAIRLEAD_LOG_LEVEL: 'info' })
    expect(here.json('doctor', 'doctor').checks).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'environment', status: 'warning', hint: 'Did you mean FAIRLEAD_CLIENT?' }),
        expect.objectContaining({ name: 'environment', status: 'warning', hint: 'Did you mean FAIRLEAD_LOCAL_ROOT?' }),
      ]),
    )
    expect(here.run('doctor').out).not.toContain('LOG_LEVEL')
  })

  test('is not made with a setting that its client does not have', () => {
    using here = place()
    expect(here.run('client', 'add', 'x', 'disk', '--set', 'rot=/tmp')).toMatchObject({
      code: 2,
      err: expect.stringContaining('no setting "rot"'),
    })
  })

  test('with settings that can not be read makes doctor fail, not fall', () => {
    using here = place()
    here.write('.home/config/settings.json', '{')
    const { code, out } = here.run('doctor')
    expect(code).toBe(1)
    expect(out).toContain('settings.json')
  })
})
