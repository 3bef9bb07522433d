import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ApiConnection, ConnectionInit } from '../src/contract/connection.ts'
import { FairleadError } from '../src/contract/errors.ts'
import { definePlugin } from '../src/contract/manifest.ts'
import { bytesSource } from '../src/contract/source.ts'
import { createClient } from '../src/host/application/create-client.ts'
import { createFairlead, type Fairlead, type FairleadOptions } from '../src/host/application/fairlead.ts'
import { disk, memory, memoryCapabilities, MemoryConnection, type memoryOptions } from './support/memory-client.ts'
import { temporaryFolder } from './support/temporary.ts'
import { recordedTerminal } from './support/terminal.ts'

function open(home: string, options: Partial<FairleadOptions> = {}): Fairlead {
  const env = { FAIRLEAD_HOME: home, FAIRLEAD_SECRETS: 'file', ...options.env }
  return createFairlead({ clients: [disk, memory], terminal: recordedTerminal({ tty: false }), ...options, env })
}

describe('connections', () => {
  test('are the built-in local store and each client by itself, before anything is configured', () => {
    const home = join(temporaryFolder(), 'home')
    expect(open(home).connections()).toEqual([
      { name: 'disk', client: 'disk', source: 'client', active: false, installed: true },
      { name: 'local', client: 'disk', source: 'built-in', active: true, installed: true },
      { name: 'memory', client: 'memory', source: 'client', active: false, installed: true },
    ])
    expect(existsSync(home)).toBe(false)
  })

  test('have no local store where the disk client is not registered', () => {
    expect(
      open(temporaryFolder(), { clients: [memory] })
        .connections()
        .map(({ name }) => name),
    ).toEqual(['memory'])
  })

  test('are added, used, changed and removed, and other processes see it', async () => {
    const home = temporaryFolder()
    const saved = await open(home).add('archive', 'memory', { root: '/a', key: 'hunter2' })
    expect(saved.map(({ name, place }) => [name, place])).toEqual([
      ['root', 'settings'],
      ['key', 'file'],
    ])
    await open(home).use('archive')
    await open(home).set('archive', { mode: 'safe', retries: 3 })
    expect(await open(home).unset('archive', ['retries', 'patience'])).toEqual({ removed: ['retries'], left: [] })
    expect(
      open(home)
        .connections()
        .find(({ active }) => active),
    ).toEqual({ name: 'archive', client: 'memory', source: 'settings', active: true, installed: true })
    expect(await open(home).settings('archive').resolve()).toMatchObject({ root: '/a', mode: 'safe' })
    await open(home).remove('archive')
    expect(open(home).active()).toEqual({ name: 'local', source: 'default' })
    expect(readFileSync(join(home, 'config', 'secrets.json'), 'utf8')).not.toContain('hunter2')
    await expect(open(home).remove('archive')).rejects.toMatchObject({ code: 'not-found' })
  })

  test('are listed though their client is not installed', async () => {
    const home = temporaryFolder()
    await open(home).add('archive', 'memory', { root: '/a' })
    expect(
      open(home, { clients: [disk] })
        .connections()
        .find(({ name }) => name === 'archive'),
    ).toMatchObject({ client: 'memory', installed: false })
  })

  test('are active by --client, FAIRLEAD_CLIENT, client use, local, in this order', async () => {
    const home = temporaryFolder()
    await open(home).use('memory')
    const env = { FAIRLEAD_CLIENT: 'disk' }
    expect(open(home, { env, client: 'archive' }).active()).toEqual({ name: 'archive', source: 'argument' })
    expect(open(home, { env }).active()).toEqual({ name: 'disk', source: 'environment' })
    expect(open(home).active()).toEqual({ name: 'memory', source: 'settings' })
    expect(open(temporaryFolder()).active()).toEqual({ name: 'local', source: 'default' })
  })

  test.each([
    ['memory', 'already-exists'],
    ['local', 'already-exists'],
    ['a/b', 'input-invalid'],
    ['', 'input-invalid'],
  ])('can not be added as %j: %s', async (name, code) => {
    await expect(open(temporaryFolder()).add(name, 'memory', { root: '/a' })).rejects.toMatchObject({ code })
  })

  test('can not be added where an environment variable would mean two settings', async () => {
    const home = temporaryFolder()
    await open(home).add('my-archive', 'memory', { root: '/a' })
    await expect(open(home).add('My_Archive', 'memory', { root: '/a' })).rejects.toMatchObject({
      code: 'input-invalid',
      message: expect.stringContaining('FAIRLEAD_MY_ARCHIVE_'),
    })
  })

  test('are stored with nothing of them when one of their settings is wrong', async () => {
    const home = temporaryFolder()
    await expect(open(home).add('archive', 'memory', { root: '/a', mode: 'odd' })).rejects.toMatchObject({ code: 'config-invalid' })
    expect(
      open(home)
        .connections()
        .map(({ name }) => name),
    ).not.toContain('archive')
  })

  test('are added once, when two add the same name at once', async () => {
    const home = temporaryFolder()
    const added = await Promise.allSettled(['/a', '/b'].map(root => open(home).add('archive', 'memory', { root })))
    expect(added.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(added.find(result => result.status === 'rejected')?.reason).toMatchObject({ code: 'already-exists' })
  })

  test('may have the name of what every object has', async () => {
    const home = temporaryFolder()
    await expect(open(home).connect('constructor')).rejects.toMatchObject({ code: 'config-invalid' })
    await expect(open(home).remove('constructor')).rejects.toMatchObject({ code: 'not-found' })
    await open(home).add('constructor', 'memory', { root: '/a' })
    expect(await open(home).settings('constructor').get('root')).toBe('/a')
  })

  test('are shown also when a stored setting is none of the client, and mended by unset', async () => {
    const home = temporaryFolder()
    await open(home).add('archive', 'memory', { root: '/a' })
    const path = open(home).settingsPath
    writeFileSync(path, readFileSync(path, 'utf8').replace('"root"', '"old": "x", "root"'))
    expect(
      open(home)
        .settings('archive')
        .all()
        .find(({ name }) => name === 'root'),
    ).toMatchObject({ value: '/a' })
    await expect(open(home).connect('archive')).rejects.toMatchObject({
      hint: expect.stringContaining('fairlead client unset archive old'),
    })
    await open(home).unset('archive', ['old'])
    expect((await open(home).settings('archive').resolve()).root).toBe('/a')
  })

  test('that nobody knows are refused with the package to install', async () => {
    await expect(open(temporaryFolder()).connect('s3')).rejects.toMatchObject({
      code: 'config-invalid',
      hint: expect.stringContaining('npm install @fairlead/client-s3'),
    })
    await expect(open(temporaryFolder()).connect('memry')).rejects.toMatchObject({
      hint: expect.stringContaining('Did you mean "memory"?'),
    })
    await expect(open(temporaryFolder()).add('archive', 's3')).rejects.toMatchObject({
      hint: expect.stringContaining('npm install @fairlead/client-s3'),
    })
    await expect(open(temporaryFolder(), { clients: [] }).connect()).rejects.toMatchObject({
      hint: expect.stringContaining('npm install @fairlead/client-disk'),
    })
    const installCommand = (client: string) => `fairlead plugins install @fairlead/client-${client}`
    await expect(open(temporaryFolder(), { installCommand }).connect('s3')).rejects.toMatchObject({
      hint: expect.stringContaining('fairlead plugins install @fairlead/client-s3'),
    })
  })

  test('of a client that is there and can’t be used are refused with the reason', async () => {
    const home = temporaryFolder()
    const broken = new FairleadError('plugin-invalid', 'shelf was built for contract 2')
    const unusable = new Map([
      ['shelf', broken],
      ['memory', broken],
    ])
    await expect(open(home, { unusable }).connect('shelf')).rejects.toBe(broken)
    await expect(open(home, { unusable }).add('books', 'shelf')).rejects.toBe(broken)
    await open(home).add('archive', 'memory', { root: '/a' })
    await expect(open(home, { clients: [], unusable }).connect('archive')).rejects.toBe(broken)
    expect(open(home, { unusable }).settings('archive').all()).not.toEqual([])
  })
})

describe('connect', () => {
  test('gives a client of the active connection, the built-in local store in the data folder', async () => {
    const home = temporaryFolder()
    await using fairlead = open(home)
    const local = await fairlead.connect()
    expect(local).toMatchObject({
      name: 'local',
      manifest: { name: 'disk' },
      connection: { settings: { root: join(home, 'data', 'store') } },
    })
  })

  test('gives a client that writes, lists and reads', async () => {
    await using fairlead = open(temporaryFolder())
    const client = await fairlead.connect('memory', { root: '/verbs' })
    await client.write('a/b.txt', bytesSource('hello'))
    const listed: string[] = []
    for await (const { path } of client.list('', { recursive: true })) listed.push(path)
    expect(listed).toEqual(['a/b.txt'])
    expect(new TextDecoder().decode((await client.readBytes('a/b.txt')).bytes)).toBe('hello')
    await expect(client.stat('absent')).rejects.toMatchObject({ code: 'not-found', connection: 'memory' })
  })

  test('takes an argument before --set before the environment before what is stored', async () => {
    const home = temporaryFolder()
    await open(home).add('archive', 'memory', { root: '/stored', mode: 'safe' })
    const env = { FAIRLEAD_ARCHIVE_ROOT: '/env' }
    const root = async (fairlead: Fairlead, argument = {}) => {
      await using closing = fairlead
      return (await closing.connect('archive', argument)).connection.settings
    }
    expect(await root(open(home))).toMatchObject({ root: '/stored', mode: 'safe' })
    expect(await root(open(home, { env }))).toMatchObject({ root: '/env' })
    expect(await root(open(home, { env, set: { root: '/set' } }))).toMatchObject({ root: '/set' })
    expect(await root(open(home, { env, set: { root: '/set', 'archive.root': '/own', 'local.root': '/other' } }))).toMatchObject({
      root: '/own',
    })
    expect(await root(open(home, { env, set: { root: '/set' } }), { root: '/argument' })).toMatchObject({ root: '/argument' })
    await expect(root(open(home, { set: { rot: '/set' } }))).rejects.toMatchObject({ hint: expect.stringContaining('"root"') })
    await expect(root(open(home, { set: { 'archve.root': '/set' } }))).rejects.toMatchObject({ hint: expect.stringContaining('"archive"') })
  })

  test('loads a client only when it is connected to', async () => {
    let loads = 0
    const lazy = { manifest: memory.manifest, load: async () => (loads++, memory) }
    await using fairlead = open(temporaryFolder(), { clients: [lazy] })
    fairlead.connections()
    fairlead.settings('memory').all()
    expect(loads).toBe(0)
    await fairlead.connect('memory', { root: '/lazy' })
    expect(loads).toBe(1)
  })

  test('refuses a package that holds another client', async () => {
    const lazy = { manifest: memory.manifest, load: async () => disk }
    await expect(open(temporaryFolder(), { clients: [lazy] }).connect('memory', { root: '/x' })).rejects.toMatchObject({
      code: 'plugin-invalid',
    })
  })

  test('closes each connection once, with its client or with all of them', async () => {
    const fairlead = open(temporaryFolder())
    const [one, two] = [await fairlead.connect('memory', { root: '/1' }), await fairlead.connect('memory', { root: '/2' })]
    await one[Symbol.asyncDispose]()
    await one[Symbol.asyncDispose]()
    await fairlead[Symbol.asyncDispose]()
    for (const client of [one, two]) expect(client.connection).toMatchObject({ closed: 1 })
  })

  test('gives the connection a log, tokens and a cache folder of its own, and hides its secrets', async () => {
    const home = temporaryFolder()
    const terminal = recordedTerminal({ tty: false })
    await using fairlead = open(home, { terminal, env: { MEMORY_KEY: 'hunter2-hunter2' } })
    const { host } = (await fairlead.connect('memory', { root: '/host' })).connection
    host.log.info('with hunter2-hunter2')
    host.table(['key'], [['hunter2-hunter2']])
    await host.tokens.set('access', 'token-of-memory')
    host.log.info('with token-of-memory')
    expect(terminal.written).toBe('[memory] with [secret]\nkey\n[secret]\n[memory] with [secret]\n')
    expect(host.cacheFolder()).toBe(join(home, 'cache', 'connections', 'memory'))
    expect(statSync(host.cacheFolder()).mode & 0o777).toBe(0o700)
    await expect(host.authorize({ url: new URL('https://e.org'), question: 'Code?' })).rejects.toMatchObject({ code: 'unauthenticated' })
  })
})

describe('a plugin is refused', () => {
  const connect = async (
    connectionOf: (init: ConnectionInit<typeof memoryOptions>) => ApiConnection<typeof memoryOptions>,
    capabilities = memoryCapabilities,
  ) => {
    const plugin = definePlugin({ ...memory, manifest: { ...memory.manifest, capabilities }, connect: async init => connectionOf(init) })
    await using client = await createClient(plugin, { root: '/x' }, { env: { FAIRLEAD_HOME: temporaryFolder() } })
    return client.capabilities
  }
  const refused = (what: string) => expect.objectContaining({ code: 'plugin-invalid', message: expect.stringContaining(what) })

  test('for a method that its manifest needs and it lacks', async () => {
    await expect(connect(init => new MemoryConnection(init), { ...memoryCapabilities, copy: {} })).rejects.toEqual(refused('doCopy'))
  })

  test('for a method that its manifest does not declare, and the connection is closed', async () => {
    let made: MemoryConnection | undefined
    class Copies extends MemoryConnection {
      override async doCopy() {
        return { path: '', kind: 'object' as const }
      }
    }
    await expect(connect(init => (made = new Copies(init)))).rejects.toEqual(refused('doCopy'))
    expect(made?.closed).toBe(1)
  })

  test('for capabilities wider than its manifest, and taken with narrower ones', async () => {
    const { write, paths } = memoryCapabilities
    if (write === false) throw new Error('the store writes')
    const wider = [
      { ...memoryCapabilities, read: { range: true, versions: false, validator: false } },
      { ...memoryCapabilities, write: { ...write, maxBytes: 2_000_000 } },
      { ...memoryCapabilities, write: { ...write, conditions: ['absent', 'match'] as const } },
      { ...memoryCapabilities, share: { targets: [], kinds: [], methods: [], password: false, list: false, revoke: false } },
      { ...memoryCapabilities, paths: { ...paths, pathBytes: 4000 } },
      { ...memoryCapabilities, assets: 'native' as const },
      { ...memoryCapabilities, addressing: 'registry' as const },
      { ...memoryCapabilities, checksums: ['md5'] as const },
    ]
    for (const capabilities of wider)
      await expect(connect(init => new MemoryConnection(init, capabilities))).rejects.toEqual(refused('widens capabilities.'))
    const narrower = [
      { ...memoryCapabilities, write: false as const },
      { ...memoryCapabilities, write: { ...write, maxBytes: 10, conditions: [] } },
      { ...memoryCapabilities, consistency: 'eventual' as const },
      { ...memoryCapabilities, remove: { recursive: false, batch: 1 } },
      {
        ...memoryCapabilities,
        paths: {
          ...paths,
          pathBytes: 100,
          forbidden: ':',
          reserved: ['con'],
          case: 'preserving' as const,
          unicode: 'nfc' as const,
          fileAndFolder: false,
        },
      },
    ]
    for (const capabilities of narrower) expect(await connect(init => new MemoryConnection(init, capabilities))).toEqual(capabilities)
  })

  test('when it fails to connect with an error that is none of ours, which is kept as its cause', async () => {
    const cause = new TypeError('x is not a function')
    const failing = connect(() => {
      throw cause
    })
    await expect(failing).rejects.toMatchObject({ code: 'plugin-invalid', connection: 'memory', operation: 'connect', cause })
    const denied = connect(() => {
      throw new FairleadError('permission-denied', 'no')
    })
    await expect(denied).rejects.toMatchObject({ code: 'permission-denied', connection: 'memory' })
  })

  test('when two have one name', () => {
    expect(() => createFairlead({ clients: [memory, memory], env: {} })).toThrow(expect.objectContaining({ code: 'config-invalid' }))
  })
})

describe('createClient', () => {
  test('connects with its argument and the environment, without stored settings', async () => {
    const home = temporaryFolder()
    await open(home).set('memory', { mode: 'safe', root: '/stored' })
    const env = { FAIRLEAD_HOME: home, FAIRLEAD_SECRETS: 'file', MEMORY_KEY: 'hunter2', FAIRLEAD_MEMORY_PATIENCE: '2m' }
    await using client = await createClient(
      memory,
      { root: '/argument', 'part-size': '8KiB', endpoint: new URL('https://other.example') },
      { env },
    )
    expect(client.name).toBe('memory')
    expect(client.connection.settings).toMatchObject({
      root: '/argument',
      mode: 'fast',
      'part-size': 8192,
      patience: 120,
      endpoint: new URL('https://other.example'),
    })
    expect(JSON.stringify(client.connection.settings)).not.toContain('hunter2')
  })

  test('makes nothing on disk before a verb needs it', async () => {
    const home = temporaryFolder()
    await using client = await createClient(memory, { root: '/quiet' }, { env: { FAIRLEAD_HOME: home } })
    expect(client.capabilities).toEqual(memoryCapabilities)
    expect(readdirSync(home)).toEqual([])
  })

  test('takes another name for the connection, which then has no claim to the names of the service', async () => {
    const env = { FAIRLEAD_HOME: temporaryFolder(), MEMORY_KEY: 'hunter2' }
    await using client = await createClient(memory, { root: '/named' }, { name: 'mine', env })
    expect(client.name).toBe('mine')
    expect(client.connection.settings).not.toHaveProperty('key')
  })
})
