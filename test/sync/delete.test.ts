import { mkdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bytesSource, FairleadError } from '@fairlead/core'
import { failure, ground, objectsBelow, synced } from './ground.ts'

describe('deleting', () => {
  it('is refused above half of DEST, and says how to go on', async () => {
    await using here = await ground()
    const names = Array.from({ length: 30 }, (_, index) => `f${index}`)
    await synced(here.fairlead, here.write('before', Object.fromEntries(names.map(name => [name, name]))), 'box:/x')
    const source = here.write('source', { f0: 'f0', new: 'new' })
    const error = await failure(here.fairlead.sync(source, 'box:/x', { delete: true }))
    expect(error.code).toBe('precondition-failed')
    expect(error.message).toContain('29 of the 30 objects')
    expect(error.hint).toContain('--max-delete 29')
    expect(Object.keys(await objectsBelow(here.fairlead, 'box', 'x'))).not.toContain('new')
    expect(await synced(here.fairlead, source, 'box:/x', { delete: true, maxDelete: { objects: 29 } })).toMatchObject({
      totals: { deleted: 29 },
    })
  })

  it('obeys a share of DEST', async () => {
    await using here = await ground()
    here.write('dest', { a: '', b: '', c: '', d: '' })
    const source = here.write('source', { a: '' })
    expect((await failure(here.fairlead.sync(source, here.path('dest'), { delete: true, maxDelete: { percent: 74 } }))).message).toContain(
      'at most 2',
    )
    expect(await synced(here.fairlead, source, here.path('dest'), { delete: true, maxDelete: { percent: 75 } })).toMatchObject({
      totals: { deleted: 3 },
    })
  })

  it('is refused for an empty SOURCE, unless that is said', async () => {
    await using here = await ground()
    mkdirSync(here.path('source'))
    here.write('dest', { a: 'a' })
    const error = await failure(here.fairlead.sync(here.path('source'), here.path('dest'), { delete: true }))
    expect(error.hint).toContain('--allow-empty-source')
    expect(await synced(here.fairlead, here.path('source'), here.path('dest'), { delete: true, allowEmptySource: true })).toMatchObject({
      totals: { deleted: 1 },
    })
    expect(here.read('dest')).toEqual({})
  })

  it('does nothing where SOURCE is not there', async () => {
    await using here = await ground()
    here.write('dest', { a: 'a' })
    expect((await failure(here.fairlead.sync(here.path('nowhere'), here.path('dest'), { delete: true }))).code).toBe('not-found')
    expect(here.read('dest')).toEqual({ a: 'a' })
  })

  it('waits until everything is copied: one failure, and nothing goes', async () => {
    await using here = await ground()
    await synced(here.fairlead, here.write('before', { a: 'a', old: 'old' }), 'bucket:/x')
    const source = here.write('source', { a: 'a', bad: 'bad', good: 'good' })
    here.before = (operation, path) => {
      if (operation === 'write' && path === 'x/bad') throw new FairleadError('permission-denied', 'not you')
    }
    const result = await synced(here.fairlead, source, 'bucket:/x', { delete: true })
    expect(result).toMatchObject({ failed: 1, totals: { added: 1, deleted: 0 }, keptBecause: '1 object was not copied' })
    expect(Object.keys(await objectsBelow(here.fairlead, 'bucket', 'x'))).toEqual(['a', 'good', 'old'])
  })

  it('leaves what the filter leaves out, or takes it too when that is said', async () => {
    await using here = await ground()
    const source = here.write('source', { 'a.txt': 'a' })
    here.write('dest', { 'b.txt': 'b', 'c.log': 'c', 'logs/d': 'd' })
    const filter = {
      rules: [
        { take: false, pattern: '*.log' },
        { take: false, pattern: 'logs/' },
      ],
    }
    await synced(here.fairlead, source, here.path('dest'), { delete: true, filter })
    expect(Object.keys(here.read('dest'))).toEqual(['a.txt', 'c.log', 'logs/d'])
    await synced(here.fairlead, source, here.path('dest'), { delete: true, filter, deleteExcluded: true })
    expect(Object.keys(here.read('dest'))).toEqual(['a.txt'])
  })

  it('leaves what SOURCE has in a size that the filter leaves out', async () => {
    await using here = await ground()
    const source = here.write('source', { big: 'much too big', small: 's' })
    here.write('dest', { big: 'big', old: 'o' })
    await synced(here.fairlead, source, here.path('dest'), { delete: true, filter: { maxBytes: 5 } })
    expect(here.read('dest')).toEqual({ big: 'big', small: 's' })
  })

  it('leaves an object that somebody replaced meanwhile', async () => {
    await using here = await ground()
    await synced(here.fairlead, here.write('before', { a: 'a', old: 'old' }), 'bucket:/x')
    const source = here.write('source', { a: 'a', new: 'new' })
    await using client = await here.fairlead.connect('bucket')
    here.before = async (operation, path) => {
      if (operation !== 'write' || path !== 'x/new') return
      here.before = () => undefined
      await client.write('x/old', bytesSource('somebody else wrote this'))
    }
    const result = await synced(here.fairlead, source, 'bucket:/x', { delete: true })
    expect(result).toMatchObject({ conflicts: 1, totals: { added: 1, deleted: 0 } })
    expect(await objectsBelow(here.fairlead, 'bucket', 'x')).toEqual({ a: 'a', new: 'new', old: 'somebody else wrote this' })
  })
})
