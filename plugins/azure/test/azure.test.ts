import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ContainerSASPermissions, generateBlobSASQueryParameters, StorageSharedKeyCredential } from '@azure/storage-blob'
import { bytesSource, type Entry } from '@fairlead/core'
import { expectError } from '@fairlead/testkit'
import { describe, expect, test } from 'vitest'
import { openAt, startPlace } from './support.ts'

describe('a container', () => {
  test('is made, private, at the first write, and only where that is asked for', async () => {
    await using place = await startPlace({}, { make: false })
    await expectError(place.client.write('x', bytesSource('x')), 'not-found')
    const maker = await place.open({ 'create-container': true, 'part-size': 64 * 1024 })
    await Promise.all([maker.write('small', bytesSource('x')), maker.write('big', bytesSource(new Uint8Array(200_000)))])
    const access = await place.server.request('GET', `/${place.container}?restype=container&comp=acl`)
    expect([access.status, access.headers.get('x-ms-blob-public-access'), (await access.text()).includes('<SignedIdentifier>')]).toEqual([
      200,
      null,
      false,
    ])
    expect((await Array.fromAsync(maker.list(''))).map(({ path }) => path)).toEqual(['big', 'small'])
  })

  test('is not made by reading', async () => {
    await using place = await startPlace({ 'create-container': true }, { make: false })
    await expectError(place.client.readBytes('x'), 'not-found')
    expect(await Array.fromAsync(place.client.list(''))).toEqual([])
    expect((await place.server.request('GET', `/${place.container}?restype=container`)).status).toBe(404)
  })
})

test('a SAS for the container is enough to read, write, list, copy and delete, also in parts and in batches', async () => {
  await using place = await startPlace()
  const [{ name, key }] = place.server.accounts
  const terms = {
    containerName: place.container,
    permissions: ContainerSASPermissions.parse('racwdl'),
    expiresOn: new Date(Date.now() + 600_000),
    version: '2023-11-03',
  }
  const sas = generateBlobSASQueryParameters(terms, new StorageSharedKeyCredential(name, key)).toString()
  const settings = { endpoint: place.server.url.href, container: place.container, sas, 'part-size': 64 * 1024 }
  const client = await place.bare(settings)
  await client.write('big', bytesSource(new Uint8Array(200_000)))
  await client.copy('big', 'copy')
  expect((await client.readBytes('copy')).bytes.byteLength).toBe(200_000)
  const many = Array.from({ length: 12 }, (_, index) => `many/${index}`)
  for (const path of many) await client.write(path, bytesSource('x'))
  await client.delete([...many, 'big'])
  expect((await Array.fromAsync(client.list('', { recursive: true }))).map(({ path }) => path)).toEqual(['copy'])
})

describe('a blob', () => {
  test('is written with the tier and the tags of the settings, in one request and in parts', async () => {
    await using place = await startPlace({ tier: 'cool', tags: 'project=hero one,kind=plate', 'part-size': 64 * 1024 })
    await place.client.write('small', bytesSource('x'))
    await place.client.write('big', bytesSource(new Uint8Array(200_000)))
    for (const name of ['small', 'big']) {
      expect((await place.blob('HEAD', name)).headers.get('x-ms-access-tier')).toBe('Cool')
      const tags = await (await place.blob('GET', name, '?comp=tags')).text()
      expect(tags).toContain('<Key>project</Key><Value>hero one</Value>')
    }
  })

  test('has its time where rclone looks for it, and the SHA-256 that its writer knew', async () => {
    await using place = await startPlace()
    const modified = new Date('2020-01-02T03:04:05.678Z')
    const sha256 = createHash('sha256').update('body').digest('hex')
    await place.client.write('one', bytesSource('body'), { modified, sha256 })
    const { headers } = await place.blob('HEAD', 'one')
    expect(headers.get('x-ms-meta-mtime')).toBe('2020-01-02T03:04:05.678Z')
    const [listed] = await Array.fromAsync(place.client.list(''))
    for (const entry of [listed, await place.client.stat('one')]) {
      expect(entry).toMatchObject({ modified, checksums: [{ algorithm: 'sha256', value: sha256, scope: 'object' }, { algorithm: 'md5' }] })
    }
  })

  test('goes with an MD5 that the service checks, and without where the settings say so', async () => {
    await using place = await startPlace()
    const plain = await place.open({ checksum: 'none' })
    const md5 = createHash('md5').update('body').digest('hex')
    // The service reckons it either way.
    for (const client of [place.client, plain])
      expect((await client.write('one', bytesSource('body'))).checksums).toMatchObject([{ value: md5 }])
  })

  test('is found by the name that it has in the container', async () => {
    await using place = await startPlace({ prefix: '/team/a/' })
    await place.client.write('sub/file.', bytesSource('x'))
    expect((await place.blob('HEAD', 'team/a/sub/file%2E')).status).toBe(200)
    expect((await Array.fromAsync(place.client.list('sub'))).map(({ path }) => path)).toEqual(['sub/file.'])
    expect(place.client.capabilities.paths.pathBytes).toBe(1024 - 'team/a/'.length)
  })
})

