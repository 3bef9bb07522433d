import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parseArguments } from '../src/arguments.ts'
import type { Choices } from '../src/choices.ts'
import { settle, type Questions } from '../src/settle.ts'

const folder = mkdtempSync(join(tmpdir(), 'create-client-settle-'))
const workspace = join(folder, 'workspace')
mkdirSync(join(workspace, 'plugins'), { recursive: true })
writeFileSync(join(workspace, 'package.json'), '{"name": "fairlead-workspace"}')
writeFileSync(join(workspace, 'pnpm-workspace.yaml'), '')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const settled = (line: string, at: { folder?: string; env?: Record<string, string>; questions?: Questions } = {}): Promise<Choices> =>
  settle(parseArguments(line.split(' ').filter(word => word !== '')), { folder: at.folder ?? folder, env: at.env ?? {} }, at.questions)

describe('without questions', () => {
  test('all but the name has its default', async () => {
    expect(await settled('--scheme acme')).toEqual({
      name: 'fairlead-client-acme',
      scheme: 'acme',
      title: 'Acme',
      directory: join(folder, 'fairlead-client-acme'),
      auth: 'api-key',
      capabilities: [],
      packageManager: 'npm',
    })
  })

  test('the name comes from that of the package or of the folder', async () => {
    expect(await settled('--name @me/fairlead-client-acme')).toMatchObject({
      scheme: 'acme',
      directory: join(folder, 'fairlead-client-acme'),
    })
    expect(await settled('some/where/acme')).toMatchObject({
      scheme: 'acme',
      name: 'fairlead-client-acme',
      directory: join(folder, 'some/where/acme'),
    })
  })

  test('nothing to call it by is refused with the flag to give', async () => {
    await expect(settled('')).rejects.toMatchObject({ hint: 'Give it with --scheme NAME.' })
  })

  test('the package manager is the one that runs this', async () => {
    expect(await settled('a', { env: { npm_config_user_agent: 'pnpm/11.28.10 npm/? node/v24.15.0' } })).toMatchObject({
      packageManager: 'pnpm',
    })
    expect(await settled('a', { env: { npm_config_user_agent: 'bun/1.3' } })).toMatchObject({ packageManager: 'npm' })
  })

  test("in Fairlead's own workspace it becomes one of its plugins", async () => {
    for (const at of [workspace, join(workspace, 'plugins')])
      expect(await settled('--scheme acme', { folder: at })).toMatchObject({
        name: '@fairlead/client-acme',
        directory: join(workspace, 'plugins', 'acme'),
      })
    // Somebody else's folder, whose package.json can't be read, is none.
    const odd = join(folder, 'odd')
    mkdirSync(join(odd, 'package.json'), { recursive: true })
    writeFileSync(join(odd, 'pnpm-workspace.yaml'), '')
    expect(await settled('--scheme acme', { folder: odd })).toMatchObject({ name: 'fairlead-client-acme' })
    expect(await settled('../elsewhere --scheme acme', { folder: workspace })).toMatchObject({ name: 'fairlead-client-acme' })
  })
})

test('at a terminal each open choice is asked for once, with its default, and none that is given', async () => {
  const asked: string[] = []
  const questions: Questions = {
    text: async (message, initial, check) => {
      asked.push(`${message} ${initial}`)
      return check(initial === '' ? 'acme' : initial)
    },
    auth: async initial => (asked.push(`auth ${initial}`), 'basic'),
    capabilities: async () => (asked.push('capabilities'), ['write']),
    packageManager: async initial => (asked.push(`manager ${initial}`), 'yarn'),
  }
  expect(await settled('', { questions })).toMatchObject({ scheme: 'acme', auth: 'basic', capabilities: ['write'], packageManager: 'yarn' })
  expect(asked).toEqual([
    'What is the name of the client? It comes before :// ',
    'What do people call the service? Acme',
    'What is the npm package called? fairlead-client-acme',
    'Into which folder? fairlead-client-acme',
    'auth api-key',
    'capabilities',
    'manager npm',
  ])
  asked.length = 0
  await settled('--scheme a --title A --name a --directory a --auth none --capabilities none --package-manager npm', { questions })
  expect(asked).toEqual([])
})
