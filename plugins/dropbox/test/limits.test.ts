import { bytesSource } from '@fairlead/core'
import type { TransferEvent } from '@fairlead/core/host'
import { expectError } from '@fairlead/testkit'
import { describe, expect, test } from 'vitest'
import { bigBody, callsOf, collect, startPlace, text } from './support.ts'

describe('too much at once', () => {
  test('is waited for as long as Dropbox says, and then goes on', async () => {
    const { server, connect } = await startPlace()
    const client = await connect()
    await client.write('a', bytesSource('a'))
    const events: TransferEvent[] = []
    server.limit(1, 1)
    await client.readBytes('a', { onEvent: event => events.push(event) })
    expect(events.filter(({ type }) => type === 'retry')).toMatchObject([{ code: 'rate-limited', attempt: 1 }])
  })

  test('of changes is told by a tag, and tried again', async () => {
    const { proxy, connect } = await startPlace()
    const client = await connect()
    const body = JSON.stringify({
      error_summary: 'path/too_many_write_operations/..',
      error: { '.tag': 'path', reason: { '.tag': 'too_many_write_operations' }, upload_session_id: 'x' },
    })
    proxy.inject({ kind: 'status', status: 409, match: { path: /files\/upload$/ }, answer: { body }, times: 2 })
    expect((await client.write('a', bytesSource('a'))).size).toBe(1)
  })

  test('of space is told, with where to get more', async () => {
    const { server, connect } = await startPlace()
    const client = await connect()
    server.account.quota = 10
    const refusal = await expectError(client.write('a', bytesSource('more than ten bytes')), 'quota-exceeded')
    expect(refusal.hint).toContain('https://www.dropbox.com/account/plan')
  })
})

describe('a token', () => {
  test('that expires while eight big files are sent is renewed once', async () => {
    const place = await startPlace()
    const client = await place.connect()
    await client.write('warm', bytesSource('up'))
    const from = place.proxy.requests.length
    let told = false
    const body = bigBody()
    await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        await client.write(`big/${index}`, bytesSource(body), {
          onEvent: event => {
            if (told || event.type !== 'transfer-delta') return
            told = true
            place.server.account.expireTokens()
          },
        })
      }),
    )
    expect(callsOf(place, '/oauth2/token', from)).toBe(1)
    expect(await collect(client.list('big'))).toHaveLength(8)
  })

  test('whose login was revoked says which command logs in again', async () => {
    const { server, connect } = await startPlace()
    const client = await connect()
    await client.write('a', bytesSource('a'))
    server.account.refreshTokens.clear()
    server.account.expireTokens()
    const refusal = await expectError(client.readBytes('a'), 'unauthenticated')
    expect(refusal.hint).toContain('fairlead client login dropbox')
  })

  test('that somebody got elsewhere is used as it is', async () => {
    const { server, settings, connect } = await startPlace()
    const client = await connect({ 'refresh-token': undefined, 'app-key': undefined, 'access-token': server.accessToken() })
    expect(settings['refresh-token']).toBeDefined()
    await client.write('a', bytesSource('a'))
    server.account.expireTokens()
    await expectError(client.readBytes('a'), 'unauthenticated')
  })

  test('that may only read reads, lists and searches, and says what it lacks for the rest', async () => {
    const place = await startPlace()
    place.server.seed('/a', Buffer.from('a'))
    const scopes = ['files.content.read', 'files.content.write']
    const reading = await place.connect({
      'refresh-token': undefined,
      'access-token': place.server.accessToken([...scopes, 'files.metadata.read']),
    })
    expect(text((await reading.readBytes('a')).bytes)).toBe('a')
    expect(await collect(reading.list(''))).toHaveLength(1)
    const refusal = await expectError(reading.write('b', bytesSource('b'), { metadata: { note: 'b' } }), 'permission-denied')
    expect(refusal.message).toContain('files.metadata.write')
    expect(refusal.hint).toContain('fairlead client login dropbox --access full')
  })
})

test('the account is told by its e-mail address, and not at all where the login may not know it', async () => {
  const { server, connect } = await startPlace()
  const client = await connect()
  const signal = new AbortController().signal
  expect(await client.connection.doAccount?.({ signal })).toBe(server.account.email)
  const other = await connect({ 'refresh-token': undefined, 'access-token': server.accessToken(['files.metadata.read']) })
  expect(await other.connection.doAccount?.({ signal })).toBeUndefined()
})
