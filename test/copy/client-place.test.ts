import { bytesSource } from '@fairlead/core'
import { clientPlace } from '@fairlead/core/host'
import { memory, memorySequential } from '@fairlead/testkit'
import { describe, expect, test } from 'vitest'
import { inOrder, memoryClient, pathsOf } from './support.ts'

const tree = ['a', 'a-b/x', 'a.b', 'ab/c', 'ab.c', 'Z', 'ä/ö', '\uff5e', '😀/b', 'x y']

describe('the place of a client', () => {
  test.each([
    ['ordered', memory],
    ['without an order, that quotes', memorySequential],
  ] as const)('lists a store that is %s in the order of the bytes of their paths', async (_name, plugin) => {
    const client = await memoryClient(plugin)
    const paths = [...tree, 'q:1', 'q-2', 'q@3', 'con/4', 'c/5', 'd\u0001e', 'd\u0002', 'd'].filter(
      path => !(plugin !== memory && path === 'ab/c'),
    )
    for (const path of paths) await client.write(`top/${path}`, bytesSource(path))
    await client.write('other', bytesSource(''))
    const place = clientPlace(client, 'top')
    expect(await pathsOf(place)).toEqual(inOrder(paths))
    expect(await place.stat('q:1')).toMatchObject({ path: 'q:1', size: 3 })
    expect(await place.stat('nothing')).toBeUndefined()
  })

  test('says of an object, a prefix, the root and nothing what they are', async () => {
    const client = await memoryClient()
    await client.write('a/b', bytesSource('x'))
    expect(await clientPlace(client, 'a/b').look()).toMatchObject({ kind: 'item', item: { path: 'b', size: 1 }, parent: { prefix: 'a' } })
    expect(await clientPlace(client, 'a').look()).toEqual({ kind: 'folder' })
    expect(await clientPlace(client, '').look()).toEqual({ kind: 'folder' })
    expect(await clientPlace(client, 'c').look()).toBeUndefined()
  })
})
