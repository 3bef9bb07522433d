import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { FairleadError } from '../src/contract/errors.ts'
import { definePlugin } from '../src/contract/manifest.ts'
import { createFairlead } from '../src/host/application/fairlead.ts'
import { isSecret } from '../src/host/settings/settings-values.ts'
import { memory, MemoryConnection, memoryOptions } from './support/memory-client.ts'
import { recordedTerminal } from './support/terminal.ts'
import { temporaryFolder } from './support/temporary.ts'

const told: string[] = []

class SigningConnection extends MemoryConnection {
  override async doGenerate(setting: string): Promise<string> {
    const value = `made-${setting}-${told.length}`
    told.push(value)
    return value
  }
}

const signing = definePlugin({
  ...memory,
  manifest: {
    ...memory.manifest,
    options: {
      ...memoryOptions,
      'link-key': { type: 'secret', help: 'What links are signed with.', generated: true },
      access: { type: 'string', help: 'Who may read.', perCommand: true },
      password: { type: 'secret', help: 'What a link asks for.', perCommand: true },
    },
  },
  connect: async init => new SigningConnection(init),
})

function application(folder = temporaryFolder(), env: Readonly<Record<string, string>> = {}) {
  const terminal = recordedTerminal()
  return createFairlead({ clients: [signing], env: { FAIRLEAD_HOME: folder, FAIRLEAD_SECRETS: 'file', ...env }, terminal })
}

const code = (wanted: string) => expect.objectContaining({ code: wanted })

describe('a setting that the client makes', () => {
  test('is made, told to the service, and stored as a secret', async () => {
    await using fairlead = application()
    await fairlead.add('shelf', 'memory', { root: '/generated' })
    expect(await fairlead.generate('shelf', 'link-key')).toMatchObject({ name: 'link-key', place: 'file' })
    const value = await fairlead.settings('shelf').get('link-key')
    expect(isSecret(value) && value.reveal()).toBe(told.at(-1))
  })

  test('is no other one: those are refused with the names of what it makes', async () => {
    await using fairlead = application()
    await fairlead.add('shelf', 'memory', { root: '/refused' })
    const refused = fairlead.generate('shelf', 'key')
    await expect(refused).rejects.toEqual(code('input-invalid'))
    await expect(refused).rejects.toMatchObject({ hint: 'It makes "link-key".' })
    await expect(fairlead.generate('shelf', 'nothing')).rejects.toEqual(code('input-invalid'))
  })
})

describe('a setting that is given anew for each command', () => {
  test('is taken from an argument and from the environment', async () => {
    const folder = temporaryFolder()
    await using fairlead = application(folder, { FAIRLEAD_SHELF_ACCESS: 'everybody' })
    await fairlead.add('shelf', 'memory', { root: '/per-command' })
    expect((await fairlead.connect('shelf')).connection.settings).toMatchObject({ access: 'everybody' })
    expect((await fairlead.connect('shelf', { access: 'me' })).connection.settings).toMatchObject({ access: 'me' })
  })

  test('is never stored: not when it is set, and not with a new connection', async () => {
    await using fairlead = application()
    await fairlead.add('shelf', 'memory', { root: '/never' })
    const refused = fairlead.set('shelf', { access: 'everybody' })
    await expect(refused).rejects.toMatchObject({ code: 'config-invalid', hint: expect.stringContaining('--set access=VALUE') })
    await expect(fairlead.add('other', 'memory', { root: '/never', access: 'everybody' })).rejects.toEqual(code('config-invalid'))
    expect(fairlead.connections().map(({ name }) => name)).not.toContain('other')
    expect(await fairlead.settings('shelf').getAndUpdate('access', { otherwise: 'me' })).toBe('me')
    expect(await fairlead.settings('shelf').get('access')).toBeUndefined()
  })

  test('goes into no argument where it is a secret, and is not advised to', async () => {
    await using fairlead = application(temporaryFolder(), { FAIRLEAD_SHELF_PASSWORD: 'sesame' })
    await fairlead.add('shelf', 'memory', { root: '/secret' })
    const value = await fairlead.settings('shelf').get('password')
    expect(isSecret(value) && value.reveal()).toBe('sesame')
    const hint = 'Set FAIRLEAD_SHELF_PASSWORD, or FAIRLEAD_SHELF_PASSWORD_FILE to the path of a file'
    await expect(fairlead.set('shelf', { password: 'x' })).rejects.toMatchObject({ hint: expect.stringContaining(hint) })
    await expect(fairlead.set('shelf', { password: 'x' })).rejects.toMatchObject({ hint: expect.not.stringContaining('--set') })
  })

  test('is refused where somebody wrote it into the settings file', async () => {
    const folder = temporaryFolder()
    await using fairlead = application(folder)
    await fairlead.add('shelf', 'memory', { root: '/written' })
    const path = fairlead.settingsPath
    writeFileSync(path, readFileSync(path, 'utf8').replace('"root"', '"access": "everybody", "root"'))
    const failure: unknown = await fairlead.connect('shelf').catch((error: unknown) => error)
    expect(FairleadError.is(failure, 'config-invalid') && failure.hint).toContain('fairlead client unset shelf access')
  })
})

describe("the service's own names of credentials", () => {
  const clouds = definePlugin({
    ...memory,
    manifest: {
      ...memory.manifest,
      options: {
        ...memoryOptions,
        endpoint: { type: 'url', help: 'Where.', default: 'https://memory.example', env: ['OS_AUTH_URL', 'ST_AUTH'] },
        user: { type: 'string', help: 'Who.', env: ['OS_USERNAME', 'ST_USER'] },
        key: { type: 'secret', help: 'The key.', env: ['OS_PASSWORD', 'ST_KEY'] },
      },
      credentials: ['endpoint', 'user', 'key'],
    },
    connect: async init => new MemoryConnection(init),
  })
  const resolved = async (env: Readonly<Record<string, string>>) => {
    await using fairlead = createFairlead({
      clients: [clouds],
      env: { FAIRLEAD_HOME: temporaryFolder(), FAIRLEAD_SECRETS: 'environment', FAIRLEAD_MEMORY_ROOT: '/r', ...env },
      terminal: recordedTerminal(),
    })
    const values = await fairlead.settings('memory').resolve()
    const { user, key, endpoint } = values
    return { user, key: isSecret(key) ? key.reveal() : undefined, endpoint: String(endpoint) }
  }

  test('are of one family: a key of one is never sent where another says', async () => {
    const both = { OS_AUTH_URL: 'https://keystone.example/', OS_USERNAME: 'me', ST_KEY: 'for-another', ST_USER: 'account:me' }
    expect(await resolved(both)).toEqual({ user: 'me', key: undefined, endpoint: 'https://keystone.example/' })
    expect(await resolved({ ST_AUTH: 'https://swift.example/auth', ST_USER: 'a:u', ST_KEY: 'k', OS_PASSWORD: 'other' })).toEqual({
      user: 'a:u',
      key: 'k',
      endpoint: 'https://swift.example/auth',
    })
  })
})
