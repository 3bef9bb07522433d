import { expect, test } from 'vitest'
import { answerIn } from '../../src/host/login/pasted-answer.ts'
import { person } from './support/person.ts'
import { startProvider } from './support/provider.ts'
import { home, talk } from './support/service.ts'

/** Opens the page elsewhere, where the loopback can't be reached, and tells the address that the browser ends at. */
async function elsewhere(address: URL): Promise<string> {
  const page = await person(url => url.searchParams.has('code') || url.searchParams.has('error')).visit(address)
  return page.url.href
}

test('the address that a browser elsewhere ends at, pasted, logs in', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  let last = ''
  const result = await at.fairlead.login('files', {
    way: 'paste',
    talk: talk({
      async page({ url, way }) {
        expect(way).toBe('paste')
        last = await elsewhere(url)
      },
      paste: async ({ wanted }) => (expect(wanted).toBe('address'), `  ${last}\n`),
    }),
  })
  expect(result.access).toBe('app')
})

test('what can not be it is asked for again with the reason, three times', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  const reasons: (string | undefined)[] = []
  const pasted = ['two words', `${provider.url.href}interaction/abc`, 'http://127.0.0.1/?code=c&state=another']
  const login = at.fairlead.login('files', {
    way: 'paste',
    talk: talk({
      page: () => undefined,
      async paste({ again }) {
        reasons.push(again)
        return pasted.shift() ?? ''
      },
    }),
  })
  await expect(login).rejects.toMatchObject({ code: 'input-invalid', message: expect.stringContaining('another login') })
  expect(reasons).toEqual([undefined, expect.stringContaining('neither'), expect.stringContaining('no code')])
  expect(provider.count('authorization_code')).toBe(0)
})

test('an address that says the consent was denied is permission-denied', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  let last = ''
  const login = at.fairlead.login('files', {
    way: 'paste',
    talk: talk({
      async page({ url }) {
        last = (await person(one => one.searchParams.has('error')).visit(url, 'deny')).url.href
      },
      paste: async () => last,
    }),
  })
  await expect(login).rejects.toMatchObject({ code: 'permission-denied' })
})

test('a service that shows a code itself is sent no redirect address, and takes the code with its proof', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url, { redirect: { paste: 'code' } })
  let page: URL | undefined
  const login = at.fairlead.login('files', {
    way: 'paste',
    talk: talk({ page: ({ url }) => void (page = url), paste: async () => 'a-code-shown' }),
  })
  // This provider shows none, so the code is made up: what matters is how it is handed in.
  await expect(login).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(page?.searchParams.has('redirect_uri')).toBe(false)
  const sent = provider.seen.find(({ grant }) => grant === 'authorization_code')?.body
  expect(sent?.get('code')).toBe('a-code-shown')
  expect(sent?.has('redirect_uri')).toBe(false)
  expect(sent?.get('code_verifier')).toMatch(/^[\w-]{43}$/)
})

test('a code that the service does not take is unauthenticated, and says what to do', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  const login = at.fairlead.login('files', { way: 'paste', talk: talk({ page: () => undefined, paste: async () => 'an-old-code' }) })
  await expect(login).rejects.toMatchObject({
    code: 'unauthenticated',
    message: expect.stringContaining('did not accept the login code'),
    hint: 'Log in again with `fairlead client login files`.',
  })
})

test('a code is found in an address, in its query, and alone', () => {
  const code = (pasted: string): string | null => {
    const found = answerIn(pasted, 's')
    return typeof found === 'string' ? null : found.get('code')
  }
  expect(code('http://127.0.0.1:1234/?state=s&code=4%2F0Ab&scope=x#')).toBe('4/0Ab')
  expect(code('?code=c1&state=s')).toBe('c1')
  expect(code('code=c1&state=s')).toBe('c1')
  expect(code('4/0AbCdEf')).toBe('4/0AbCdEf')
  expect(code('http://127.0.0.1:1234/?state=other&code=c')).toBeNull()
  expect(code('')).toBeNull()
})

test('no reason quotes what was pasted', () => {
  for (const pasted of ['http://127.0.0.1/?code=hidden&state=x', 'hidden hidden', 'https://files.example/hidden'])
    expect(answerIn(pasted, 's')).toEqual(expect.not.stringContaining('hidden'))
})
