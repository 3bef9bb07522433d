import { Dropbox, DropboxResponseError } from 'dropbox'
import { DropboxInMemory } from '@fairlead/testkit'
import { describe, expect, test } from 'vitest'
import { heldDropbox } from './setups.ts'
import { refusalProblem, specification } from './stone/dropbox.ts'

/** The SDK as it comes, with the server's address in place of Dropbox's: it knows https only, and the server is none. */
function sdkOf(server: DropboxInMemory, more: ConstructorParameters<typeof Dropbox>[0] = {}): Dropbox {
  return new Dropbox({
    accessToken: server.accessToken(),
    domain: server.url.host,
    domainDelimiter: '',
    fetch: async (url: string, init?: RequestInit) => await fetch(url.replace(/^https:/, 'http:'), init),
    ...more,
  })
}

async function refusalOf(work: Promise<unknown>): Promise<DropboxResponseError<unknown>> {
  const failure = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  if (failure instanceof DropboxResponseError) return failure
  throw new Error(`no refusal, but ${String(failure)}`)
}

describe('the fake Dropbox', () => {
  test('has routes of the specification only, in their style and scope', () => {
    for (const [name, { style, scope }] of DropboxInMemory.routes) {
      const attributes = specification.routes.get(name)?.attributes
      expect([name, attributes?.get('style') ?? 'rpc', attributes?.get('scope')]).toEqual([name, style, scope])
    }
    expect(DropboxInMemory.routes.size).toBeGreaterThan(25)
  })

  test('serves the SDK of Dropbox, which is told nothing but its address', async () => {
    await using server = await heldDropbox()
    const sdk = sdkOf(server)
    const { result: written } = await sdk.filesUpload({ path: '/Shots/hero.txt', contents: 'hello', mode: { '.tag': 'add' } })
    expect(written).toMatchObject({ name: 'hero.txt', path_display: '/Shots/hero.txt', size: 5 })
    const { result: page } = await sdk.filesListFolder({ path: '', recursive: true })
    expect(page.entries.map(entry => `${entry['.tag']} ${entry.path_display}`)).toEqual(['folder /Shots', 'file /Shots/hero.txt'])
    const { result: read } = await sdk.filesDownload({ path: '/shots/HERO.txt' })
    expect(read.fileBinary?.toString()).toBe('hello')
    const { result: link } = await sdk.sharingCreateSharedLinkWithSettings({ path: '/Shots/hero.txt' })
    expect(await (await fetch(link.url.replace('dl=0', 'dl=1'))).text()).toBe('hello')
    expect((await sdk.usersGetSpaceUsage()).result.used).toBe(5)
    expect(server.violations).toEqual([])
  })

  test("serves the SDK's own uploads in parts, in order and at once", async () => {
    await using server = await heldDropbox()
    const { bytesUpload, uploadFile } = await import('dropbox')
    const body = Buffer.alloc(9 * 1024 * 1024 + 17, 'frame')
    for (const [path, parallelUploads] of [
      ['/in-order', 1],
      ['/at-once', 3],
    ] as const) {
      await uploadFile(sdkOf(server), bytesUpload(body), { path, mode: { '.tag': 'add' } }, { chunkSize: 4 * 1024 * 1024, parallelUploads })
      expect(Buffer.compare(server.read(path) ?? Buffer.alloc(0), body)).toBe(0)
    }
    expect(server.violations).toEqual([])
  })

  test('refuses by tags as the specification has them', async () => {
    await using server = await heldDropbox()
    const sdk = sdkOf(server)
    await sdk.filesUpload({ path: '/a', contents: 'x' })
    const missing = await refusalOf(sdk.filesGetMetadata({ path: '/nothing' }))
    expect([missing.status, missing.error]).toEqual([
      409,
      { error_summary: 'path/not_found/..', error: { '.tag': 'path', path: { '.tag': 'not_found' } } },
    ])
    const taken = await refusalOf(sdk.filesUpload({ path: '/a', contents: 'y', mode: { '.tag': 'add' } }))
    expect(taken.error).toMatchObject({ error: { '.tag': 'path', reason: { '.tag': 'conflict', conflict: { '.tag': 'file' } } } })
    const damaged = await refusalOf(sdk.filesUpload({ path: '/b', contents: 'y', content_hash: '0'.repeat(64) }))
    expect(damaged.error).toMatchObject({ error: { '.tag': 'content_hash_mismatch' } })
    expect(server.violations).toEqual([])
  })

  test('refuses what is no call of the API with a sentence', async () => {
    await using server = await heldDropbox()
    const refusal = await refusalOf(sdkOf(server).filesGetMetadata({ path: 'no-slash' }))
    expect([refusal.status, refusal.error]).toEqual([400, expect.stringContaining('files/get_metadata')])
  })

  test('refuses tokens, scopes, namespaces and haste as the specification has it', async () => {
    await using server = await heldDropbox()
    const unknown = await refusalOf(sdkOf(server, { accessToken: 'sl.unknown' }).filesGetMetadata({ path: '/a' }))
    expect([unknown.status, refusalProblem('auth.AuthError', unknown.error)]).toEqual([401, undefined])
    const sdk = sdkOf(server)
    server.account.expireTokens()
    const expired = await refusalOf(sdk.filesGetMetadata({ path: '/a' }))
    expect(expired.error).toMatchObject({ error: { '.tag': 'expired_access_token' } })
    const scoped = sdkOf(server, { accessToken: server.accessToken(['account_info.read']) })
    const missing = await refusalOf(scoped.filesGetMetadata({ path: '/a' }))
    expect([missing.status, refusalProblem('auth.AuthError', missing.error)]).toEqual([401, undefined])
    const fresh = sdkOf(server, { pathRoot: JSON.stringify({ '.tag': 'root', root: '1' }) })
    const root = await refusalOf(fresh.filesGetMetadata({ path: '/a' }))
    expect([root.status, refusalProblem('common.PathRootError', root.error)]).toEqual([422, undefined])
    server.limit(1, 7)
    const hasty = await refusalOf(sdkOf(server).filesGetMetadata({ path: '/a' }))
    expect([hasty.status, refusalProblem('auth.RateLimitError', hasty.error)]).toEqual([429, undefined])
    const { headers } = hasty
    expect(headers instanceof Headers ? headers.get('retry-after') : undefined).toBe('7')
  })
})
