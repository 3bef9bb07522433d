import { bytesSource } from '@fairlead/core'
import { expectError } from '@fairlead/testkit'
import { describe, expect, test } from 'vitest'
import { collect, startPlace, type Place } from './support.ts'

async function withFile(path = 'Shots/Hero.txt'): Promise<Place & { readonly client: Awaited<ReturnType<Place['connect']>> }> {
  const place = await startPlace()
  const client = await place.connect()
  await client.write(path, bytesSource('shared bytes'))
  return { ...place, client }
}

describe('a link', () => {
  test('gives the file to whoever has it, and nothing once it was taken back', async () => {
    const { client } = await withFile()
    const [made] = await client.share(':/Shots/Hero.txt')
    if (made === undefined) throw new Error('no link was made')
    expect(await (await fetch(made.url)).text()).toBe('shared bytes')
    await client.shares.revoke(made.id ?? '')
    expect((await fetch(made.url)).status).toBe(404)
    await expectError(client.shares.revoke(made.id ?? ''), 'not-found')
  })

  test('needs its password, which its address does not tell', async () => {
    const { client, connect } = await withFile()
    const [made] = await client.share(':/Shots/Hero.txt', { password: 'open sesame 7' })
    expect((await fetch(made?.url ?? '')).status).toBe(403)
    expect(made?.url.href).not.toContain('sesame')
    await client.write('b', bytesSource('b'))
    const [other] = await (await connect({ 'link-password': 'open sesame 8' })).share(':/b')
    expect((await fetch(other?.url ?? '')).status).toBe(403)
  })

  test('lets in whom its audience names, and can forbid downloads', async () => {
    const { server, client, connect } = await withFile()
    await client.write('b', bytesSource('b'))
    const team = await connect({ 'link-audience': 'team' })
    const [made] = await team.share(':/Shots/Hero.txt')
    expect((await fetch(made?.url ?? '')).status).toBe(403)
    const shown = await connect({ 'link-download': false })
    await shown.share(':/b')
    expect([...server.account.links.values()].map(({ audience, allowDownload }) => [audience, allowDownload])).toEqual([
      ['team', true],
      ['public', false],
    ])
  })

  test('to a folder leads to its page', async () => {
    const { client } = await withFile()
    const [made] = await client.share(':/Shots')
    expect(made?.url.searchParams.get('dl')).toBe('0')
    expect((await fetch(made?.url ?? '')).status).toBe(200)
  })

  test('without an end is made when asked for, for plans that know no other', async () => {
    const { client, connect } = await withFile()
    expect((await client.share(':/Shots/Hero.txt'))[0]?.expires).toBeInstanceOf(Date)
    await client.write('b', bytesSource('b'))
    const permanent = await connect({ 'link-permanent': true })
    expect((await permanent.share(':/b'))[0]?.expires).toBeUndefined()
  })

  test('that is there already is used again with a later end', async () => {
    const { client, server } = await withFile()
    const [first] = await client.share(':/Shots/Hero.txt', { expiresInSeconds: 60 })
    const [second] = await client.share(':/Shots/Hero.txt', { expiresInSeconds: 3600 })
    expect(second?.id).toBe(first?.id)
    expect(second?.expires?.getTime()).toBeGreaterThan((first?.expires?.getTime() ?? 0) + 3_000_000)
    expect(server.account.links.size).toBe(1)
  })

  test('that is there already is not made to end sooner, or to ask for a password, behind the back of who has it', async () => {
    const { client } = await withFile()
    const [first] = await client.share(':/Shots/Hero.txt', { expiresInSeconds: 3600 })
    for (const terms of [{ expiresInSeconds: 60 }, { expiresInSeconds: 7200, password: 'x' }]) {
      const refusal = await expectError(client.share(':/Shots/Hero.txt', terms), 'already-exists')
      expect(refusal.hint).toContain(`fairlead share revoke '${first?.id ?? ''}'`)
    }
    expect(await (await fetch(first?.url ?? '')).text()).toBe('shared bytes')
  })

  test('is listed in the case of its file, and only below the root', async () => {
    const { client, connect } = await withFile()
    await client.write('elsewhere', bytesSource('x'))
    await client.share(':/Shots/Hero.txt')
    await client.share(':/elsewhere')
    const confined = await connect({ prefix: 'shots' })
    expect((await collect(confined.shares.list())).map(({ path }) => path)).toEqual(['Hero.txt'])
    expect((await collect(client.shares.list())).map(({ path }) => path).toSorted()).toEqual(['Shots/Hero.txt', 'elsewhere'])
  })

  test('is listed page by page', async () => {
    const { client, server } = await withFile()
    for (let index = 0; index < 60; index += 1) {
      server.seed(`/n${index}`, Buffer.from('x'))
      await client.share(`:/n${index}`)
    }
    expect(await collect(client.shares.list())).toHaveLength(60)
  })

  test('to the whole Dropbox is refused', async () => {
    const { client } = await withFile()
    await expectError(client.share(':/'), 'unsupported', 'path-invalid')
  })
})
