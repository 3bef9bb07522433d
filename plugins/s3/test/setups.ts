import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { faultProxy, s3Server, s3Unavailable, type Harness, type Setup } from '@fairlead/testkit'

const child = { module: new URL('../src/index.ts', import.meta.url), export: 's3' }

/** Real semantics over a folder; the fault proxy stands before it. */
export const versity: Setup = {
  name: 'the Versity gateway',
  hermetic: false,
  lacks: {
    'read/reads an earlier version': 'this bucket keeps none: with versions on, the gateway fails to delete a key that is a folder. versions.test.ts shows them',
    'paths/keeps a name as long as a part may be': 'the gateway keeps objects as files, and a name has at most 255 bytes there',
    'paths/tells apart an object and a folder of one name': 'the gateway keeps objects as files',
  },
  unavailable: s3Unavailable,
  start: startVersity,
}

async function startVersity(): Promise<Harness> {
  const server = await s3Server()
  const faults = await faultProxy(server.url)
  const bucket = join(server.buckets, String(server.settings.bucket))
  const fileOf = (path: string): string => join(bucket, ...path.split('/'))
  return {
    settings: { ...server.settings, endpoint: faults.url.href },
    faults,
    child,
    readBack: async path => readIfThere(fileOf(path)),
    async seed(objects) {
      for (const { path, body } of objects) {
        mkdirSync(dirname(fileOf(path)), { recursive: true })
        writeFileSync(fileOf(path), body)
      }
    },
    async corrupt(path) {
      const bytes = readFileSync(fileOf(path))
      bytes[0] = (bytes[0] ?? 0) ^ 1
      writeFileSync(fileOf(path), bytes)
    },
    async expireUploads() {
      const uploads = join(bucket, '.sgwtmp', 'multipart')
      for (const name of readdirSync(uploads)) rmSync(join(uploads, name), { recursive: true })
    },
    async [Symbol.asyncDispose]() {
      await faults[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

function readIfThere(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}
