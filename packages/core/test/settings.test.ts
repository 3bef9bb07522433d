import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { isSecret } from '../src/host/settings/settings-values.ts'
import { startChild } from './support/child.ts'
import { openSettings } from './support/settings.ts'
import { temporaryFolder } from './support/temporary.ts'

const reveal = (value: unknown): unknown => (isSecret(value) ? value.reveal() : value)

describe('a setting is found', () => {
  test('as argument before --set before environment before stored before built-in before default', async () => {
    const folder = temporaryFolder()
    const sources = {
      argument: { region: 'argument' },
      set: { region: 'set' },
      env: { FAIRLEAD_ARCHIVE_REGION: 'environment' },
      builtIn: { region: 'built-in' },
    }
    await openSettings(folder).settings.update('region', 'stored')
    const read = async (names: ReadonlyArray<keyof typeof sources>) =>
      openSettings(folder, Object.fromEntries(names.map(name => [name, sources[name]]))).settings.get('region')
    expect(await read(['argument', 'set', 'env', 'builtIn'])).toBe('argument')
    expect(await read(['set', 'env', 'builtIn'])).toBe('set')
    expect(await read(['env', 'builtIn'])).toBe('environment')
    expect(await read(['builtIn'])).toBe('stored')
    await openSettings(folder).settings.unset('region')
    expect(await read(['builtIn'])).toBe('built-in')
    expect(await read([])).toBe('here')
  })

  test('under FAIRLEAD_, its connection and its name, with - as _', async () => {
    const { settings } = openSettings(temporaryFolder(), { connection: 'my-archive', env: { FAIRLEAD_MY_ARCHIVE_PART_SIZE: '5MiB' } })
    expect(await settings.get('part-size')).toBe(5 * 1024 * 1024)
  })

  test('not in an environment variable that is empty', async () => {
    const { settings } = openSettings(temporaryFolder(), { env: { FAIRLEAD_ARCHIVE_REGION: '' } })
    expect(await settings.get('region')).toBe('here')
  })

  test("under the service's own names for the default connection only, after its own", async () => {
    const env = { STORE_REGION: 'theirs' }
    const folder = temporaryFolder()
    expect(await openSettings(folder, { connection: 'store', env }).settings.get('region')).toBe('theirs')
    expect(await openSettings(folder, { connection: 'archive', env }).settings.get('region')).toBe('here')
    expect(await openSettings(folder, { connection: 'store', env: { ...env, FAIRLEAD_STORE_REGION: 'ours' } }).settings.get('region')).toBe(
      'ours',
    )
  })

  test('in the file that <NAME>_FILE names, without the newline at its end', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'key.txt')
    writeFileSync(file, 'hunter2 \n')
    const { settings } = openSettings(folder, { env: { FAIRLEAD_ARCHIVE_KEY_FILE: file } })
    expect(reveal(await settings.get('key'))).toBe('hunter2 ')
    await expect(openSettings(folder, { env: { FAIRLEAD_ARCHIVE_KEY_FILE: '/absent' } }).settings.get('key')).rejects.toMatchObject({
      code: 'config-invalid',
      message: "FAIRLEAD_ARCHIVE_KEY_FILE names /absent, which can't be read",
    })
  })

  test('with its credentials as one set from one source', async () => {
    const folder = temporaryFolder()
    await openSettings(folder).settings.updateAll({ 'key-id': 'stored', key: 'stored-secret', root: '/r' })
    expect(await openSettings(folder, { env: { FAIRLEAD_ARCHIVE_KEY_ID: 'env' } }).settings.get('key')).toBeUndefined()
    const both = openSettings(folder, { env: { FAIRLEAD_ARCHIVE_KEY_ID: 'env', FAIRLEAD_ARCHIVE_KEY: 'env-secret' }, argument: {} })
    expect([await both.settings.get('key-id'), reveal(await both.settings.get('key'))]).toEqual(['env', 'env-secret'])
    expect(await both.settings.get('root')).toBe('/r')
  })

  test('and reported with its source, secrets as [secret]', async () => {
    const folder = temporaryFolder()
    await openSettings(folder).settings.updateAll({ 'key-id': 'me', key: 'hunter2hunter2', root: '/r' })
    const { settings } = openSettings(folder, { env: { FAIRLEAD_ARCHIVE_ENDPOINT: 'https://e.org/' }, set: { public: 'yes' } })
    const shown = settings.all()
    expect(Object.fromEntries(shown.map(({ name, value, source }) => [name, [value, source?.kind]]))).toEqual({
      root: ['/r', 'settings'],
      endpoint: ['https://e.org/', 'environment'],
      region: ['here', 'default'],
      'part-size': [8_388_608, 'default'],
      'key-id': ['me', 'settings'],
      key: ['[secret]', 'settings'],
      public: [true, 'set'],
    })
    expect(shown.find(({ name }) => name === 'key')).toMatchObject({ secret: 'file', variable: 'FAIRLEAD_ARCHIVE_KEY' })
    expect(JSON.stringify(shown)).not.toContain('hunter2')
  })
})

