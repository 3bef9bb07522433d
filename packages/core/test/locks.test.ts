import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createLocks } from '../src/host/machine/locks.ts'
import { startChild } from './support/child.ts'
import { temporaryFolder } from './support/temporary.ts'

describe('a lock', () => {
  test('lets callers of one process in one after the other, in order', async () => {
    const locks = createLocks(temporaryFolder())
    const seen: string[] = []
    const work = (name: string) => async () => {
      seen.push(`${name} in`)
      await new Promise(resolve => setImmediate(resolve))
      seen.push(`${name} out`)
    }
    await Promise.all(['a', 'b', 'c'].map(name => locks.exclusive('one', work(name))))
    expect(seen).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out'])
  })

  test('also excludes another Locks of the same folder in the same process', async () => {
    const folder = temporaryFolder()
    await createLocks(folder).exclusive('one', async () => {
      await expect(createLocks(folder).exclusive('one', async () => 'in', { waitMs: 20 })).rejects.toMatchObject({ code: 'unavailable' })
    })
  })

  test('is kept from other processes also after another Locks of this process has tried it', async () => {
    const folder = temporaryFolder()
    await createLocks(folder).exclusive('one', async () => {
      await expect(createLocks(folder).exclusive('one', async () => 'in', { waitMs: 1 })).rejects.toMatchObject({ code: 'unavailable' })
      expect(await startChild('try-lock.ts', [folder, 'one']).line()).toBe('held')
    })
    expect(await startChild('try-lock.ts', [folder, 'one']).line()).toBe('taken')
  })

  test('leaves other names free', async () => {
    const locks = createLocks(temporaryFolder())
    const result = await locks.exclusive('one', () => locks.exclusive('two', async () => 'both'))
    expect(result).toBe('both')
  })

  test('passes on what the work returns and throws, and is free after both', async () => {
    const locks = createLocks(temporaryFolder())
    await expect(locks.exclusive('one', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await expect(locks.exclusive('one', async () => 7)).resolves.toBe(7)
  })

  test('counts right when three processes use it at once', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'count')
    writeFileSync(file, '0')
    const children = [1, 2, 3].map(() => startChild('count-under-lock.ts', [folder, file, '30']))
    await Promise.all(children.map(child => child.ended()))
    expect(readFileSync(file, 'utf8')).toBe('90')
  })

  test('is freed by the kernel when its process is killed', async () => {
    const folder = temporaryFolder()
    const child = startChild('hold-lock.ts', [folder, 'one'])
    expect(await child.line()).toBe('held')
    const locks = createLocks(folder)
    await expect(locks.exclusive('one', async () => 'in', { waitMs: 20 })).rejects.toMatchObject({ code: 'unavailable' })
    const waiting = locks.exclusive('one', async () => 'in')
    child.process.kill('SIGKILL')
    await expect(waiting).resolves.toBe('in')
  })

  test('stops waiting with the reason of the signal, whether a process or a caller of our own holds it', async () => {
    const folder = temporaryFolder()
    const locks = createLocks(folder)
    await startChild('hold-lock.ts', [folder, 'one']).line()
    for (const abort of [new AbortController(), new AbortController()]) {
      const first = locks.exclusive('one', async () => 'in', { signal: abort.signal })
      const second = locks.exclusive('one', async () => 'in', { signal: abort.signal })
      abort.abort(new Error('enough'))
      await expect(first).rejects.toThrow('enough')
      await expect(second).rejects.toThrow('enough')
    }
  })

  test('tells once which lock another process holds, and goes on waiting until the signal ends it', async () => {
    const folder = temporaryFolder()
    await startChild('hold-lock.ts', [folder, 'pull /data']).line()
    const told: string[] = []
    const locks = createLocks(folder, { noticeMs: 0, onWait: message => told.push(message) })
    const tooLong = { code: 'unavailable', hint: expect.stringContaining('Wait for it to finish') }
    await expect(locks.exclusive('pull /data', async () => 'in', { waitMs: 400 })).rejects.toMatchObject(tooLong)
    expect(told).toEqual(['waiting for another fairlead process that holds the lock "pull /data"'])

    const abort = new AbortController()
    const waiting = locks.exclusive('pull /data', async () => 'in', {
      signal: abort.signal,
      onWait: () => abort.abort(new Error('enough')),
    })
    await expect(waiting).rejects.toThrow('enough')
    expect(told).toHaveLength(1)
  })

  test('tells nothing when no other process is in the way', async () => {
    const told: string[] = []
    const locks = createLocks(temporaryFolder(), { noticeMs: 0, onWait: message => told.push(message) })
    await Promise.all([1, 2, 3].map(() => locks.exclusive('one', () => new Promise(resolve => setImmediate(resolve)))))
    expect(told).toEqual([])
  })

  test('is not skipped by a caller behind one that gave up', async () => {
    const locks = createLocks(temporaryFolder())
    const release = Promise.withResolvers<void>()
    const first = locks.exclusive('one', () => release.promise)
    const second = locks.exclusive('one', async () => 'second', { waitMs: 1 })
    let third = false
    const last = locks.exclusive('one', async () => {
      third = true
    })
    await expect(second).rejects.toMatchObject({ code: 'unavailable' })
    expect(third).toBe(false)
    release.resolve()
    await Promise.all([first, last])
    expect(third).toBe(true)
  })

  test('takes any name, and keeps names apart that look alike as files', async () => {
    const folder = temporaryFolder()
    const locks = createLocks(folder)
    const names = ['a/b', 'a_b', 'A', 'a', '../up', 'x'.repeat(300), '']
    const nest = (rest: readonly string[]): Promise<number> => {
      const [name, ...more] = rest
      return name === undefined ? Promise.resolve(readdirSync(folder).length) : locks.exclusive(name, () => nest(more), { waitMs: 5000 })
    }
    expect(await nest(names)).toBe(names.length)
    expect(readdirSync(folder).every(file => file.endsWith('.lock'))).toBe(true)
  })

  test('keeps its files to this account', async () => {
    const folder = temporaryFolder()
    await createLocks(folder).exclusive('one', async () => undefined)
    expect(statSync(join(folder, 'one.lock')).mode & 0o777).toBe(0o600)
  })

  test('says where it lies when its folder can not be written', async () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    await expect(createLocks(join(file, 'locks')).exclusive('one', async () => undefined)).rejects.toMatchObject({ code: 'config-invalid' })
  })
})
