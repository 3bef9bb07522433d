import { FairleadError } from '@fairlead/core'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { full, type Faults } from './folder-store.ts'
import { sha256 } from './harness.ts'

/** Of every part but the last. */
export const partBytes = 65_536
/** A body of five parts and a short one. */
export const size = partBytes * 5 + 1000

export const sequential = { ...full, write: { ...full.write, resumable: { ...full.write.resumable, order: 'sequential' } } } as const
export const orders = [['in any order', full] as const, ['in sequence', sequential] as const]

/** A file of these bytes. */
export function fileIn(folder: string, bytes: Uint8Array, name = 'source'): string {
  const file = join(folder, name)
  writeFileSync(file, bytes)
  return file
}

/** The SHA-256 of what is stored at `big`. */
export function stored(objects: { get(path: string): Buffer | undefined }): string {
  return sha256(objects.get('big') ?? Buffer.alloc(0))
}

/** Aborts when this part is about to be sent. */
export function abortAt(part: number, stop: AbortController): Faults {
  return {
    before(operation, detail) {
      if (operation !== 'part' || !detail.startsWith(`${part} `)) return
      stop.abort(new Error('enough'))
      throw new FairleadError('network', 'cut off')
    },
  }
}
