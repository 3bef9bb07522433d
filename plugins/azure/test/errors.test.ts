import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { bytesSource, FairleadError } from '@fairlead/core'
import { expectError } from '@fairlead/testkit'
import { describe, expect, test } from 'vitest'
import { AzureFailure, toAzureError, type AzureFacts } from '../src/errors.ts'
import { meanings } from '../src/error-codes.ts'
import { openAt, startPlace, type Place } from './support.ts'

const now = new Date('2026-11-23T12:00:00Z')
const facts: AzureFacts = { connection: 'cloud', account: 'acme', container: 'assets', root: 'team/', credential: 'key', now: () => now }
const at = { name: 'read', path: 'a/one' }

/** What an answer with this code means. */
function mapped(code: string, more: Partial<AzureFacts> = {}, status = 403, date = now): FairleadError {
  const headers = { 'x-ms-error-code': code, date: date.toUTCString(), 'x-ms-request-id': 'r-1' }
  return toAzureError(new AzureFailure(status, headers, ''), at, { ...facts, ...more })
}

describe('an answer of the service', () => {
  test.each(Object.keys(meanings))('%s says what was wrong, where, and what to do next', code => {
    const error = mapped(code)
    expect(error).toMatchObject({ path: 'a/one', operation: 'read', status: 403, requestId: 'r-1' })
    expect(error.message).toContain('"a/one"')
    expect(error.message).toContain(code)
    expect(error.hint?.length).toBeGreaterThan(10)
    expect(`${error.message} ${error.hint}`).not.toMatch(/[{}]/)
  })

  test('with a code that nobody knows means what its status means, and tells its words', () => {
    const body = '<Error><Code>BrandNewCode</Code><Message>Something new.\nRequestId:x</Message></Error>'
    const error = toAzureError(new AzureFailure(409, {}, body), at, facts)
    expect(error.code).toBe('already-exists')
    expect(error.message).toMatch(/BrandNewCode.*Something new\./)
  })

  test.each(['constructor', 'toString', '__proto__'])('with the code %s, which every object has, means what its status means', code => {
    const error = mapped(code)
    expect(error).toMatchObject({ code: 'permission-denied', status: 403 })
    expect(error.message).toContain(code)
  })

  test('refused long before or after this machine thinks it is says that the clock is wrong, by how much, and how to set it', () => {
    const error = mapped('AuthenticationFailed', {}, 403, new Date(now.getTime() - 3 * 3600_000))
    expect(error).toMatchObject({ code: 'config-invalid', retry: 'never', hint: expect.stringContaining('timedatectl') })
    expect(error.message).toContain("180 minutes ahead of the service's")
    expect(mapped('AuthenticationFailed', {}, 403, new Date(now.getTime() + 16 * 60_000)).message).toContain('16 minutes behind')
  })

  test('to a key that is wrong names the account, to a SAS that is over its end, to one that is too narrow its permissions', () => {
    expect(mapped('AuthenticationFailed')).toMatchObject({
      code: 'unauthenticated',
      message: expect.stringContaining('"acme" does not accept this key'),
    })
    const ended = { credential: 'sas', sas: { expires: new Date('2026-11-22T00:00:00Z'), permissions: 'rl' } } as const
    expect(mapped('AuthenticationFailed', ended)).toMatchObject({
      code: 'unauthenticated',
      message: expect.stringContaining('expired at 2026-11-22T00:00:00.000Z'),
    })
    const narrow = { credential: 'sas', sas: { expires: new Date('2027-01-01T00:00:00Z'), permissions: 'rl' } } as const
    expect(mapped('AuthorizationPermissionMismatch', narrow)).toMatchObject({
      code: 'permission-denied',
      message: expect.stringContaining('its permissions are "rl"'),
      hint: expect.stringContaining('client set cloud sas'),
    })
    expect(mapped('AuthorizationPermissionMismatch', { credential: 'azure-ad' }).hint).toContain('Storage Blob Data Contributor')
    expect(mapped('ResourceNotFound', { credential: 'anonymous' }, 404).message).toContain('is not public')
  })

  test('in a command to run next names the blob, quoted for a shell', () => {
    const error = toAzureError(new AzureFailure(409, { 'x-ms-error-code': 'BlobArchived' }, ''), { name: 'read', path: "it's" }, facts)
    expect(error.hint).toContain(`--name 'team/it'\\''s'`)
  })

  test('that an SDK wrapped is read like any other', () => {
    const wrapped = Object.assign(new Error('no'), { statusCode: 404, code: 'ContainerNotFound' })
    expect(toAzureError(wrapped, at, facts)).toMatchObject({ code: 'not-found', message: expect.stringContaining('"assets"') })
    const network = new FairleadError('network', 'broken')
    expect(toAzureError(new Error('outer', { cause: network }), at, facts)).toBe(network)
  })
})

