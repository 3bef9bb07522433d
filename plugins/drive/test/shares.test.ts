import { bytesSource } from '@fairlead/core'
import { describe, expect, test } from 'vitest'
import { putFile } from './setups.ts'
import { collect, connect, place, textAt } from './support.ts'

describe('shares', () => {
  test('whoever has a link gets the bytes with no credential, until it is taken back', async () => {
    const at = await place()
    const client = await connect(at.settings)
    await client.write('a/film.mov', bytesSource('shared bytes'))
    const [made] = await client.share(':/a/film.mov')
    const url = made?.url ?? at.proxy.url
    expect([made?.kind, made?.expires, await (await fetch(url)).text()]).toEqual(['public-link', undefined, 'shared bytes'])
    await client.shares.revoke(made?.id ?? '')
    expect((await fetch(url)).status).toBe(404)
  })

  test('what is no id of a share is not found, and leads to nothing else of the file', async () => {
    const at = await place()
    const id = putFile(at, 'note', 'text')
    const client = await connect(at.settings)
    const before = at.proxy.requests.length
    for (const wrong of [`${id}/..`, `${id}/.`, `../${id}`, `${id}/`, '/', '\u001B[2J/x'])
      await expect(client.shares.revoke(wrong)).rejects.toMatchObject({ code: 'not-found' })
    expect(at.proxy.requests.length).toBe(before)
  })

  test('a link for everybody that ends by itself is refused without a request, since Drive has none', async () => {
    const at = await place()
    const client = await connect(at.settings)
    const before = at.proxy.requests.length
    await expect(client.share(':/any', { expiresInSeconds: 60 })).rejects.toMatchObject({ code: 'unsupported' })
    expect(at.proxy.requests.length).toBe(before)
  })

  test('people by their addresses see it, as much as their role says, and no longer than asked', async () => {
    const at = await place()
    const id = putFile(at, 'note', 'for Bob')
    const client = await connect({ ...at.settings, 'share-role': 'commenter', 'share-notify': false })
    const [made] = await client.share(':/note', { to: ['bob@example.com', 'eve@example.com'], expiresInSeconds: 3600 })
    const permissions = at.server.drive.files.get(id)?.permissions.slice(1)
    expect(permissions?.map(({ role, emailAddress }) => [role, emailAddress])).toEqual([
      ['commenter', 'bob@example.com'],
      ['commenter', 'eve@example.com'],
    ])
    expect(permissions?.every(({ expirationTime }) => expirationTime === made?.expires?.toISOString())).toBe(true)
    const { folder: _folder, ...settings } = at.settings
    const bob = at.server.tokens.login('bob@example.com', { secret: settings['client-secret'] ?? '' })
    const seen = await (
      await connect({ ...settings, 'refresh-token': bob, folder: at.folder })
    )
      .stat('note')
      .catch((error: unknown) => error)
    expect(seen).toMatchObject({ code: 'config-invalid' })
    await client.shares.revoke(made?.id ?? '')
    expect(at.server.drive.files.get(id)?.permissions).toHaveLength(1)
  })

  test('a folder is shared with all that is in it', async () => {
    const at = await place()
    putFile(at, 'cuts/a', 'inside')
    const client = await connect({ ...at.settings, 'share-role': 'writer' })
    const [made] = await client.share(':/cuts', { to: ['bob@example.com'] })
    expect(made?.url.pathname).toMatch(/^\/drive\/folders\//)
    const bob = at.server.tokens.login('bob@example.com', { secret: at.settings['client-secret'] ?? '' })
    const folder = at.server.drive.at(at.folder, 'cuts')?.id ?? ''
    const his = await connect({ ...at.settings, 'refresh-token': bob, folder })
    await his.write('b', bytesSource('from Bob'))
    expect([await textAt(his, 'a'), await textAt(client, 'cuts/b')]).toEqual(['inside', 'from Bob'])
  })

  test('all that is shared below the root is listed, what others shared with everybody too', async () => {
    const at = await place()
    const client = await connect(at.settings)
    for (const path of ['x/one', 'two', 'not shared']) putFile(at, path, path)
    at.server.drive.files.get(putFile(at, 'by hand', 'x'))?.permissions.push({ id: 'anyoneWithLink', type: 'anyone', role: 'reader' })
    await client.share(':/x/one', { to: ['bob@example.com'] })
    await client.share(':/two')
    const outside = at.server.drive.add({
      name: 'outside',
      mimeType: 'text/plain',
      parents: [at.server.drive.rootId],
      owner: at.server.email,
      app: 'x',
    })
    outside.permissions.push({ id: 'anyoneWithLink', type: 'anyone', role: 'reader' })
    const listed = await collect(client.shares.list())
    expect(listed.map(({ path, kind }) => [path, kind]).toSorted()).toEqual([
      ['by hand', 'public-link'],
      ['two', 'public-link'],
      ['x/one', 'grant'],
    ])
    for (const { id } of listed) await client.shares.revoke(id ?? '')
    expect(await collect(client.shares.list())).toEqual([])
  })

  test('a file stays shared when it gets new content', async () => {
    const at = await place()
    const client = await connect(at.settings)
    await client.write('one', bytesSource('first'))
    const [made] = await client.share(':/one')
    await client.write('one', bytesSource('second'))
    expect(await (await fetch(made?.url ?? at.proxy.url)).text()).toBe('second')
    expect(await collect(client.shares.list())).toHaveLength(1)
  })

  test('My Drive as a whole is not shared', async () => {
    const at = await place()
    const { folder: _folder, ...settings } = at.settings
    await expect((await connect(settings)).share(':/')).rejects.toMatchObject({ code: 'input-invalid' })
  })
})
