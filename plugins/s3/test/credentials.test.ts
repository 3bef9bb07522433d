import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource } from '@fairlead/core'
import { conformance, type Harness, type Setup } from '@fairlead/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { s3 } from '../src/index.ts'
import { emulator } from './setups.ts'
import { clockOff, errorAnswer, failureOf, open, temporaryHome } from './support.ts'

/** A profile whose keys come from a process: each time with another session token, which ends after so many seconds. */
interface Profile extends Disposable {
  /** How often the process was asked. */
  asked(): number
  readonly variables: Readonly<Record<string, string>>
}

/** Writes a configuration of the AWS tools with one profile, and makes this process read it. */
function profileOf(keys: { readonly id: string; readonly secret: string }, lifeSeconds = 3600): Profile {
  const home = temporaryHome()
  const asked = join(home.path, 'asked')
  const script = join(home.path, 'keys.cjs')
  writeFileSync(asked, '')
  writeFileSync(
    script,
    `const fs = require('node:fs')
fs.appendFileSync(${JSON.stringify(asked)}, 'x')
const SessionToken = 'token-' + require('node:crypto').randomUUID()
const Expiration = new Date(Date.now() + ${lifeSeconds * 1000}).toISOString()
console.log(JSON.stringify({ Version: 1, AccessKeyId: ${JSON.stringify(keys.id)}, SecretAccessKey: ${JSON.stringify(keys.secret)}, SessionToken, Expiration }))
`,
  )
  const config = join(home.path, 'config')
  writeFileSync(config, `[profile rotating]\nregion = us-east-1\ncredential_process = ${process.execPath} ${script}\n`)
  appendFileSync(join(home.path, 'credentials'), '')
  const variables = {
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: join(home.path, 'credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  Object.assign(process.env, variables)
  return {
    asked: () => readFileSync(asked).byteLength,
    variables,
    [Symbol.dispose]() {
      for (const name of Object.keys(variables)) delete process.env[name]
      home[Symbol.dispose]()
    },
  }
}

const keysOf = ({ settings }: Harness) => ({ id: String(settings['access-key-id']), secret: String(settings['secret-access-key']) })

function profiled({ settings }: Harness): Harness['settings'] {
  const { 'access-key-id': _id, 'secret-access-key': _secret, ...rest } = settings
  return { ...rest, profile: 'rotating' }
}

/** Temporary keys, whose renewal is what the suite's cases about tokens are of. */
const rotating: Setup = {
  ...emulator,
  name: 's3rver with temporary keys',
  async start() {
    const place = await emulator.start()
    const profile = profileOf(keysOf(place))
    return {
      ...place,
      settings: profiled(place),
      async [Symbol.asyncDispose]() {
        profile[Symbol.dispose]()
        await place[Symbol.asyncDispose]()
      },
    }
  },
}

conformance({ plugin: s3, setups: [rotating], groups: ['token'], floor: 5 })

describe('keys that the AWS tools would find', () => {
  let place: Harness
  beforeAll(async () => {
    place = await emulator.start()
  })
  afterAll(async () => {
    await place[Symbol.asyncDispose]()
  })
  const put = async (client: Awaited<ReturnType<typeof open>>) => await client.write('one', bytesSource('one'))

  test('are asked for once, however many requests there are at once', async () => {
    using home = temporaryHome()
    using profile = profileOf(keysOf(place))
    await using client = await open(profiled(place), { home: home.path })
    await Promise.all(Array.from({ length: 8 }, async (_, index) => await client.write(`at-once-${index}`, bytesSource('x'))))
    expect(profile.asked()).toBe(1)
  })

  test('are renewed before they end', async () => {
    using home = temporaryHome()
    using profile = profileOf(keysOf(place), 3600)
    let off = 0
    const clock = { ...clockOff(0), now: () => new Date(Date.now() + off) }
    await using client = await open(profiled(place), { home: home.path, clock })
    await put(client)
    // Ten minutes of an hour are left, then four.
    off = 50 * 60 * 1000
    // The service may complain of the time, which is not what this is about.
    await Promise.allSettled([put(client)])
    expect(profile.asked()).toBe(1)
    off = 56 * 60 * 1000
    await Promise.allSettled([put(client)])
    expect(profile.asked()).toBe(2)
  })

  test('are renewed when the service says that they have ended, and the request is repeated', async () => {
    using home = temporaryHome()
    using profile = profileOf(keysOf(place))
    await using client = await open(profiled(place), { home: home.path })
    await put(client)
    place.faults?.inject({ kind: 'expire-token', status: 400, answer: errorAnswer('ExpiredToken') })
    expect((await client.write('two', bytesSource('two'))).size).toBe(3)
    expect(profile.asked()).toBe(2)
  })

  test('shorten a link that would outlive them', async () => {
    using home = temporaryHome()
    using profile = profileOf(keysOf(place), 1800)
    await using client = await open(profiled(place), { home: home.path })
    await put(client)
    const [made] = await client.share(':/one', { expiresInSeconds: 3600 })
    expect(profile.asked()).toBe(1)
    expect(made?.expires?.getTime()).toBeLessThanOrEqual(Date.now() + 1_800_000)
    expect(made?.expires?.getTime()).toBeGreaterThan(Date.now() + 1_700_000)
  })

  test('of the environment feed the connection of that name, and no other', async () => {
    using home = temporaryHome()
    using _profile = profileOf({ id: 'NOBODY', secret: 'none' })
    const { id, secret } = keysOf(place)
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret })
    try {
      const { profile: _named, ...bare } = profiled(place)
      await using own = await open(bare, { home: home.path })
      expect((await put(own)).size).toBe(3)
      await using other = await open(bare, { home: home.path, name: 'archive' })
      expect(await failureOf(put(other))).toMatchObject({ code: 'config-invalid', hint: expect.stringContaining('archive') })
    } finally {
      delete process.env.AWS_ACCESS_KEY_ID
      delete process.env.AWS_SECRET_ACCESS_KEY
    }
  })

  test('that are nowhere are an error that says what to do', async () => {
    using home = temporaryHome()
    using _profile = profileOf({ id: 'x', secret: 'x' })
    await using client = await open({ ...profiled(place), profile: 'no-such-profile' }, { home: home.path })
    expect(await failureOf(put(client))).toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('no-such-profile'),
      hint: expect.stringContaining('access-key-id'),
    })
  })
})
