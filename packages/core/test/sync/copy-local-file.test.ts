import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { copyLocalFile } from '../../src/host/sync/copy-local-file.ts'
import { temporaryFolder } from '../support/temporary.ts'

describe('a file that is copied on this machine', () => {
  test('has the content and the time of the other one', async () => {
    const folder = temporaryFolder()
    const [from, to] = [join(folder, 'from'), join(folder, 'deep', 'to')]
    writeFileSync(from, 'text')
    utimesSync(from, 1_500_000_000, 1_500_000_000)
    await copyLocalFile(from, to, false, undefined)
    expect(readFileSync(to, 'utf8')).toBe('text')
    expect(statSync(to).mtimeMs).toBe(1_500_000_000_000)
  })

  test('leaves what another sync put there meanwhile, and says how to go on', async () => {
    const folder = temporaryFolder()
    const [from, to] = [join(folder, 'from'), join(folder, 'to')]
    writeFileSync(from, 'mine')
    writeFileSync(to, 'theirs')
    await expect(copyLocalFile(from, to, false, undefined)).rejects.toMatchObject({
      code: 'precondition-failed',
      hint: expect.stringContaining('Sync again'),
    })
    expect(readFileSync(to, 'utf8')).toBe('theirs')
    expect(readdirSync(folder).toSorted()).toEqual(['from', 'to'])
  })

  test('takes no folder away', async () => {
    const folder = temporaryFolder()
    const [from, to] = [join(folder, 'from'), join(folder, 'to')]
    writeFileSync(from, 'mine')
    mkdirSync(to)
    for (const force of [false, true])
      await expect(copyLocalFile(from, to, force, undefined)).rejects.toMatchObject({
        code: 'already-exists',
        hint: expect.stringContaining('--exclude'),
      })
  })
})
