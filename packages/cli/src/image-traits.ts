import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { readImageHeader } from '@fairlead/assets'
import { FairleadError } from '@fairlead/core'

/** Width, height and channels of an image, from its header; empty for any other file. */
export function imageTraits(file: string): Readonly<Record<string, unknown>> {
  const handle = openSync(file, 'r')
  try {
    const { width, height, channels } = readImageHeader({
      size: statSync(file).size,
      read(offset: number, length: number): Uint8Array {
        const target = Buffer.alloc(length)
        return target.subarray(0, readSync(handle, target, 0, length, offset))
      },
    })
    return { width, height, channels }
  } catch (error) {
    if (FairleadError.is(error, 'input-invalid')) return {}
    throw error
  } finally {
    closeSync(handle)
  }
}
