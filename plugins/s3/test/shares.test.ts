import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { bytesSource } from '@fairlead/core'
import type { Client } from '@fairlead/core/host'
import { findProgram, s3Server, s3Unavailable, type S3Server } from '@fairlead/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clockOff, failureOf, open, temporaryHome } from './support.ts'

const run = promisify(execFile)
const home = temporaryHome()
const scratch = mkdtempSync(join(tmpdir(), 'fairlead-s3-shares-'))
const name = 'a folder/größe & +%.txt'
let server: S3Server
let client: Client

/** Programs that follow a link, each to a file; they fail for anything but a success. */
const followers = {
  curl: (url: string, file: string) => ['--fail', '--silent', '--show-error', '--output', file, url],
  wget: (url: string, file: string) => ['--quiet', '--tries=1', '--output-document', file, url],
} as const

describe.skipIf(s3Unavailable() !== undefined)('a signed link', () => {
  beforeAll(async () => {
    server = await s3Server()
    client = await open(server.settings, { home: home.path })
    await client.write(name, bytesSource('shared bytes'))
  })
  afterAll(async () => {
    await client[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
    home[Symbol.dispose]()
    rmSync(scratch, { recursive: true, force: true })
  })
  const link = async (options: Parameters<Client['share']>[1]) => {
    const [made] = await client.share(`:/${name}`, options)
    if (made === undefined) throw new Error('no link was made')
    return made
  }

  for (const [program, words] of Object.entries(followers)) {
    test.skipIf(findProgram(program) === undefined)(`works with ${program} until its end, and not after`, async () => {
      const file = join(scratch, program)
      const { url, revocable } = await link({ expiresInSeconds: 3600 })
      expect(revocable).toBe(false)
      await run(program, words(url.href, file))
      expect(readFileSync(file, 'utf8')).toBe('shared bytes')
      // Made a minute ago for half of one: nobody has to wait for its end.
      await using earlier = await open(server.settings, { home: home.path, clock: clockOff(-60_000) })
      const [over] = await earlier.share(`:/${name}`, { expiresInSeconds: 30 })
      await failureOf(run(program, words(over?.url.href ?? '', file)))
      expect((await fetch(over?.url ?? '')).status).toBe(403)
    })
  }

  test('to a bucket whose readers pay says who pays, since who follows it sends no header', async () => {
    await using client = await open({ ...server.settings, 'requester-pays': true }, { home: home.path })
    const [made] = await client.share(`:/${name}`, {})
    expect(made?.url.searchParams.get('x-amz-request-payer')).toBe('requester')
    expect(await (await fetch(made?.url ?? '')).text()).toBe('shared bytes')
  })

  test('for HEAD tells what is there, and gives nothing', async () => {
    const { url } = await link({ method: 'HEAD' })
    const answer = await fetch(url, { method: 'HEAD' })
    expect([answer.status, answer.headers.get('content-length')]).toEqual([200, '12'])
    expect((await fetch(url)).status).toBe(403)
  })

  test('for PUT takes one object at its place, and no other', async () => {
    const [made] = await client.share(':/inbox/new.txt', { method: 'PUT' })
    if (made === undefined) throw new Error('no link was made')
    expect((await fetch(made.url, { method: 'PUT', body: 'put here' })).ok).toBe(true)
    expect(Buffer.from((await client.readBytes('inbox/new.txt')).bytes).toString()).toBe('put here')
    const elsewhere = new URL(made.url)
    elsewhere.pathname = elsewhere.pathname.replace('new', 'other')
    expect((await fetch(elsewhere, { method: 'PUT', body: 'x' })).status).toBe(403)
  })

  test('lasts an hour unless asked otherwise, and seven days at most', async () => {
    const { expires } = await link({})
    expect(Math.abs((expires?.getTime() ?? 0) - Date.now() - 3_600_000)).toBeLessThan(5000)
    expect(await failureOf(link({ expiresInSeconds: 7 * 24 * 3600 + 1 }))).toMatchObject({ code: 'input-invalid' })
  })
})
