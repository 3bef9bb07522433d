import { mediaTypeByName, unknownMediaType } from '../../contract/media-type.ts'
import type { AssetFacts } from './asset-facts.ts'
import type { CallOptions } from '../client.ts'
import { parallel } from '../objects/parallel.ts'
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
  await parallel(
    files.entries(),
    hashedAtOnce,
    async ([index, file], signal) => {
      const sha256 = await facts.sha256(file.file, signal)
      hashed[index] = { ...file, sha256, mediaType: mediaTypeByName(file.path) ?? unknownMediaType }
    },
    signal,
  )
  return hashed
}
