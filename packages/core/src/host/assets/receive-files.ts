import { lstatSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import type { AssetFile } from '../../contract/asset.ts'
import { FairleadError } from '../../contract/errors.ts'
import type { AssetContext } from './asset-context.ts'
import type { StoredAsset } from './asset-store.ts'
import type { PullOptions } from '../client.ts'
import { lanesOf } from '../objects/lanes.ts'
import { parallel } from '../objects/parallel.ts'
import { restoreAttributes } from './pull-folder.ts'

/** Files up to this size are read in one piece: no temporary file, no journal row, one call to the disk. */
const smallBytes = 1024 * 1024

/** Receives what the incoming folder lacks, several files at once, each verified; how many bytes had to come. */
export async function receiveFiles(context: AssetContext, asset: StoredAsset, incoming: string, options: PullOptions): Promise<number> {
  const missing: AssetFile[] = []
  for (const file of asset.manifest.files) {
    options.signal?.throwIfAborted()
    if (!(await holds(context, join(incoming, file.path), file, options.signal))) missing.push(file)
  }
  const bytes = missing.reduce((sum, { size }) => sum + size, 0)
  options.onEvent?.({ type: 'plan', files: missing.length, bytes })
  const lanes = lanesOf(context.runtime, options)
  await parallel(
    missing,
    lanes,
    async (file, signal) => {
      const call = { signal, lanes, ...(options.onEvent !== undefined && { onEvent: options.onEvent }) }
      const target = join(incoming, file.path)
      const source = context.store.locate(asset, file)
      try {
        if (file.size > smallBytes)
          await context.objects.download(source, target, { ...call, sha256: file.sha256, size: file.size, force: true })
        else {
          const { bytes } = await context.objects.readBytes(source, call)
          check(bytes, file, source)
          writeFileSync(target, bytes)
        }
      } catch (cause) {
        // Where the content lies need not tell which file it is.
        throw FairleadError.is(cause, 'integrity') ? damaged(file.path, cause.message, source, cause) : cause
      }
    },
    options.signal,
    { holding: options.lanes !== undefined },
  )
  for (const { path } of asset.manifest.files) restoreAttributes(join(incoming, path), path, asset.record)
  return bytes
}

async function holds(
  { facts }: AssetContext,
  target: string,
  { size, sha256 }: AssetFile,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const status = lstatSync(target, { throwIfNoEntry: false })
  return status?.isFile() === true && status.size === size && (await facts.sha256(target, signal)) === sha256
}

function check(bytes: Uint8Array, { size, sha256 }: AssetFile, source: string): void {
  const found = createHash('sha256').update(bytes).digest('hex')
  if (bytes.byteLength === size && found === sha256) return
  throw new FairleadError('integrity', `${bytes.byteLength} bytes with the sha256 ${found} instead of ${size} with ${sha256}.`, {
    path: source,
  })
}

function damaged(path: string, what: string, source: string, cause: FairleadError): FairleadError {
  return new FairleadError('integrity', `"${path}" is damaged: ${what}`, {
    path: source,
    cause,
    hint: 'See what else is damaged with fairlead verify, then push the asset again with --force.',
  })
}
