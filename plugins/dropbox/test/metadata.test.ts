import { bytesSource } from '@fairlead/core'
import { expectError } from '@fairlead/testkit'
import { describe, expect, test } from 'vitest'
import { callsOf, collect, startPlace, temporaryFolder } from './support.ts'

describe('metadata', () => {
  test('lies in a property group of a template that is made when it is first needed', async () => {
    const place = await startPlace()
    const client = await place.connect()
    await client.write('plain.txt', bytesSource('x'))
    expect(place.server.account.templates.size).toBe(0)
    await client.write('noted.txt', bytesSource('x'), { metadata: { note: 'größer 漢 🙂', 'any key: at all': '' } })
    await client.write('typed.txt', bytesSource('x'), { contentType: 'text/x-note' })
    expect(place.server.account.templates.size).toBe(1)
    expect((await client.stat('noted.txt')).metadata).toEqual({ note: 'größer 漢 🙂', 'any key: at all': '' })
    expect((await client.stat('typed.txt')).contentType).toBe('text/x-note')
    const listed = await collect(client.list(''))
    expect(listed.find(({ path }) => path === 'noted.txt')?.metadata).toEqual({ note: 'größer 漢 🙂', 'any key: at all': '' })
  })

  test('goes when a file is replaced by one without', async () => {
    const client = await (await startPlace()).connect()
    await client.write('file', bytesSource('one'), { metadata: { note: 'old' } })
    await client.write('file', bytesSource('two'))
    expect((await client.stat('file')).metadata).toBeUndefined()
  })

  test('is seen by other processes, which share the one template', async () => {
    const place = await startPlace()
    const [one, other] = [await place.connect(), await place.connect()]
    await one.write('a', bytesSource('a'), { metadata: { by: 'one' } })
    await other.write('b', bytesSource('b'), { metadata: { by: 'other' } })
    expect(place.server.account.templates.size).toBe(1)
    expect([(await one.stat('b')).metadata, (await other.stat('a')).metadata]).toEqual([{ by: 'other' }, { by: 'one' }])
  })

  test('asks for templates once, and a new process of the same home not at all', async () => {
    const place = await startPlace()
    const home = temporaryFolder()
    const options = { env: { FAIRLEAD_HOME: home } }
    const first = await place.connect({}, options)
    for (const name of ['a', 'b', 'c']) await first.write(name, bytesSource(name), { metadata: { name } })
    const from = place.proxy.requests.length
    const second = await place.connect({}, options)
    expect((await second.stat('c')).metadata).toEqual({ name: 'c' })
    expect(callsOf(place, 'file_properties/templates/list_for_user', from)).toBe(0)
    expect(callsOf(place, 'file_properties/templates/list_for_user')).toBe(1)
  })

  test('is written again when somebody removed the template', async () => {
    const { server, connect } = await startPlace()
    const client = await connect()
    await client.write('a', bytesSource('a'), { metadata: { note: 'a' } })
    for (const id of server.account.templates.keys()) server.account.removeTemplate(id)
    expect((await client.stat('a')).metadata).toBeUndefined()
    await client.write('b', bytesSource('b'), { metadata: { note: 'b' } })
    expect((await client.stat('b')).metadata).toEqual({ note: 'b' })
  })

  test('can be left out, and is refused then before any request', async () => {
    const place = await startPlace()
    const client = await place.connect({ properties: false })
    await expectError(client.write('a', bytesSource('a'), { metadata: { note: 'a' } }), 'unsupported')
    await client.write('a', bytesSource('a'), { contentType: 'text/x-note' })
    expect(place.proxy.requests.some(({ path }) => path.includes('file_properties'))).toBe(false)
  })
})