/** Runs with a place of its own. */
async function withPlace(work: (place: Place) => Promise<void>): Promise<void> {
  await using place = await startPlace()
  await work(place)
}

describe('on the service', () => {
  test('a wrong key is refused, and no key is shown', async () => {
    await withPlace(async ({ open }) => {
      const key = Buffer.alloc(64, 1).toString('base64')
      const client = await open({ 'account-key': key })
      const error = await expectError(client.stat('x'), 'permission-denied', 'unauthenticated')
      expect(error.message).toContain('"fairleadone"')
      expect(JSON.stringify(error)).not.toContain(key)
    })
  })

  test('a container that is not there is named, with the command that lets it be made', async () => {
    await withPlace(async ({ open }) => {
      const client = await open({ container: 'nowhere-at-all' })
      for (const call of [() => client.write('x', bytesSource('x')), () => Array.fromAsync(client.list('')), () => client.readBytes('x')]) {
        const error = await expectError(call(), 'not-found')
        expect(error.message).toContain('nowhere-at-all')
      }
      expect((await expectError(client.stat('x'), 'not-found')).hint).toContain('create-container=true')
    })
  })

  test('a lease that somebody holds is not broken: writing and deleting, small, big and many, say so', async () => {
    await withPlace(async ({ client, blob }) => {
      await client.write('held', bytesSource('before'))
      await blob('PUT', 'held', '?comp=lease', { 'x-ms-lease-action': 'acquire', 'x-ms-lease-duration': '60' })
      const many = Array.from({ length: 10 }, (_, index) => `none/${index}`)
      const calls = [
        () => client.write('held', bytesSource('after')),
        () => client.write('held', bytesSource(new Uint8Array(17 * 1024 * 1024))),
        () => client.delete('held'),
        () => client.delete([...many, 'held']),
      ]
      for (const call of calls) {
        const error = await expectError(call(), 'precondition-failed')
        expect(error).toMatchObject({
          path: 'held',
          message: expect.stringContaining('lease'),
          hint: expect.stringContaining('lease break'),
        })
      }
      expect(Buffer.from((await client.readBytes('held')).bytes).toString()).toBe('before')
    })
  })

  test('snapshots are not deleted with a blob unless that is asked for', async () => {
    await withPlace(async ({ client, open, blob }) => {
      await client.write('kept', bytesSource('x'))
      await blob('PUT', 'kept', '?comp=snapshot')
      expect((await expectError(client.delete('kept'), 'precondition-failed')).hint).toContain('delete-snapshots=true')
      await (await open({ 'delete-snapshots': true })).delete('kept')
      await expectError(client.stat('kept'), 'not-found')
    })
  })

  test('what lies in the archive tier says so, with the command that brings it back', async () => {
    await withPlace(async ({ client, open }) => {
      await (await open({ tier: 'archive' })).write('old', bytesSource('x'))
      expect((await client.stat('old')).size).toBe(1)
      for (const call of [() => client.readBytes('old'), () => client.copy('old', 'new')]) {
        expect((await expectError(call(), 'unsupported')).hint).toContain('set-tier --tier Hot')
      }
    })
  })

  test('an append blob is not written over in parts', async () => {
    await withPlace(async ({ client, blob }) => {
      await blob('PUT', 'log', '', { 'x-ms-blob-type': 'AppendBlob' })
      const error = await expectError(client.write('log', bytesSource(new Uint8Array(17 * 1024 * 1024))), 'precondition-failed')
      expect(error.message).toContain('append blob')
    })
  })

  test('a clock that is wrong is told as that', async () => {
    const server = createServer((_request, response) => {
      const headers = { 'x-ms-error-code': 'AuthenticationFailed', date: new Date(Date.now() - 2 * 3600_000).toUTCString() }
      response.writeHead(403, headers).end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    await withPlace(async ({ folder, server: { settings } }) => {
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fairleadone`
      await using client = await openAt(folder, { ...settings, endpoint })
      const error = await expectError(client.stat('x'), 'config-invalid')
      expect(error.message).toMatch(/clock is 1[12]\d minutes ahead/)
    })
    server.close()
  })

  test('an account that does not exist is named', async () => {
    await withPlace(async ({ folder }) => {
      await using client = await openAt(folder, {
        account: 'nosuchaccount',
        container: 'assets',
        'account-key': 'AAAA',
        endpoint: 'http://nosuchaccount.invalid',
      })
      const error = await expectError(client.stat('x'), 'network')
      expect(error).toMatchObject({ retry: 'never', hint: expect.stringContaining('"nosuchaccount"') })
    })
  })
})