describe('a listing', () => {
  test('leaves out what no path names, and shows markers of folders as folders', async () => {
    await using place = await startPlace()
    for (const name of ['a//b', 'folder/', 'folder/in', 'plain']) await place.blob('PUT', name, '', { 'x-ms-blob-type': 'BlockBlob' }, 'x')
    await place.blob('PUT', 'directory', '', { 'x-ms-blob-type': 'BlockBlob', 'x-ms-meta-hdi_isfolder': 'true' }, '')
    const shown = (entries: readonly Entry[]): string[] => entries.map(({ kind, path }) => `${kind} ${path}`)
    expect(shown(await Array.fromAsync(place.client.list('', { recursive: true })))).toEqual(['object folder/in', 'object plain'])
    expect(shown(await Array.fromAsync(place.client.list('')))).toEqual(['prefix a', 'prefix folder', 'object plain'])
    expect(shown(await Array.fromAsync(place.client.list('folder')))).toEqual(['object folder/in'])
  })

  test('asks for no more than the page that is wanted', async () => {
    await using place = await startPlace()
    for (let index = 0; index < 5; index += 1) await place.client.write(`n${index}`, bytesSource('x'))
    const signal = new AbortController().signal
    const request = { prefix: '', recursive: true, limit: 2 }
    const first = await place.client.connection.doList?.(request, undefined, { signal })
    const second = await place.client.connection.doList?.(request, first?.cursor, { signal })
    expect([first, second].map(page => page?.items.map(({ path }) => path))).toEqual([
      ['n0', 'n1'],
      ['n2', 'n3'],
    ])
  })
})

/** Pages as an account with versions gives them, oldest version first within a name. */
const pages = [
  [
    'a',
    [
      ['1', false],
      ['2', false],
      ['3', true],
    ],
  ],
  ['b', [['4', false]]],
] as const
const rest = [
  ['b', [['5', true]]],
  ['c%EF%BF%BEd', [['6', true]]],
  ['e%00f', [['7', true]]],
] as const

function xmlOf(groups: typeof pages | typeof rest, next: string): string {
  const blobs = groups.flatMap(([name, versions]) =>
    versions.map(
      ([version, current]) =>
        `<Blob><Name${name.includes('%') ? ' Encoded="true"' : ''}>${name}</Name><VersionId>${version}</VersionId>${current ? '<IsCurrentVersion>true</IsCurrentVersion>' : ''}<Properties><Etag>e${version}</Etag><Content-Length>${version}</Content-Length></Properties><Metadata><VersionId>mine</VersionId></Metadata></Blob>`,
    ),
  )
  return `<?xml version="1.0" encoding="utf-8"?><EnumerationResults><Blobs>${blobs.join('')}</Blobs><NextMarker>${next}</NextMarker></EnumerationResults>`
}

test('lists versions newest first within a path, also where the versions of one go over two pages', async () => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.setHeader('x-ms-request-id', 'one')
    response.end(asked.length === 1 ? xmlOf(pages, 'more&amp;') : xmlOf(rest, ''))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  await using place = await startPlace()
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/acme`
  await using client = await openAt(place.folder, { endpoint, container: 'assets', 'account-key': 'AAAA' })
  const signal = new AbortController().signal
  const found: Entry[] = []
  let cursor: string | undefined
  do {
    const page = await client.connection.doList?.({ prefix: '', recursive: true, versions: true }, cursor, { signal })
    found.push(...(page?.items ?? []))
    cursor = page?.cursor
  } while (cursor !== undefined)
  expect(found.map(({ path, version, latest, size }) => [path, version, latest, size])).toEqual([
    ['a', '3', true, 3],
    ['a', '2', false, 2],
    ['a', '1', false, 1],
    ['b', '5', true, 5],
    ['b', '4', false, 4],
    ['c\ufffed', '6', true, 6],
  ])
  expect(asked[1]).toContain('marker=more%26')
  server.close()
})
