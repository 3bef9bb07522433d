import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openJournal, unfinishedTransfers } from '../../src/host/uploads/journal.ts'
import { forgetGoneUploads, settleUploads } from '../../src/host/uploads/settle-uploads.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { objectsIn } from './harness.ts'

/** A client whose journal knows two uploads: the service holds something of the first only. */
function bench() {
  const folder = temporaryFolder()
  const client = objectsIn(folder)
  using journal = openJournal(client.state)
  for (const path of ['held', 'gone']) {
    const key = { identity: client.runtime.identity, connection: 'test', path, size: 9, fingerprint: 'f', attributes: '' }
    journal.begin(path, key, 4, { id: path })
  }
  mkdirSync(join(folder, 'store/uploads/held'), { recursive: true })
  const left = () => unfinishedTransfers(client.state).map(({ path }) => path)
  return { ...client, left }
}

describe('an upload that nobody goes on with', () => {
  test('is put away when its object is there whole', async () => {
    const { runtime, store, left } = bench()
    await settleUploads(runtime, ['held', 'another'], {})
    expect(left()).toEqual(['gone'])
    expect(store.asked('abort')).toHaveLength(1)
  })

  test('is forgotten when the service does not know it any more', async () => {
    const { runtime, store, left } = bench()
    await forgetGoneUploads(runtime, {})
    expect(left()).toEqual(['held'])
    expect(store.asked('abort')).toEqual([])
  })
})
