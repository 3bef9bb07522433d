import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource, type Log } from '@fairlead/core'
import { describe, expect, test } from 'vitest'
import type { Place } from './setups.ts'
import { collect, connect, place, scratch, textAt } from './support.ts'

/** The key file of a service account that may edit the folder. */
function keyFile(at: Place): string {
  const email = 'robot@project.iam.gserviceaccount.com'
  at.server.tokens.serviceAccount(email, 'fairlead-test')
  at.server.drive.files.get(at.folder)?.permissions.push({ id: 'robot', type: 'user', role: 'writer', emailAddress: email })
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const file = join(scratch(), 'key.json')
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' })
  writeFileSync(
    file,
    JSON.stringify({ type: 'service_account', client_email: email, private_key: key, private_key_id: 'k1', project_id: 'p' }),
  )
  return file
}

/** The settings without the login. */
function bare({ settings: { endpoint = '' }, folder }: Place): { readonly endpoint: string; readonly folder: string } {
  return { endpoint, folder }
}

describe('tokens', () => {
  test('eight big files at a time whose token expires in their midst refresh it once, and arrive whole', async () => {
    const at = await place()
    const client = await connect(at.settings)
    await client.write('first', bytesSource('x'))
    const before = at.server.tokens.issued
    let expired = false
    await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        await client.write(`big/${index}`, bytesSource(Buffer.alloc(1024 * 1024, index)), {
          onEvent: () => {
            if (expired) return
            expired = true
            at.server.tokens.expireAll()
          },
        })
      }),
    )
    expect([expired, at.server.tokens.issued - before]).toEqual([true, 1])
    const sizes = (await collect(client.list('big'))).map(({ size }) => size)
    expect(sizes).toEqual(Array.from({ length: 8 }, () => 1024 * 1024))
  })

  test('a login that was revoked says which command logs in again', async () => {
    const at = await place()
    const client = await connect(at.settings)
    await client.write('one', bytesSource('x'))
    at.server.tokens.revoke(at.settings['refresh-token'] ?? '')
    at.server.tokens.expireAll()
    await expect(client.stat('one')).rejects.toMatchObject({
      code: 'unauthenticated',
      hint: expect.stringContaining('fairlead client login drive'),
    })
  })

  test('nobody is logged in at first, and the error says how to', async () => {
    const at = await place()
    await expect((await connect(bare(at))).stat('one')).rejects.toMatchObject({
      code: 'unauthenticated',
      hint: expect.stringContaining('fairlead client login drive'),
    })
  })

  test('an access token alone does until it is refused', async () => {
    const at = await place()
    const token = at.server.tokens.access({ email: at.server.email })
    const client = await connect({ ...bare(at), 'access-token': token })
    await client.write('one', bytesSource('x'))
    at.server.tokens.expireAll()
    await expect(client.stat('one')).rejects.toMatchObject({ code: 'unauthenticated', hint: expect.stringContaining('client login') })
  })

  test('a service account works by its key file, and its token is shared between processes', async () => {
    const at = await place()
    const settings = { ...bare(at), 'key-file': keyFile(at) }
    const home = { env: { FAIRLEAD_HOME: scratch() } }
    await (await connect(settings, home)).write('one', bytesSource('by a robot'))
    expect(await textAt(await connect(settings, home), 'one')).toBe('by a robot')
    expect(at.server.tokens.issued).toBe(1)
    at.server.tokens.expireAll()
    expect(await textAt(await connect(settings, home), 'one')).toBe('by a robot')
    expect(at.server.tokens.issued).toBe(2)
  })

  test('GOOGLE_APPLICATION_CREDENTIALS names the key file of the default connection', async () => {
    const at = await place()
    const client = await connect(bare(at), { env: { GOOGLE_APPLICATION_CREDENTIALS: keyFile(at) } })
    await client.write('one', bytesSource('x'))
    expect(at.server.tokens.issued).toBe(1)
  })

  test('a key file that is not there, or is none, is named with what to do', async () => {
    const at = await place()
    const broken = join(scratch(), 'broken.json')
    writeFileSync(broken, '{}')
    for (const file of [join(scratch(), 'missing.json'), broken]) {
      const failure = (await connect({ ...bare(at), 'key-file': file })).stat('one')
      await expect(failure).rejects.toMatchObject({ code: 'config-invalid', message: expect.stringContaining(file) })
    }
  })

  test('a login for what Fairlead made says so where it sees nothing, and sees what it made', async () => {
    const at = await place({ scope: 'https://www.googleapis.com/auth/drive.file' })
    const { folder: _folder, ...settings } = at.settings
    const lines: string[] = []
    const quiet = (): void => undefined
    const info = (line: string): void => void lines.push(line)
    const log: Log = { trace: quiet, debug: quiet, info, warn: quiet, error: quiet, child: () => log }
    const client = await connect(settings, { log })
    expect(await collect(client.list(''))).toEqual([])
    expect(lines.join('\n')).toContain('fairlead client login drive --access full')
    await client.write('mine/one', bytesSource('x'))
    expect((await collect(client.list('', { recursive: true }))).map(({ path }) => path)).toEqual(['mine/one'])
  })

  test('a login for reading is told so where it would write', async () => {
    const at = await place({ scope: 'https://www.googleapis.com/auth/drive.readonly' })
    await expect((await connect(at.settings)).write('one', bytesSource('x'))).rejects.toMatchObject({
      code: 'permission-denied',
      hint: expect.stringContaining('fairlead client login drive --access full'),
    })
  })
})
