import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { bytesSource, createHttp } from '@fairlead/core'
import type { Client } from '@fairlead/core/host'
import { expectError, type AzureServer } from '@fairlead/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authority, identityEndpoint, serverWithLogins, type IdentityEndpoint } from './identity.ts'
import { openAt } from './support.ts'

let server: AzureServer
let home: string
let identity: IdentityEndpoint

beforeAll(async () => {
  server = await serverWithLogins()
  home = mkdtempSync(join(tmpdir(), 'fairlead-azure-'))
  identity = await identityEndpoint(3600)
})

afterAll(async () => {
  identity[Symbol.dispose]()
  await server[Symbol.asyncDispose]()
  rmSync(home, { recursive: true, force: true })
})

async function loggedIn(): Promise<Client> {
  const settings = { endpoint: server.url.href, container: 'fairlead', 'azure-ad': true, 'part-size': 64 * 1024 }
  return await openAt(home, settings, { FAIRLEAD_CA_FILE: authority })
}

describe('a login of Azure AD', () => {
  test('reads, writes, copies and deletes, also in parts and in batches', async () => {
    await using client = await loggedIn()
    await client.write('small', bytesSource('hello'))
    await client.write('big', bytesSource(new Uint8Array(300_000)))
    await client.copy('small', 'copy')
    expect(Buffer.from((await client.readBytes('copy')).bytes).toString()).toBe('hello')
    await client.delete(['big', 'copy', ...Array.from({ length: 10 }, (_, index) => `none/${index}`)])
    expect((await Array.fromAsync(client.list(''))).map(({ path }) => path)).toEqual(['small'])
  })

  test('is shared by connections while it lasts', async () => {
    await using one = await loggedIn()
    await one.write('small', bytesSource('hello'))
    const before = identity.logins
    await using other = await loggedIn()
    expect((await other.stat('small')).size).toBe(5)
    expect(identity.logins).toBe(before)
  })

  test('signs links with a key that the service lends to it, for a week at most', async () => {
    await using client = await loggedIn()
    await client.write('small', bytesSource('hello'))
    const [made] = await client.share(':/small', { expiresInSeconds: 600 })
    expect(made?.url.searchParams.get('skoid')).toBe('11111111-2222-3333-4444-555555555555')
    using http = createHttp({ ca: [readFileSync(authority, 'utf8')] })
    expect(await (await http.request({ url: made?.url ?? '' })).text()).toBe('hello')
    await expectError(client.share(':/small', { expiresInSeconds: 8 * 24 * 3600 }), 'input-invalid')
  })

  test('is renewed where the service does not take its token any more', async () => {
    await using client = await loggedIn()
    expect(client.connection.doRefresh).toBeTypeOf('function')
    const cause = await expectError(client.stat('nothing'), 'not-found')
    await client.connection.doRefresh?.(cause)
    await expectError(client.stat('nothing'), 'not-found')
  })
})

/** Connects in a process without any login, and says how that failed. */
async function elsewhere(...flags: readonly string[]): Promise<string> {
  const script = `
    import { createClient } from '@fairlead/core/host'
    import { azure } from '${new URL('../src/index.ts', import.meta.url).href}'
    const [home, endpoint] = process.argv.slice(1)
    const client = await createClient(azure, { endpoint, container: 'fairlead', 'azure-ad': true }, { env: { HOME: home, FAIRLEAD_HOME: home, FAIRLEAD_SECRETS: 'file' } })
    await client.stat('x').catch(error => console.log(error.code, error.message, error.hint))
    process.exit()`
  const folder = mkdtempSync(join(home, 'none-'))
  const args = ['--conditions=@fairlead/source', ...flags, '--input-type=module', '-e', script, folder, server.url.href]
  const child = spawn(process.execPath, args, {
    cwd: import.meta.dirname,
    env: { PATH: '/nowhere', HOME: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return await text(child.stdout)
}

test('where nobody is logged in, says how to', async () => {
  expect(await elsewhere()).toMatch(/^config-invalid no login of Azure AD was found: .*az login/)
})

test('without its package, says how to install it', async () => {
  const hook = `
    import { registerHooks } from 'node:module'
    registerHooks({ resolve(name, context, next) {
      if (name === '@azure/identity') throw Object.assign(new Error('not here'), { code: 'ERR_MODULE_NOT_FOUND' })
      return next(name, context)
    } })`
  const said = await elsewhere('--import', `data:text/javascript,${encodeURIComponent(hook)}`)
  expect(said).toMatch(/^config-invalid .*not installed.*npm install @azure\/identity/)
})
