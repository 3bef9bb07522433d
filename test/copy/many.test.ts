import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from './support.ts'

test('100,000 small objects are copied in bounded memory', () => {
  const words = ['--conditions=@fairlead/source', join(import.meta.dirname, 'many-child.ts'), '100000']
  const told = execFileSync(process.execPath, words, { encoding: 'utf8', env: { ...process.env, FAIRLEAD_HOME: temporaryFolder() } })
  const { sent, failed, peakBytes }: { sent: number; failed: number; peakBytes: number } = JSON.parse(told)
  expect({ sent, failed }).toEqual({ sent: 100_000, failed: 0 })
  expect(peakBytes).toBeLessThan(300 * 1024 ** 2)
})
