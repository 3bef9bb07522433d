import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesSource } from '@fairlead/core'
import { missingPrograms, program, swiftServer, swiftUnavailable, type SwiftServer } from '@fairlead/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Raw } from './raw.ts'
import { bigBody, collect, connect } from './support.ts'

const how = 'install python3-swiftclient and rclone'
const tools: ReadonlyArray<{ readonly name: 'swift' | 'rclone'; readonly unavailable: string | undefined }> = (
  ['swift', 'rclone'] as const
).map(name => ({
  name,
  unavailable: swiftUnavailable() ?? missingPrograms([name], how),
}))

for (const { name, unavailable } of tools) {
  describe.skipIf(unavailable !== undefined)(
    `beside the program ${name}${unavailable === undefined ? '' : ` (left out: ${unavailable})`}`,
    () => {
      let server: SwiftServer
      let folder: string

      beforeAll(async () => {
        server = await swiftServer()
        folder = mkdtempSync(join(tmpdir(), 'fairlead-swift-tools-'))
        const raw = await Raw.logIn(server.login)
        await raw.makeContainer('films')
      })
      afterAll(async () => {
        rmSync(folder, { recursive: true, force: true })
        await server[Symbol.asyncDispose]()
      })

      const open = async () => {
        const { authUrl, username, password } = server.login
        return await connect({ 'auth-url': authUrl, username, password, container: 'films' })
      }
      const run = (...args: string[]): string => {
        const { authUrl, username, password } = server.login
        const env = {
          PATH: process.env['PATH'],
          HOME: folder,
          RCLONE_CONFIG: join(folder, 'rclone.conf'),
          RCLONE_CONFIG_S_TYPE: 'swift',
          RCLONE_CONFIG_S_AUTH: authUrl.href,
          RCLONE_CONFIG_S_USER: username,
          RCLONE_CONFIG_S_KEY: password,
          RCLONE_CONFIG_S_AUTH_VERSION: '1',
          ST_AUTH: authUrl.href,
          ST_USER: username,
          ST_KEY: password,
        }
        return execFileSync(program(name, how), args, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
      }
      const fetchBy = (object: string, file: string): Buffer => {
        if (name === 'swift') run('download', 'films', object, '-o', join(folder, file))
        else run('copyto', `s:films/${object}`, join(folder, file))
        return readFileSync(join(folder, file))
      }
      const sendBy = (file: string, object: string, segmentBytes?: number): void => {
        if (name === 'swift')
          run(
            'upload',
            'films',
            join(folder, file),
            '--object-name',
            object,
            ...(segmentBytes === undefined ? [] : ['--use-slo', '-S', String(segmentBytes)]),
          )
        else
          run(
            'copyto',
            join(folder, file),
            `s:films/${object}`,
            ...(segmentBytes === undefined ? [] : ['--swift-chunk-size', `${segmentBytes}b`]),
          )
      }

      test('what we wrote reads back byte-equal: small, odd names, and in segments', async () => {
        const client = await open()
        const modified = new Date('2020-02-03T04:05:06.789Z')
        await client.write('ours/größe 漢 #1%.txt', bytesSource('small of ours'), { modified })
        await client.write('ours/big', bytesSource(bigBody(3)), { modified })
        expect(fetchBy('ours/größe 漢 #1%.txt', 'small').toString()).toBe('small of ours')
        expect(Buffer.compare(fetchBy('ours/big', 'big'), bigBody(3))).toBe(0)
        if (name === 'rclone') expect(run('lsl', 's:films/ours')).toContain('2020-02-03 04:05:06.789')
      })

      test('what it wrote reads back byte-equal with us, and is removed with its segments', async () => {
        const client = await open()
        mkdirSync(join(folder, 'sent'), { recursive: true })
        writeFileSync(join(folder, 'sent', 'small.txt'), 'small of theirs')
        writeFileSync(join(folder, 'sent', 'big.bin'), bigBody(4))
        sendBy('sent/small.txt', 'theirs/small.txt')
        sendBy('sent/big.bin', 'theirs/big.bin', 5_000_000)
        expect(Buffer.from((await client.readBytes('theirs/small.txt')).bytes).toString()).toBe('small of theirs')
        expect(Buffer.compare((await client.readBytes('theirs/big.bin', { maxBytes: 1e8 })).bytes, bigBody(4))).toBe(0)
        const stat = await client.stat('theirs/small.txt')
        expect(Math.abs((stat.modified?.getTime() ?? 0) - Date.now())).toBeLessThan(120_000)
        if (name !== 'swift') return
        const raw = await Raw.logIn(server.login)
        expect((await raw.list('films_segments', '')).length).toBeGreaterThan(3)
        const later = await open()
        await later.delete('theirs/big.bin')
        expect(await raw.list('films_segments', '')).toEqual([])
        expect((await collect(later.list('theirs'))).map(({ path }) => path)).toEqual(['theirs/small.txt'])
      })
    },
  )
}
