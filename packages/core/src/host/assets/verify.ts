import { createHash } from 'node:crypto'
import type { AssetFile } from '../../contract/asset.ts'
import { FairleadError } from '../../contract/errors.ts'
import type { Reference } from '../../contract/reference.ts'
import { quiet, referenceOf, requireCapability, uriOf, type AssetContext } from './asset-context.ts'
import type { StoredAsset } from './asset-store.ts'
import type { CallOptions, VerifyResult } from '../client.ts'
import { lanesOf } from '../objects/lanes.ts'
import { parallel } from '../objects/parallel.ts'

type Problem = VerifyResult['problems'][number]

/** Reads every file of an asset back and hashes it; nothing remembered is trusted. Problems come in order of path. */
export async function verify(context: AssetContext, target: Reference | string, options: CallOptions = {}): Promise<VerifyResult> {
  requireCapability(context, 'read', 'verify')
  const asset = await context.store.resolve(referenceOf(context, target), quiet(options))
  const { files } = asset.manifest
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  options.onEvent?.({ type: 'plan', files: files.length, bytes })
  const problems: Problem[] = []
  const lanes = lanesOf(context.runtime, options)
  await parallel(
    files,
    lanes,
    async (file, signal) => {
      const problem = await problemOf(context, asset, file, { ...options, signal, lanes })
      if (problem !== undefined) problems.push(problem)
    },
    options.signal,
  )
  problems.sort((a, b) => (a.path < b.path ? -1 : 1))
  return {
    uri: uriOf(context, asset.address, asset.tag, asset.digest),
    digest: asset.digest,
    ok: problems.length === 0,
    files: files.length,
    bytes,
    problems,
  }
}

async function problemOf(context: AssetContext, asset: StoredAsset, file: AssetFile, call: CallOptions): Promise<Problem | undefined> {
  const { path, size, sha256 } = file
  try {
    const { body } = await context.objects.read(context.store.locate(asset, file), call)
    const hash = createHash('sha256')
    let found = 0
    for await (const piece of body) {
      hash.update(piece)
      found += piece.byteLength
      // What is longer than it should be is wrong already, however long it goes on.
      if (found > size) return { path, problem: 'size', expected: String(size), found: `more than ${size}` }
    }
    if (found !== size) return { path, problem: 'size', expected: String(size), found: String(found) }
    const digest = hash.digest('hex')
    return digest === sha256 ? undefined : { path, problem: 'sha256', expected: sha256, found: digest }
  } catch (cause) {
    if (FairleadError.is(cause, 'not-found')) return { path, problem: 'missing', expected: sha256, found: '' }
    if (FairleadError.is(cause, 'integrity')) return { path, problem: 'sha256', expected: sha256, found: cause.message }
    throw cause
  }
}
