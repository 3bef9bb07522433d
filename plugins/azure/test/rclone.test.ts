import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { AccountSASPermissions, generateAccountSASQueryParameters, StorageSharedKeyCredential } from '@azure/storage-blob'
import { bytesSource } from '@fairlead/core'
import { fileSource } from '@fairlead/core/host'
import { findProgram, type AzureServer } from '@fairlead/testkit'
import { expect, test, type TestContext } from 'vitest'
import { startPlace, type Place } from './support.ts'

/** The account with a signature for everything: the one way in which every version of rclone takes an account of another address. */
function signedAddress({ accounts: [{ name, key }], url }: AzureServer): string {
  const permissions = AccountSASPermissions.parse('rwdlacup')
  const until = new Date(Date.now() + 3600_000)
  const credential = new StorageSharedKeyCredential(name, key)
  const terms = { version: '2020-10-02', expiresOn: until, permissions, services: 'b', resourceTypes: 'sco' }
  return `${url.href}?${generateAccountSASQueryParameters(terms, credential).toString()}`
}

/** Runs rclone with the place's account as the remote `az:`, in an environment of its own. */
async function rclone(context: TestContext, { server, folder }: Place, ...args: readonly string[]): Promise<string> {
  const program = findProgram('rclone')
  if (program === undefined) return context.skip('rclone is not installed: apt-get install rclone')
  const { stdout } = await promisify(execFile)(program, args, {
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      RCLONE_CONFIG: '/dev/null',
      RCLONE_CONFIG_AZ_TYPE: 'azureblob',
      RCLONE_CONFIG_AZ_SAS_URL: signedAddress(server),
    },
    timeout: 40_000,
  })
  return stdout
}

const names = ['plain.bin', 'a folder/with spaces.bin', 'größe/漢字.bin', 'empty.bin', 'a+b&c=d?e#f.bin', 'deep/er/and/deeper/x.bin']

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

test('what is written reads back byte-equal with rclone, with the time and the MD5', async context => {
  await using place = await startPlace({ 'part-size': 256 * 1024 })
  const modified = new Date('2020-01-02T03:04:05.000Z')
  const bodies = new Map(
    names.map((name, index) => [name, name === 'empty.bin' ? Buffer.alloc(0) : randomBytes(index === 0 ? 3_000_001 : 1000 * index + 7)]),
  )
  for (const [name, body] of bodies) await place.client.write(name, bytesSource(body), { modified, contentType: 'application/x-test' })
  const target = join(place.folder, 'fetched')
  await rclone(context, place, 'copy', `az:${place.container}`, target)
  const files = readdirSync(target, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  expect(files).toHaveLength(names.length)
  for (const [name, body] of bodies) {
    expect(sha256(readFileSync(join(target, name)))).toBe(sha256(body))
    expect(statSync(join(target, name)).mtime).toEqual(modified)
  }
  // Blobs of several blocks have no MD5; all others have.
  const sums = await rclone(context, place, 'md5sum', `az:${place.container}`)
  const small = bodies.get('deep/er/and/deeper/x.bin') ?? Buffer.alloc(0)
  expect(sums).toContain(`${createHash('md5').update(small).digest('hex')}  deep/er/and/deeper/x.bin`)
  // Nothing to do is what rclone finds when it compares both.
  expect(await rclone(context, place, 'check', '--download', target, `az:${place.container}`)).toBe('')
})

test('what rclone writes is read with its time, and is not taken for what was there before', async context => {
  await using place = await startPlace()
  const source = join(place.folder, 'source')
  const modified = new Date('2021-02-03T04:05:06.000Z')
  for (const name of names) {
    mkdirSync(dirname(join(source, name)), { recursive: true })
    writeFileSync(join(source, name), `rclone wrote ${name}`)
    utimesSync(join(source, name), modified, modified)
  }
  // Of the same size, so that only its hash and time tell the two apart.
  const before = Buffer.from('Rclone WROTE plain.bin')
  await place.client.write('plain.bin', bytesSource(before), { sha256: sha256(before), modified: new Date('2000-01-01') })
  await rclone(context, place, 'copy', source, `az:${place.container}`)
  for (const name of names) {
    const { entry, bytes } = await place.client.readBytes(name)
    expect([Buffer.from(bytes).toString(), entry.modified]).toEqual([`rclone wrote ${name}`, modified])
  }
  const { checksums } = await place.client.stat('plain.bin')
  expect(checksums?.map(({ algorithm }) => algorithm)).toEqual(['md5'])
  const copy = join(place.folder, 'back.bin')
  await place.client.download('plain.bin', copy)
  await place.client.write('again.bin', fileSource(copy))
  expect(await rclone(context, place, 'cat', `az:${place.container}/again.bin`)).toBe('rclone wrote plain.bin')
})
