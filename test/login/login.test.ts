import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
// @boundaries-ignore The command line is run as its own tests run it.
import { built } from '../../packages/cli/test/support/build.ts'
// @boundaries-ignore The provider of core's own tests.
import { person } from '../../packages/core/test/login/support/person.ts'
// @boundaries-ignore The same.
import { startProvider } from '../../packages/core/test/login/support/provider.ts'
import { leaveOut } from '../stores/support/skip.ts'
import { browserUnavailable, startBrowser } from './support/browser.ts'
import { commandLine, type CommandLine } from './support/command-line.ts'

beforeAll(built, 300_000)

const clientFile = JSON.stringify({ installed: { client_id: 'fairlead-with-secret', client_secret: 'a-secret-of-the-client' } })

/** Logs `work` in, with a browser that runs no scripts. */
async function logIn(cli: CommandLine): Promise<void> {
  const login = cli.start(['client', 'login', 'work', '--client-file', cli.write('client.json', clientFile)])
  await person().visit(await login.opened())
  const { code, err } = await login.ended
  expect(code, err).toBe(0)
}

/** Everything that lies in files below a folder, but for the secrets. */
function contents(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name !== 'secrets.json')
    .map(entry => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')
}

const noBrowser = browserUnavailable()

describe('client login in a browser', { timeout: 180_000 }, () => {
  if (noBrowser !== undefined) return leaveOut(noBrowser)
  test('a person logs in, consents, and is back in the terminal', async () => {
    await using provider = await startProvider()
    using cli = await commandLine(provider.url)
    await using browser = await startBrowser()
    const login = cli.start(['client', 'login', 'work', '--access', 'read', '--client-file', cli.write('client.json', clientFile)])
    const address = await login.opened()
    expect(address.href).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/login$/)
    await browser.open(address)
    await browser.submit('button[type=submit]', { login: 'ada', password: 'any' })
    expect(await browser.read('document.body.innerText')).toContain('files.read')
    await browser.submit('button[type=submit]')
    expect(await browser.read('document.querySelector("h1").innerText')).toBe('Logged in to Files')
    // Neither the address bar nor the history holds the code.
    expect(await browser.read('location.search')).toBe('')
    const { code, out, err } = await login.ended
    expect(code, err).toBe(0)
    expect(out).toContain('logged in to work as ada: read everything (access read)')
    expect(out).toContain('next: fairlead client check work')
  })

  test('a person who denies sees so in the browser, and in the terminal what to do', async () => {
    await using provider = await startProvider()
    using cli = await commandLine(provider.url)
    await using browser = await startBrowser()
    const login = cli.start(['client', 'login', 'work', '--client-file', cli.write('client.json', clientFile)])
    await browser.open(await login.opened())
    await browser.submit('button[type=submit]', { login: 'ada', password: 'any' })
    await browser.submit('a[href$="/abort"]')
    expect(await browser.read('document.querySelector("h1").innerText')).toBe('Not logged in to Files')
    const { code, err } = await login.ended
    expect(code).toBe(1)
    expect(err).toContain('hint: Run `fairlead client login work` again')
  })
})