describe('a setting is refused', () => {
  test('when the client has none of that name, with the one that was meant', async () => {
    const { settings } = openSettings(temporaryFolder())
    await expect(settings.get('regoin')).rejects.toMatchObject({
      code: 'config-invalid',
      hint: expect.stringContaining('Did you mean "region"?'),
    })
    await expect(settings.update('toString', 'x')).rejects.toMatchObject({ code: 'config-invalid' })
    await expect(openSettings(temporaryFolder(), { set: { rot: 'x' } }).settings.resolve()).rejects.toMatchObject({
      hint: expect.stringContaining('"root"'),
    })
  })

  test('when it is required and set nowhere, with the three ways to set it', async () => {
    const { settings } = openSettings(temporaryFolder())
    for (const call of [settings.require('root'), settings.resolve()]) {
      await expect(call).rejects.toMatchObject({
        code: 'config-invalid',
        connection: 'archive',
        message: expect.stringContaining('"root"'),
        hint: expect.stringMatching(/fairlead client set archive root=VALUE.*FAIRLEAD_ARCHIVE_ROOT.*argument of connect\(\)/),
      })
    }
  })

  test('before anything is stored, when one of several is wrong', async () => {
    const folder = temporaryFolder()
    const { settings, file } = openSettings(folder)
    await expect(settings.updateAll({ root: '/r', 'part-size': 'big' })).rejects.toMatchObject({ code: 'config-invalid' })
    expect(file.read().connections).toEqual({})
  })
})

