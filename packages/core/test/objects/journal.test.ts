import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { fileSource } from '../../src/host/objects/local-file.ts'
import { forgetTransfer, unfinishedTransfers } from '../../src/host/uploads/journal.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { full } from './folder-store.ts'
import { objectsIn, pattern, sha256 } from './harness.ts'
import { abortAt, fileIn, partBytes, size, stored } from './parts-ground.ts'

describe('the journal', () => {
  async function interrupted(): Promise<{ readonly folder: string; readonly state: string }> {
    const folder = temporaryFolder()
    const stop = new AbortController()
    const { objects, state } = objectsIn(folder, full, abortAt(4, stop))
    await expect(objects.write('big', fileSource(fileIn(folder, pattern(size))), { signal: stop.signal })).rejects.toThrow('enough')
    return { folder, state }
  }

  test('is readable by its owner only, and shows no upload state', async () => {
    const { state } = await interrupted()
    expect(statSync(join(state, 'journal.sqlite')).mode & 0o777).toBe(0o600)
    for (const suffix of ['-wal', '-shm']) {
      const side = join(state, `journal.sqlite${suffix}`)
      if (existsSync(side)) expect(statSync(side).mode & 0o777).toBe(0o600)
    }
    expect(JSON.stringify(unfinishedTransfers(state))).not.toContain('state-secret')
  })

  test('forgets a transfer, and the next one starts over', async () => {
    const { folder, state } = await interrupted()
    for (const { id } of unfinishedTransfers(state)) forgetTransfer(state, id)
    expect(unfinishedTransfers(state)).toEqual([])
    const { store, objects } = objectsIn(folder)
    await objects.write('big', fileSource(join(folder, 'source')))
    expect(store.asked('part')).toHaveLength(6)
  })

  test('refuses one that a newer version wrote', async () => {
    const { state } = await interrupted()
    const database = new DatabaseSync(join(state, 'journal.sqlite'))
    database.exec('PRAGMA user_version = 99')
    database.close()
    expect(() => unfinishedTransfers(state)).toThrow(expect.objectContaining({ code: 'config-invalid' }))
  })
})

describe('an upload whose process is killed', () => {
  test.each(['any', 'sequential'])('sends only what is missing when it is run again (order %s)', async order => {
    const folder = temporaryFolder()
    const file = fileIn(folder, pattern(size))
    const run = (pauseAfter: number) =>
      spawn(
        process.execPath,
        ['--conditions=@fairlead/source', join(import.meta.dirname, 'upload-child.ts'), folder, file, 'big', order, String(pauseAfter)],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      )

    for (const pauseAfter of [2, 1]) {
      const child = run(pauseAfter)
      for await (const line of createInterface({ input: child.stdout })) if (line === `part ${pauseAfter}`) break
      child.kill('SIGKILL')
      await once(child, 'close')
    }
    const received = join(folder, 'store', 'received')
    const before = readFileSync(received, 'utf8').trim().split('\n').length
    const last = run(1000)
    const [code] = await once(last, 'exit')
    expect(code).toBe(0)
    const { store, state } = objectsIn(folder)
    expect(stored(store)).toBe(sha256(pattern(size)))
    const parts = readFileSync(received, 'utf8')
      .trim()
      .split('\n')
      .slice(before)
      .map(line => Number(line.split(' ')[1]))
    const rest = parts.reduce((sum, bytes) => sum + bytes, 0)
    expect(rest).toBeLessThanOrEqual(size - 3 * partBytes)
    expect(unfinishedTransfers(state)).toEqual([])
  })
})