describe('client login', { timeout: 120_000 }, () => {
  test('without an OAuth client says how to get one', async () => {
    await using provider = await startProvider()
    using cli = await commandLine(provider.url)
    const { code, err } = await cli.run(['client', 'login', 'work'])
    expect(code).toBe(2)
    expect(err).toContain('has no OAuth client yet')
    expect(err).toContain('--client-file FILE')
    expect(err).toContain('  1. Open the console of Files.\n  2. Make a client of the type Desktop.')
  })

  test.runIf(spawnSync('script', ['--version']).status === 0)('at a terminal leads to an OAuth client, and goes on with it', async () => {
    await using provider = await startProvider()
    using cli = await commandLine(provider.url)
    cli.write('client.json', clientFile)
    const login = cli.atTerminal(['client', 'login', 'work'])
    let shown = ''
    login.child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      // The prompt may come in pieces.
      const before = shown.includes('Path of the downloaded file')
      shown += chunk
      if (!before && shown.includes('Path of the downloaded file')) login.child.stdin?.write('client.json\r')
    })
    await person().visit(await login.opened())
    expect((await login.ended).code, shown).toBe(0)
    expect(shown).toContain('1. Open the console of Files.')
    expect(shown).toContain('logged in to work as ada')
    expect(shown).not.toContain('a-secret-of-the-client')
  })

  test('with a code for another device shows the code and waits', async () => {
    await using provider = await startProvider()
    using cli = await commandLine(provider.url)
    const login = cli.start(['client', 'login', 'work', '--device', '--client-file', cli.write('client.json', clientFile)])
    if (login.child.stderr === null) throw new Error('no standard error')
    let page: string | undefined
    let userCode: string | undefined
    for await (const line of createInterface({ input: login.child.stderr })) {
      page ??= /go to (\S+) and enter/.exec(line)?.[1]
      userCode ??= /^ {2}([A-Z0-9]{4}-[A-Z0-9]{4})$/.exec(line)?.[1]
      if (page !== undefined && userCode !== undefined) break
    }
    login.child.stderr.resume()
    await person().visit(page ?? '', 'allow', userCode)
    expect((await login.ended).code).toBe(0)
  })

  test('without a browser takes the address that one elsewhere ends at', async () => {
    await using provider = await startProvider()
    using cli = await commandLine(provider.url)
    const login = cli.start(['client', 'login', 'work', '--no-browser', '--client-file', cli.write('client.json', clientFile)])
    if (login.child.stderr === null) throw new Error('no standard error')
    for await (const line of createInterface({ input: login.child.stderr })) {
      const page = /^ {2}(http\S+)$/.exec(line)?.[1]
      if (page === undefined) continue
      const last = await person(url => url.searchParams.has('code')).visit(page)
      login.child.stdin?.write(`${last.url.href}\n`)
      break
    }
    login.child.stderr.resume()
    const { code, out } = await login.ended
    expect(code).toBe(0)
    expect(out).toContain('logged in to work as ada')
  })

  test('is what comes after a connection is added', async () => {
    await using provider = await startProvider()
    using cli = await commandLine(provider.url)
    const { out } = await cli.run(['client', 'add', 'lab', 'files', '--set', `endpoint=${provider.url.href}`])
    expect(out).toContain('next: fairlead client login lab')
  })

  test('with neither display nor terminal says which ways there are', async () => {
    await using provider = await startProvider()
    using cli = await commandLine(provider.url)
    const { code, err } = await cli.run(['client', 'login', 'work'], { DISPLAY: '' })
    expect(code).toBe(2)
    expect(err).toContain('--device')
    expect(err).toContain('--no-browser')
  })

  test('of a client without a login is refused with what to do instead', async () => {
    await using provider = await startProvider()
    using cli = await commandLine(provider.url)
    const { code, err } = await cli.run(['client', 'login', 'local'])
    expect(code).toBe(2)
    expect(err).toContain('has no login')
  })

  test('ended by Ctrl-C stores nothing', async () => {
    await using provider = await startProvider()
    using cli = await commandLine(provider.url)
    const login = cli.start(['client', 'login', 'work', '--client-file', cli.write('client.json', clientFile)])
    await login.opened()
    login.child.kill('SIGINT')
    expect((await login.ended).code).toBe(130)
    expect((await cli.run(['client', 'status', 'work', '--offline', '--quiet'])).out).toContain('not logged in')
  })

  test('leaves no secret in settings, other files, or what is shown', async () => {
    await using provider = await startProvider()
    using cli = await commandLine(provider.url)
    await logIn(cli)
    await provider.refuseAccess()
    const shown = await cli.run(['client', 'check', 'work', '--verbose'], { FAIRLEAD_LOG_LEVEL: 'trace' })
    expect(shown.code, shown.err).toBe(0)
    const secrets: unknown = JSON.parse(readFileSync(join(cli.folder, '.home/config/secrets.json'), 'utf8'))
    const tokens = [...JSON.stringify(secrets).matchAll(/[\w-]{30,}/g)]
      .map(([token]) => token)
      .filter(token => !/^[0-9a-f]{64}$/.test(token))
    expect(tokens.length).toBeGreaterThan(2)
    const everything = `${contents(join(cli.folder, '.home'))}\n${shown.out}${shown.err}`
    for (const token of [...tokens, 'a-secret-of-the-client']) expect(everything).not.toContain(token)
  })
})

describe('client status and client logout', { timeout: 120_000 }, () => {
  test('tell who is logged in, and end it', async () => {
    await using provider = await startProvider()
    using cli = await commandLine(provider.url)
    expect((await cli.run(['client', 'status', 'work'])).code).toBe(1)
    await logIn(cli)
    const { code, out } = await cli.run(['client', 'status', 'work', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      logins: [
        {
          connection: 'work',
          client: 'files',
          state: 'valid',
          account: 'ada',
          access: 'app',
          credentials: 'login',
          oauthClient: { id: 'fairlead-with-secret' },
        },
      ],
    })
    const all = await cli.run(['client', 'status'])
    expect(all.out).toContain('logged in as ada')
    expect(all.out).not.toContain('local')
    expect((await cli.run(['client', 'logout', 'work'])).out).toContain('logged out of work')
    expect((await cli.run(['client', 'status', 'work'])).out).toContain('Log in with `fairlead client login work`')
    expect((await cli.run(['client', 'logout', 'work'])).out).toContain('was not logged in to work')
  })

  test('a login that was revoked is refused, and every command says which one logs in again', async () => {
    await using provider = await startProvider()
    using cli = await commandLine(provider.url)
    await logIn(cli)
    await provider.revokeAll()
    const again = 'Log in again with `fairlead client login work`.'
    for (const words of [
      ['ls', 'work:/'],
      ['client', 'status', 'work'],
      ['client', 'check', 'work'],
    ]) {
      const { code, out, err } = await cli.run(words)
      expect(code).toBe(1)
      expect(`${out}${err}`).toContain(again)
    }
  })

  test('a service that is not told of the end of a login is exit code 1, and the login is forgotten', async () => {
    await using provider = await startProvider()
    using cli = await commandLine(provider.url)
    await logIn(cli)
    provider.failOnce('/token/revocation', 503)
    const { code, out, err } = await cli.run(['client', 'logout', 'work'])
    expect(code).toBe(1)
    expect(err).toContain('The login was not revoked at the service')
    expect(out).toContain('deleted the login of work')
  })

  test('a check begins with whose account it is, and leaves the rest out when nobody is logged in', async () => {
    await using provider = await startProvider()
    using cli = await commandLine(provider.url)
    const before = await cli.run(['client', 'check', 'work'])
    expect(before.code).toBe(1)
    expect(before.out).toMatch(/login +FAILED[^]*list +skipped +not logged in/)
    await logIn(cli)
    expect((await cli.run(['client', 'check', 'work'])).out).toMatch(/login +ok +as ada\nlist +ok/)
  })
})
