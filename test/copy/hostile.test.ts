import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@fairlead/core/host'
import { describe, expect, test } from 'vitest'
import { serviceClient } from './hostile-client.ts'
import { contentOf, copyAs, temporaryFolder } from './support.ts'

const evil = ['../evil', '/evil', 'a/../../evil', '..', '.', 'a//evil', 'a/', 'nul\0evil', './evil', 'a/..', '\ud800']

async function copied(
  paths: readonly string[],
): Promise<{ readonly outside: Record<string, string>; readonly inside: Record<string, string>; readonly failed: number }> {
  const folder = temporaryFolder()
  const inside = join(folder, 'deep/er/inside')
  mkdirSync(inside, { recursive: true })
  const plugin = serviceClient({ pages: () => [paths], body: Buffer.from('body') })
  await using client = await createClient(plugin, {}, { env: { FAIRLEAD_HOME: temporaryFolder() } })
  const { result } = await copyAs({ m: client }, 'm:/', `${inside}/`)
  const all = contentOf(folder)
  const within = (path: string): boolean => path.startsWith('deep/er/inside/')
  return {
    outside: Object.fromEntries(Object.entries(all).filter(([path]) => !within(path))),
    inside: Object.fromEntries(Object.entries(all).filter(([path]) => within(path))),
    failed: result.failed,
  }
}

describe('a service that lists what it likes', () => {
  test('writes nothing outside of the destination, and does not keep the others from being copied', async () => {
    const { outside, inside, failed } = await copied([...evil, 'good', 'a/good'])
    expect(outside).toEqual({})
    expect(inside).toEqual({ 'deep/er/inside/good': 'body', 'deep/er/inside/a/good': 'body' })
    expect(failed).toBe(evil.length)
    expect(existsSync('/evil')).toBe(false)
  })

  test('can not do it with any other name either', async () => {
    const parts = ['..', '.', '', 'a', '%2e%2e', '..\\', '\\', '~', '...', '.. ', 'c:', '\n']
    const names = parts.flatMap(one => parts.flatMap(two => parts.map(three => `${one}/${two}/${three}`)))
    const { outside, inside } = await copied(names)
    expect(outside).toEqual({})
    expect(Object.keys(inside).length).toBeGreaterThan(100)
  })
})
