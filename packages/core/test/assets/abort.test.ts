import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bench, tree } from './support.ts'

describe('abort', () => {
  it("throws the signal's reason before any request, from every verb", async () => {
    const { client, store, folder } = bench()
    const reason = new Error('enough')
    const options = { signal: AbortSignal.abort(reason) }
    const path = tree(join(folder, 'x'), { a: '1' })
    const verbs = [
      client.push(path, 'shows/hero', options),
      client.pull('shows/hero', folder, options),
      client.inspect('shows/hero', options),
      client.verify('shows/hero', options),
      client.tag('shows/hero', 'v2', options),
      client.remove('shows/hero', options),
      client.share('shows/hero', options),
      client.export(folder, options),
      client.clean(options),
      Array.fromAsync(client.search('', options)),
    ]
    expect(await Promise.all(verbs.map(verb => verb.catch((cause: unknown) => cause)))).toEqual(verbs.map(() => reason))
    expect(store.calls).toEqual([])
  })

  it('stops a push between two files, with nothing tagged', async () => {
    const { client, store, folder } = bench()
    const stop = new AbortController()
    store.before = (operation, path) => {
      if (operation === 'write' && path.startsWith('assets/')) stop.abort(new Error('enough'))
    }
    await expect(
      client.push(tree(join(folder, 'x'), { a: '1', b: '2', c: '3' }), 'shows/hero', { signal: stop.signal, concurrency: 1 }),
    ).rejects.toThrow('enough')
    store.before = () => undefined
    await expect(client.inspect('shows/hero')).rejects.toThrow(expect.objectContaining({ code: 'not-found' }))
  })

  it('stops a pull with nothing shown, and a search between two pages', async () => {
    const { client, store, folder } = bench()
    await client.push(tree(join(folder, 'x'), { a: '1', b: '2', c: '3', d: '4' }), 'shows/hero')
    const stop = new AbortController()
    store.before = () => stop.abort(new Error('enough'))
    await expect(client.pull('shows/hero', join(folder, 'out'), { signal: stop.signal })).rejects.toThrow('enough')
    expect(existsSync(join(folder, 'out', 'hero'))).toBe(false)
    await expect(Array.fromAsync(client.search('', { signal: stop.signal }))).rejects.toThrow('enough')
  })
})

describe('a failure', () => {
  it('says of which connection and verb it is', async () => {
    const { client, folder } = bench()
    await expect(client.pull('shows/hero', folder)).rejects.toThrow(
      expect.objectContaining({ code: 'not-found', connection: 'store', operation: 'pull' }),
    )
    await expect(Array.fromAsync(client.search('nokey:x'))).rejects.toThrow(
      expect.objectContaining({ connection: 'store', operation: 'search' }),
    )
  })
})
