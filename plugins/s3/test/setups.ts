import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { faultProxy, s3Server, s3Unavailable, type Harness, type Setup } from '@fairlead/testkit'

const child = { module: new URL('../src/index.ts', import.meta.url), export: 's3' }

/** Real semantics over a folder, with versions; the fault proxy stands before it. */
export const versity: Setup = {
  name: 'the Versity gateway',
  hermetic: false,
  unavailable: s3Unavailable,
  start: startVersity,
}

async function startVersity(): Promise<Harness> {
  const server = await s3Server({ versions: true })
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
