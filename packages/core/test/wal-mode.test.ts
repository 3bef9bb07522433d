import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)
const script = `
  import { DatabaseSync } from 'node:sqlite'
  const { useWriteAheadLog } = await import(process.argv[1])
  for (let index = 0; index < 40; index++) {
    const database = new DatabaseSync(process.argv[2] + '/' + index + '.sqlite', { timeout: 10_000 })
    useWriteAheadLog(database)
    database.exec('BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS t (a); COMMIT')
    database.close()
  }`

it('processes that make the same databases at once wait for each other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-wal-'))
  try {
    const module = new URL('../src/host/machine/wal-mode.ts', import.meta.url).href
    const ended = await Promise.allSettled(
      Array.from({ length: 4 }, () => run(process.execPath, ['--input-type=module', '-e', script, module, folder])),
    )
    expect(ended.filter(({ status }) => status === 'rejected')).toEqual([])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
