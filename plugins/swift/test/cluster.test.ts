import { bytesSource } from '@fairlead/core'
import { swiftServer, swiftUnavailable, type SwiftServer } from '@fairlead/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Raw } from './raw.ts'
import { bigBody, collect, connect, type SwiftSettings } from './support.ts'

const unavailable = swiftUnavailable()
const context = { signal: new AbortController().signal }

describe.skipIf(unavailable !== undefined)(`a real Swift${unavailable === undefined ? '' : ` (left out: ${unavailable})`}`, () => {
  let server: SwiftServer
  let raw: Raw

  beforeAll(async () => {
    // A token lasts four seconds: every longer test meets its end.
    server = await swiftServer({ tokenLifetimeSeconds: 4, bulkDelete: false })
    raw = await Raw.logIn(server.login)
    for (const name of ['films', 'small-films'])
      await raw.makeContainer(name, name === 'films' ? {} : { 'x-container-meta-quota-bytes': '1000' })
  })
  afterAll(async () => await server[Symbol.asyncDispose]())

  const settings = (container = 'films', login = server.login): SwiftSettings => ({
    'auth-url': login.authUrl,
    username: login.username,
    password: login.password,
    container,
  })

  test('lets a transfer go on whose token ends in its midst', async () => {
    const client = await connect(settings())
    const body = bigBody(1, 48 * 1024 * 1024)
    const began = Date.now()
    let round = 0
    for (; round < 2 || Date.now() - began < 9000; round += 1) await client.write(`big-${round}`, bytesSource(body))
    expect(Buffer.compare((await client.readBytes(`big-${round - 1}`, { maxBytes: 1e8 })).bytes, body)).toBe(0)
  })

  test('removes many without bulk deletes', async () => {
    const client = await connect(settings())
    const paths = Array.from({ length: 20 }, (_, index) => `many/${index}`)
    for (const path of paths) await client.write(path, bytesSource('x'))
    await client.delete(paths)
    expect(await collect(client.list('many'))).toEqual([])
  })

  test('says that a quota is used up', async () => {
    const client = await connect(settings('small-films'))
    const refused = client.write('a', bytesSource(new Uint8Array(2000)))
    await expect(refused).rejects.toMatchObject({ code: 'quota-exceeded', hint: expect.stringContaining('quota') })
  })

  test('says to who may not that the owner has to be asked', async () => {
    const login = { ...server.guestLogin }
    const client = await connect(settings('films', login))
    await expect(client.write('a', bytesSource('x'))).rejects.toMatchObject({
      code: 'permission-denied',
      hint: expect.stringContaining('owner'),
    })
  })

  test('copies from another account where that one lets it be read, and says that it can not where it does not', async () => {
    const there = await connect(settings('films'))
    await there.write('to share', bytesSource('of the other account'), { contentType: 'text/x-note', metadata: { note: 'kept' } })
    const other = await Raw.logIn(server.otherLogin)
    await other.makeContainer('copies')
    const here = await connect(settings('copies', server.otherLogin))
    const request = { from: 'to share', to: 'copied' }
    expect(await here.connection.doCopyFrom?.(there.connection, request, context)).toBeUndefined()
    await raw.send('POST', 'films', { headers: { 'x-container-read': server.otherLogin.username } })
    expect(await here.connection.doCopyFrom?.(there.connection, request, context)).toMatchObject({ path: 'copied', size: 20 })
    expect(await here.stat('copied')).toMatchObject({ contentType: 'text/x-note', metadata: { note: 'kept' } })
    await raw.send('POST', 'films', { headers: { 'x-remove-container-read': 'x' } })
  })

  test('gives what dynamic large objects hold', async () => {
    for (const [index, text] of ['one ', 'two ', 'three'].entries()) await raw.write('films', `parts/${index}`, text)
    await raw.write('films', 'dynamic', '', { 'x-object-manifest': 'films/parts/' })
    const client = await connect(settings())
    expect(Buffer.from((await client.readBytes('dynamic')).bytes).toString()).toBe('one two three')
    expect((await client.readBytes('dynamic', { range: { start: 4, end: 7 } })).bytes).toHaveLength(3)
  })

  test('leaves the time alone at which an object is to go', async () => {
    const at = String(Math.floor(Date.now() / 1000) + 86_400)
    await raw.write('films', 'fleeting', 'x', { 'x-delete-at': at })
    const client = await connect(settings())
    await client.readBytes('fleeting')
    const answer = await raw.send('HEAD', 'films/fleeting')
    expect(answer.headers.get('x-delete-at')).toBe(at)
  })
})
