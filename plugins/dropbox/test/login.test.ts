import { createFairlead, type Fairlead, type LoginOptions } from '@fairlead/core/host'
import { bytesSource } from '@fairlead/core'
import { expect, onTestFinished, test } from 'vitest'
import { dropbox } from '../src/index.ts'
import { startPlace, temporaryFolder, text, type Place } from './support.ts'

type Talk = LoginOptions['talk']

/** Says nothing, and is never asked. */
const silent: Talk = {
  page: () => undefined,
  device: () => undefined,
  paste: async () => {
    throw new Error('nothing is to be pasted')
  },
}

/** An application with a connection `box` that nobody is logged in to. */
async function application({ server, proxy }: Place): Promise<Fairlead> {
  const home = temporaryFolder()
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, FAIRLEAD_HOME: home, FAIRLEAD_SECRETS: 'file' }
  const fairlead = createFairlead({ clients: [dropbox], builtIns: {}, env })
  onTestFinished(async () => await fairlead[Symbol.asyncDispose]())
  await fairlead.add('box', 'dropbox', { endpoint: proxy.url.href, 'app-key': server.appKey })
  return fairlead
}

test('a login in the browser comes back to one of the addresses that the app knows, and lasts until it is ended', async () => {
  const place = await startPlace()
  const fairlead = await application(place)
  const pages: URL[] = []
  const result = await fairlead.login('box', {
    way: 'browser',
    talk: {
      ...silent,
      async page({ url }) {
        pages.push(url)
        await (await fetch(url)).text()
      },
    },
  })
  expect(result.access).toBe('full')
  expect(pages.map(({ host }) => host)).toEqual([expect.stringMatching(/^localhost:5368[234]$/)])
  const client = await fairlead.connect('box')
  await client.write('a', bytesSource('a'))
  place.server.account.expireTokens()
  expect(text((await client.readBytes('a')).bytes)).toBe('a')
  expect(await fairlead.logout('box')).toMatchObject({ revoked: true })
  expect([...place.server.account.refreshTokens.keys()]).toEqual([place.server.refreshToken])
})

test('a login without a browser takes the code that Dropbox shows', async () => {
  const place = await startPlace()
  const fairlead = await application(place)
  let shown = ''
  const result = await fairlead.login('box', {
    way: 'paste',
    access: 'read',
    talk: {
      ...silent,
      async page({ url }) {
        expect(url.searchParams.has('redirect_uri')).toBe(false)
        shown = await (await fetch(url)).text()
      },
      paste: async ({ wanted }) => (wanted === 'code' ? shown : ''),
    },
  })
  expect(result.access).toBe('read')
  const client = await fairlead.connect('box')
  place.server.seed('/a', Buffer.from('a'))
  expect(text((await client.readBytes('a')).bytes)).toBe('a')
  await expect(client.write('b', bytesSource('b'))).rejects.toMatchObject({
    code: 'permission-denied',
    hint: expect.stringContaining('fairlead client login box --access full'),
  })
})