describe('stored settings', () => {
  test('keep where a secret lies, never the secret', async () => {
    const folder = temporaryFolder()
    const { settings, file } = openSettings(folder)
    expect(await settings.update('key', 'hunter2')).toMatchObject({ name: 'key', place: 'file', path: join(folder, 'secrets.json') })
    expect(await settings.update('root', 'data')).toEqual({ name: 'root', place: 'settings', path: file.path })
    expect(JSON.parse(readFileSync(file.path, 'utf8'))).toEqual({
      version: 1,
      connections: { archive: { client: 'store', settings: { key: { secret: 'file' }, root: join(process.cwd(), 'data') } } },
    })
    expect(reveal(await openSettings(folder).settings.get('key'))).toBe('hunter2')
  })

  test('lie in files of this account only', async () => {
    const folder = temporaryFolder()
    await openSettings(folder).settings.updateAll({ key: 'hunter2', root: '/r' })
    for (const file of ['settings.json', 'secrets.json']) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600)
  })

  test('forget a setting with its secret', async () => {
    const folder = temporaryFolder()
    const { settings } = openSettings(folder)
    await settings.update('key', 'hunter2')
    expect(await settings.unset('key')).toEqual({ removed: true })
    expect(await settings.unset('key')).toEqual({ removed: false })
    expect(await settings.get('key')).toBeUndefined()
    expect(readFileSync(join(folder, 'secrets.json'), 'utf8')).not.toContain('hunter2')
  })

  test('take nothing from the environment unasked', async () => {
    const folder = temporaryFolder()
    const env = { FAIRLEAD_ARCHIVE_ROOT: '/env', FAIRLEAD_ARCHIVE_KEY: 'hunter2' }
    const { settings } = openSettings(folder, { env })
    await settings.resolve()
    await settings.update('region', 'there')
    const written = readdirSync(folder)
      .filter(name => name.endsWith('.json'))
      .map(name => readFileSync(join(folder, name), 'utf8'))
      .join('')
    expect(written).not.toMatch(/env|hunter2/)
  })

  test('take what getAndUpdate found, a secret only when asked, a default never', async () => {
    const folder = temporaryFolder()
    const env = { FAIRLEAD_ARCHIVE_ROOT: '/env', FAIRLEAD_ARCHIVE_KEY: 'hunter2' }
    const { settings, file } = openSettings(folder, { env })
    expect(await settings.getAndUpdate('root')).toBe('/env')
    expect(reveal(await settings.getAndUpdate('key'))).toBe('hunter2')
    expect(await settings.getAndUpdate('region')).toBe('here')
    expect(await settings.getAndUpdate('endpoint')).toBeUndefined()
    expect(file.read().connections.archive?.settings).toEqual({ root: '/env' })
    expect(await settings.getAndUpdate('endpoint', { otherwise: 'https://new.example/' })).toEqual(new URL('https://new.example/'))
    await settings.getAndUpdate('key', { secret: true })
    expect(file.read().connections.archive?.settings).toEqual({ root: '/env', endpoint: 'https://new.example/', key: { secret: 'file' } })
  })

  test('lose nothing when two processes write at once', async () => {
    const folder = temporaryFolder()
    const children = ['one', 'two'].map(name => startChild('write-settings.ts', [folder, name, '25']))
    await Promise.all(children.map(child => child.ended()))
    const { connections } = openSettings(folder).file.read()
    const all = Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`n${i}`, String(i)]))
    expect(connections).toEqual({ one: { client: 'disk', settings: all }, two: { client: 'disk', settings: all } })
  })

  test('are the old ones or the new ones when the writer is killed', async () => {
    const folder = temporaryFolder()
    for (let kill = 0; kill < 8; kill++) {
      const child = startChild('write-settings.ts', [folder, `c${kill}`, '100000'])
      await child.line()
      await new Promise(resolve => setTimeout(resolve, kill * 7))
      child.process.kill('SIGKILL')
      await child.ended().catch(() => undefined)
      for (const { client, settings } of Object.values(openSettings(folder).file.read().connections)) {
        if (client === 'store') continue
        expect(Object.keys(settings)).toEqual(Array.from({ length: Object.keys(settings).length }, (_, i) => `n${i}`))
      }
      await openSettings(folder).settings.update('region', `after-${kill}`)
    }
    expect(readdirSync(folder).filter(name => !name.endsWith('.lock'))).toEqual(['settings.json'])
  })

  test.each([
    ['written by a newer version', '{"version": 2, "connections": {}}', 'newer'],
    ['cut short', '{"version": 1, "conn', "can't be understood"],
    ['of no version', '{"connections": {}}', '"version"'],
    ['of another form', '{"version": 1, "connections": {"a": {"client": 7}}}', 'connection "a"'],
    [
      'with a value of another form',
      '{"version": 1, "connections": {"a": {"client": "store", "settings": {"key": {"secret": "pocket"}}}}}',
      '"a.key"',
    ],
  ])('are refused with the path of the file when they are %s, and stay as they are', async (_what, text, said) => {
    const folder = temporaryFolder()
    const { settings, file } = openSettings(folder)
    writeFileSync(file.path, text)
    const refusal = { code: 'config-invalid', path: file.path, message: expect.stringContaining(said) }
    await expect(settings.get('root')).rejects.toMatchObject(refusal)
    await expect(settings.update('root', '/r')).rejects.toMatchObject(refusal)
    expect(readFileSync(file.path, 'utf8')).toBe(text)
  })
})

test('a secret shows in no form of the resolved settings or of an error', async () => {
  const folder = temporaryFolder()
  const { settings, secrets } = openSettings(folder, { argument: { key: 'hunter2', root: '/r', endpoint: 'https://e.org/' } })
  const resolved = await settings.resolve()
  for (const text of [JSON.stringify(resolved), inspect(resolved, { depth: 9, showHidden: true }), `${String(resolved.key)}`])
    expect(text).not.toContain('hunter2')
  expect(() => Object.assign(resolved, { root: '/other' })).toThrow(TypeError)
  await secrets.set('archive/setting/key', 'hunter2')
  writeFileSync(join(folder, 'secrets.json'), '{"version": 1, "secrets": {"archive/setting/key": "hunter2" oops')
  const error: unknown = await secrets.get('archive/setting/key').catch((caught: unknown) => caught)
  expect(inspect(error, { depth: 9, showHidden: true })).toContain("can't be understood")
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('hunter2')
})
