import type { AnyPlugin, ApiConnection } from '@fairlead/core'
import { describe, expect, test } from 'vitest'
import { findUnwritten, startWritten, unwrittenText } from '../src/conformance/start-written.ts'
import { memory, memoryReadOnly, memorySequential } from '../src/index.ts'
import { memorySetup } from './setups.ts'

const setup = memorySetup({ plugin: 'memory' })
const sequential = memorySetup({ plugin: 'memorySequential' })

/** The plugin with methods that nobody has written. */
function lacking(plugin: AnyPlugin, ...methods: ReadonlyArray<keyof ApiConnection>): AnyPlugin {
  return {
    ...plugin,
    async connect(init) {
      const connection = await plugin.connect(init)
      for (const method of methods) Object.defineProperty(connection, method, { value: undefined })
      return connection
    },
  }
}

describe('a client that is being written', () => {
  test.each([
    ['doList', memory, setup],
    ['doStat', memory, setup],
    ['doRead', memory, setup],
    ['doWrite', memory, setup],
    ['doRemove', memory, setup],
    ['doRemoveAll', memory, setup],
    ['doUploadPart', memory, setup],
    ['doShare', memory, setup],
    ['doListShares', memory, setup],
    ['doRevokeShare', memory, setup],
    ['doOpenShare', memorySequential, sequential],
  ] as const)('is told that %s is missing, and its rest can be tested', async (method, plugin, on) => {
    const { bench, unwritten, manifest } = await startWritten(lacking(plugin, method), on)
    await bench[Symbol.asyncDispose]()
    expect(unwritten).toEqual([method])
    expect(manifest.capabilities).not.toEqual(plugin.manifest.capabilities)
  })

  test('is told of all that is missing at once', async () => {
    const unwritten = await findUnwritten(lacking(memory, 'doRead', 'doStat', 'doShare', 'doListShares', 'doRevokeShare'), setup)
    expect(unwritten).toEqual(['doStat', 'doRead', 'doShare', 'doListShares', 'doRevokeShare'])
    expect(unwrittenText(unwritten)).toContain('write them in src/connection.ts')
  })

  test('that lacks nothing is tested whole', async () => {
    const { bench, unwritten, manifest } = await startWritten(memory, setup)
    await bench[Symbol.asyncDispose]()
    expect(unwritten).toEqual([])
    expect(manifest).toBe(memory.manifest)
  })

  test('fails whole where the reason is another one', async () => {
    const broken: AnyPlugin = { ...memoryReadOnly, connect: memory.connect }
    await expect(startWritten(broken, memorySetup({ plugin: 'memoryReadOnly' }))).rejects.toMatchObject({ code: 'plugin-invalid' })
  })
})
