import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Harness, Setup } from '@fairlead/testkit'

/** A temporary folder: the real thing, so it always runs. */
export const folder: Setup = { name: 'a temporary folder', hermetic: true, start: async () => startFolder() }

function startFolder(): Harness {
  const parent = mkdtempSync(join(tmpdir(), 'fairlead-disk-'))
  const root = join(parent, 'store')
  const fileOf = (path: string) => join(root, ...path.split('/'))
  return {
    settings: { root, 'share-url': 'http://127.0.0.1:8390' },
    child: { module: new URL('../src/index.ts', import.meta.url), export: 'disk' },
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
      const uploads = join(root, '.fairlead', 'uploads')
      for (const name of readdirSync(uploads)) rmSync(join(uploads, name))
    },
    [Symbol.asyncDispose]: async () => rmSync(parent, { recursive: true, force: true }),
  }
}

function readIfThere(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}
