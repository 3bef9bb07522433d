import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@fairlead/core/host'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { shelf } from '../src/index.ts'
import { startFake, type FakeServer } from './fake/server.ts'

const home = mkdtempSync(join(tmpdir(), 'shelf-'))
let server: FakeServer
beforeAll(async () => {
  server = await startFake()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  rmSync(home, { recursive: true, force: true })
})

/** Whose account it is, by these credentials. */
async function account(settings: FakeServer['settings']): Promise<string | undefined> {
  const env = { HOME: home, FAIRLEAD_HOME: home, FAIRLEAD_SECRETS: 'file' }
  await using client = await createClient(shelf, { url: server.url, ...settings }, { env })
  return await client.account()
}

test('the credentials say whose account it is', async () => {
  expect(await account(server.settings)).toBeTruthy()
})

// @if !none
test('wrong credentials are refused as unauthenticated', async () => {
  const wrong = Object.assign({ ...server.settings }, Object.fromEntries(Object.keys(server.settings).map(name => [name, 'wrong'])))
  await expect(account(wrong)).rejects.toMatchObject({ code: 'unauthenticated' })
})
// @end
