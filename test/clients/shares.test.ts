import { bytesSource, type Share } from '@fairlead/core'
import { serveShares, type Client } from '@fairlead/core/host'
import { expectError } from '@fairlead/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { leaveOut } from '../stores/support/skip.ts'
import { curl, curlMissing } from './support/curl.ts'
import { Ground } from './support/ground.ts'
import { kinds, missing } from './support/kinds.ts'

/** What a link is answered with that leads nowhere any more; Girder asks who has no token to log in. */
const closed = [401, 403, 404]

describe.each(kinds)('a link of $name', kind => {
  const reason = missing(kind) ?? curlMissing()
  if (reason !== undefined) return leaveOut(reason)
  let ground: Ground
  let client: Client
  beforeAll(async () => {
    ground = await Ground.start([kind])
    client = ground.client(kind.name)
  }, 120_000)
  afterAll(async () => await ground[Symbol.asyncDispose]())

  /** What curl gets by a link; where the host answers for the service, it does so for this one request. */
  async function fetched(link: Share | undefined): Promise<{ readonly status: number; readonly body: string }> {
    if (link === undefined) throw new Error('no link was made')
    const { share } = client.capabilities
    if (share === false || share.served !== true) return await curl(link.url, ground.folder)
    await using server = await serveShares(client)
    return await curl(new URL(link.url.pathname + link.url.search, server.url), ground.folder)
  }

  test('gives curl the file, whatever its name is', async () => {
    for (const path of ['shared/plain.txt', 'shared/ünï + 100% & more.txt']) {
      await client.write(path, bytesSource(`content of ${path}`))
      const [link] = await client.share(`:/${path}`)
      expect(await fetched(link), path).toEqual({ status: 200, body: `content of ${path}` })
    }
  })

  test('gives curl the file of an asset', async () => {
    await client.push(ground.write('asset.txt', 'an asset'), 'film/shared:v001')
    const links = await client.share('film/shared:v001')
    expect(links).toHaveLength(1)
    expect(await fetched(links[0])).toEqual({ status: 200, body: 'an asset' })
  })

  test('is dead once it was taken back, or says when it ends', async () => {
    await client.write('taken/one.txt', bytesSource('one'))
    await client.write('taken/two.txt', bytesSource('two'))
    const [[one], [two]] = [await client.share(':/taken/one.txt'), await client.share(':/taken/two.txt')]
    const { share } = client.capabilities
    if (share === false || !share.revoke) {
      expect([one?.revocable, (one?.expires?.getTime() ?? 0) > Date.now()]).toEqual([false, true])
      await expectError(client.shares.revoke('any'), 'unsupported')
      return
    }
    expect([one?.revocable, (await fetched(one)).status]).toEqual([true, 200])
    await client.shares.revoke(one?.id ?? '')
    const after = await fetched(one)
    expect(closed).toContain(after.status)
    expect(after.body).not.toBe('one')
    expect(await fetched(two)).toEqual({ status: 200, body: 'two' })
    await expectError(client.shares.revoke(one?.id ?? ''), 'not-found')
  })

  test('leads nowhere once its file is gone', async () => {
    await client.write('gone/one.txt', bytesSource('one'))
    const [link] = await client.share(':/gone/one.txt')
    await client.delete('gone/one.txt')
    const after = await fetched(link)
    expect(after.status).toBeGreaterThanOrEqual(400)
    expect(after.body).not.toBe('one')
  })
})
