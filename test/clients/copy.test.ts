import { createHash, randomFillSync } from 'node:crypto'
import { bytesSource, type Capabilities, type Entry } from '@fairlead/core'
import type { Client } from '@fairlead/core/host'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Ground } from './support/ground.ts'
import { kinds, missing, usable } from './support/kinds.ts'

/** One service of each client. Listings of the emulator of S3 are in another order than those of S3. */
const taking = ['disk', 's3', 'azure', 'swift-memory', 'drive', 'dropbox', 'girder-memory'].flatMap(name =>
  usable.filter(kind => kind.name === name),
)
const names = taking.map(({ name }) => name)
const pairs = names.flatMap(from => names.filter(to => to !== from).map(to => [from, to] as const))

const modified = new Date('2030-01-31T12:34:56.000Z')
const metadata = { shot: '010', artist: 'Zoë', 'with space': 'odd key' }

/** Some of everything: an empty file, odd names, one of more than one request. */
const files: Readonly<Record<string, Buffer>> = {
  'a/empty.txt': Buffer.alloc(0),
  'a/one.bin': Buffer.from('one'),
  'a.txt': Buffer.from('sorts before a/'),
  'ünï/100% & more?.txt': Buffer.from('odd'),
  'Icon/desktop.ini': Buffer.from('a name that services keep for themselves'),
  'big.bin': randomFillSync(Buffer.alloc(9 * 1024 * 1024 + 17)),
}

/** Every object below a folder, by its path in it. */
async function below(client: Client, folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for await (const { path, kind } of client.list(folder, { recursive: true })) {
    if (kind !== 'object') continue
    const { bytes } = await client.readBytes(path, { maxBytes: 64 * 1024 * 1024 })
    found[path.slice(folder.length + 1)] = sha256(bytes)
  }
  return found
}

/** What a target says that it can't keep of an object. */
function lostIn({ write }: Capabilities, { metadata: had = {}, modified: time }: Pick<Entry, 'metadata' | 'modified'>): readonly string[] {
  if (write === false) return []
  const rules = write.metadata
  const keys = Object.entries(had).filter(
    ([key, value]) =>
      rules === false || (rules.keys !== 'any' && key.includes(' ')) || (rules.values !== 'unicode' && /[^\x20-\x7e]/.test(value)),
  )
  return [...keys.map(([key]) => `metadata.${key}`), ...(time !== undefined && write.modified === false ? ['modified'] : [])]
}

test('S3 takes part', ({ skip }) => {
  const reason = kinds.filter(({ name }) => name === 's3').map(missing)[0]
  if (reason !== undefined) skip(reason)
  expect(names).toContain('s3')
})

describe('a copy between unlike clients', () => {
  let ground: Ground
  beforeAll(async () => {
    ground = await Ground.start(taking)
    for (const [path, body] of Object.entries(files)) ground.write(`source/${path}`, body)
    for (const name of names) {
      const { result } = await ground.copy(`${ground.folder}/source`, `${name}:/up`)
      if (result.sent !== 6) throw new Error(`${name} took ${result.sent} of 6 files: ${result.failures[0]?.message}`)
    }
  }, 300_000)
  afterAll(async () => await ground[Symbol.asyncDispose]())

  test.for(pairs)('from %s to %s keeps names and bytes, and sends nothing twice', async ([from, to]) => {
    const { result } = await ground.copy(`${from}:/up`, `${to}:/from-${from}`)
    expect(result).toMatchObject({ sent: 6, inService: 0, failed: 0, failures: [] })
    expect(await below(ground.client(to), `from-${from}`)).toEqual(
      Object.fromEntries(Object.entries(files).map(([path, body]) => [path, sha256(body)])),
    )
    expect((await ground.copy(`${from}:/up`, `${to}:/from-${from}`)).result).toMatchObject({ sent: 0, kept: 6, failed: 0 })
  })

  test.for(pairs)('from %s to %s keeps type, metadata and time where both can, and tells what is lost', async ([from, to]) => {
    const [source, target] = [ground.client(from), ground.client(to)]
    const { write } = source.capabilities
    if (write === false) throw new Error(`${from} can't write`)
    const fitting = Object.fromEntries(
      Object.entries(metadata).filter(([key]) => !lostIn(source.capabilities, { metadata }).includes(`metadata.${key}`)),
    )
    const path = `typed-${to}/typed.dat`
    await source.write(path, bytesSource('typed', 'image/x-exr'), {
      ...(write.metadata !== false && { metadata: fitting }),
      ...(write.modified !== false && { modified }),
    })
    const before = await source.stat(path)
    const { result, files: told } = await ground.copy(`${from}:/typed-${to}`, `${to}:/got-${from}`)
    const lost = lostIn(target.capabilities, before)
    expect(result).toMatchObject({ sent: 1, lost: lost.length > 0 ? 1 : 0, failed: 0 })
    expect((told[0]?.lost ?? []).toSorted()).toEqual(lost.toSorted())
    const after = await target.stat(`got-${from}/typed.dat`)
    expect(after.contentType).toBe(before.contentType)
    const kept = Object.fromEntries(Object.entries(before.metadata ?? {}).filter(([key]) => !lost.includes(`metadata.${key}`)))
    expect(after.metadata ?? {}).toEqual(kept)
    if (!lost.includes('modified')) expect(after.modified).toEqual(before.modified)
  })

  test('names each file that the target has no name for, and copies the others', async () => {
    const long = `${'n'.repeat(300)}.txt`
    const source = ground.client('drive')
    for (const path of ['fine.txt', 'both', 'both/inner.txt', 'case/Name.txt', 'case/name.txt', long])
      await source.write(`odd/${path}`, bytesSource(path))
    for (const [to, ...refused] of [
      ['dropbox', 'both/inner.txt', 'case/name.txt', long],
      ['disk', 'both/inner.txt', long],
      ['girder-memory', 'both/inner.txt'],
    ] as const) {
      // One after the other, so that it is known which of a file and a folder of one name comes first.
      const { result, files: told } = await ground.copy('drive:/odd', `${to}:/odd`, { concurrency: 1 })
      const failed = told.filter(({ outcome }) => outcome === 'failed')
      expect([to, ...failed.map(file => file.source.replace(/^.*:\/odd\//, '')).toSorted()]).toEqual([to, ...refused.toSorted()])
      expect(result).toMatchObject({ sent: 6 - refused.length, failed: refused.length })
      for (const { message = '' } of failed) expect(message).not.toBe('')
      expect(Object.keys(await below(ground.client(to), 'odd'))).toHaveLength(6 - refused.length)
    }
  })
})

function sha256(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex')
}
