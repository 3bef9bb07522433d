import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource, FairleadError } from '@fairlead/core'
import { createClient } from '@fairlead/core/host'
import { findProgram, freePort, s3Unavailable, serverFolder, startServer, type ServerProcess } from '@fairlead/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { s3 } from '../src/index.ts'
import { failureOf } from './support.ts'

const folder = serverFolder('s3-tls')
const certificate = join(folder, 'certificate.pem')
const key = join(folder, 'key.pem')
let server: ServerProcess
let endpoint: string

describe.skipIf(s3Unavailable() !== undefined || findProgram('openssl') === undefined)(
  'over TLS, with a certificate authority of its own',
  () => {
    beforeAll(async () => {
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
      execFileSync(
        'openssl',
        ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, '-days', '2', ...subject],
        { stdio: 'ignore' },
      )
      const port = await freePort()
      endpoint = `https://127.0.0.1:${port}`
      mkdirSync(join(folder, 'buckets'))
      const answers = async (): Promise<boolean> => {
        await using client = await connect()
        // Anything that is said over a trusted connection will do.
        return await client.stat('x').then(
          () => true,
          (cause: unknown) => !FairleadError.is(cause, 'network'),
        )
      }
      server = await startServer({
        name: 'versitygw',
        command: findProgram('versitygw') ?? '',
        args: [
          '--port',
          `127.0.0.1:${port}`,
          '--cert',
          certificate,
          '--key',
          key,
          '--keep-alive',
          '--quiet',
          'posix',
          join(folder, 'buckets'),
        ],
        env: { ROOT_ACCESS_KEY_ID: 'TLSROOT', ROOT_SECRET_ACCESS_KEY: 'tls-secret' },
        folder,
        removeFolder: true,
        serves: answers,
      })
    })
    afterAll(async () => {
      await server[Symbol.asyncDispose]()
    })
    const connect = async (ca = certificate) =>
      await createClient(
        s3,
        { endpoint, bucket: 'secure', 'access-key-id': 'TLSROOT', 'secret-access-key': 'tls-secret', 'create-bucket': true },
        {
          env: {
            HOME: folder,
            FAIRLEAD_HOME: folder,
            FAIRLEAD_SECRETS: 'file',
            FAIRLEAD_LOG_LEVEL: 'silent',
            ...(ca !== '' && { FAIRLEAD_CA_FILE: ca }),
          },
        },
      )

    test('makes a bucket, and sends and reads bodies small and big', async () => {
      await using client = await connect()
      for (const size of [4096, 40 * 1024 * 1024]) {
        const body = new Uint8Array(size).fill(3)
        const entry = await client.write(`of-${size}`, bytesSource(body))
        expect(entry.checksums).toMatchObject([{ algorithm: 'crc32', scope: 'object' }])
        expect(Buffer.compare((await client.readBytes(`of-${size}`, { maxBytes: size })).bytes, body)).toBe(0)
      }
    })

    test('refuses a certificate that nobody trusts, and says which file would help', async () => {
      await using client = await connect('')
      expect(await failureOf(client.stat('x'))).toMatchObject({ code: 'network', hint: expect.stringContaining('FAIRLEAD_CA_FILE') })
    })
  },
)
