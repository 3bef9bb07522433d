import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { builtinTraits, measureTraits, traitFile } from '@fairlead/assets'

/** Width, height and channels of an image, from its header; empty for any other file. */
export function imageTraits(file: string): Readonly<Record<string, unknown>> {
  const handle = openSync(file, 'r')
  try {
    const { width, height, channels } = builtinTraits
    const reader = {
      size: statSync(file).size,
      read(offset: number, length: number): Uint8Array {
        const target = Buffer.alloc(length)
        return target.subarray(0, readSync(handle, target, 0, length, offset))
      },
    }
    return measureTraits({ width, height, channels }, traitFile(basename(file), {}, reader)).traits
  } finally {
    closeSync(handle)
  }
}
