import { closeSync, openSync, readSync } from 'node:fs'
import { FairleadError } from '../contract/errors.ts'
import type { AssetFacts } from './asset-facts.ts'
import type { CallOptions } from './client.ts'
import { magicBytes, mediaTypeOf } from './metadata/media-type.ts'
import { parallel } from './parallel.ts'
import type { ScannedFile } from './scan-asset.ts'

/** A file with what the manifest says of it. */
export interface HashedFile extends ScannedFile {
  readonly sha256: string
  readonly mediaType: string
}

/** Two files are read while others are hashed; more only seeks. */
const hashedAtOnce = 4

/** Hashes files through the facts, in the order they came in. */
export async function hashFiles(facts: AssetFacts, files: readonly ScannedFile[], { signal }: CallOptions): Promise<readonly HashedFile[]> {
  const hashed = new Array<HashedFile>(files.length)
  const head = Buffer.alloc(magicBytes)
  await parallel(
    files.entries(),
    hashedAtOnce,
    async ([index, file], signal) => {
      const sha256 = await facts.sha256(file.file, signal)
      hashed[index] = { ...file, sha256, mediaType: mediaTypeOf(file.path, readHead(file.file, head)) }
    },
    signal,
  )
  return hashed
}

/** The first bytes of a file, in a buffer that the next call fills again. */
function readHead(file: string, head: Buffer): Uint8Array {
  const descriptor = open(file)
  try {
    return head.subarray(0, readSync(descriptor, head, 0, head.byteLength, 0))
  } finally {
    closeSync(descriptor)
  }
}

function open(file: string): number {
  try {
    return openSync(file, 'r')
  } catch (cause) {
    throw new FairleadError('input-invalid', `"${file}" can't be read.`, {
      path: file,
      cause,
      hint: 'Check that it is there and that you may read it.',
    })
  }
}
