import { lstatSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { AssetFile, AssetManifest } from '../../contract/asset.ts'
import { FairleadError } from '../../contract/errors.ts'
import { printable, type Reference } from '../../contract/reference.ts'
import { quiet, referenceOf, requireCapability, uriOf, type AssetContext } from './asset-context.ts'
import type { StoredAsset } from './asset-store.ts'
import type { PullOptions, PullResult } from '../client.ts'
import { dropIncoming, openIncoming, publish, pullFolder, recover, sweep } from './pull-folder.ts'
import { receiveFiles } from './receive-files.ts'
import { scanAsset, type ScannedAsset } from './scan-asset.ts'
import { checkTarget, targetRules } from './target-rules.ts'

/**
 * Makes DEST/<name>, a folder with the asset's files; an asset of type `file` with one file becomes DEST/<that file's
 * own name>. Files are received into a hidden folder beside it and shown all at once by a rename, each verified by size
 * and sha256; a pull that was killed goes on with what had arrived. Modification times and executable bits are restored.
 *
 * The same content there already is `unchanged`. Errors: `not-found`, `already-exists` (other content; `force` replaces
 * it), `integrity`, `path-invalid` (a name that leaves the folder, or that this file system can't keep apart from
 * another; found before anything is written).
 */
export async function pull(
  context: AssetContext,
  target: Reference | string,
  destination: string,
  options: PullOptions = {},
): Promise<PullResult> {
  requireCapability(context, 'read', 'pull')
  const reference = referenceOf(context, target)
  const asset = await context.store.resolve(reference, quiet(options))
  const { files } = asset.manifest
  const folder = resolve(destination)
  const only = onlyFile(asset.manifest)
  const path = join(folder, only?.path ?? asset.address.name)
  requireFolder(folder)
  checkTarget(files, only === undefined ? path : folder, targetRules(folder))
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  if (!Number.isSafeInteger(bytes))
    throw new FairleadError('integrity', `${uriOf(context, asset.address, asset.tag, asset.digest)} claims more bytes than any disk has.`, {
      hint: 'Do not use this asset: its manifest is broken or hostile.',
    })
  const result = (outcome: PullResult['outcome'], received: number): PullResult => ({
    uri: uriOf(context, asset.address, asset.tag, asset.digest),
    digest: asset.digest,
    path,
    files: files.length,
    bytes,
    received,
    outcome,
  })
  if (options.dryRun === true) {
    const state = await stateOf(context, path, asset.manifest, options)
    if (state === 'other' && options.force !== true) throw alreadyThere(path)
    return result(state === 'same' ? 'unchanged' : 'planned', state === 'same' ? 0 : bytes)
  }
  return context.runtime.locks.exclusive(
    `pull ${path}`,
    async () => receive(context, asset, path, only, result, options),
    options.signal === undefined ? {} : { signal: options.signal },
  )
}

async function receive(
  context: AssetContext,
  asset: StoredAsset,
  path: string,
  only: AssetFile | undefined,
  result: (outcome: PullResult['outcome'], received: number) => PullResult,
  options: PullOptions,
): Promise<PullResult> {
  const { files } = asset.manifest
  const folders = pullFolder(path, asset.digest)
  recover(path, folders)
  const state = await stateOf(context, path, asset.manifest, options)
  if (state === 'same') {
    dropIncoming(folders)
    return result('unchanged', 0)
  }
  if (state === 'other' && options.force !== true) throw alreadyThere(path)
  openIncoming(folders.incoming, files)
  const received = await receiveFiles(context, asset, folders.incoming, options)
  sweep(folders.incoming, files)
  options.signal?.throwIfAborted()
  publish(only === undefined ? folders.incoming : join(folders.incoming, only.path), path, folders)
  return result(state === 'other' ? 'replaced' : 'created', received)
}

/** The destination, or the nearest thing above it that exists, must be a folder. */
function requireFolder(folder: string): void {
  let there = folder
  let status = statSync(there, { throwIfNoEntry: false })
  while (status === undefined && dirname(there) !== there) {
    there = dirname(there)
    status = statSync(there, { throwIfNoEntry: false })
  }
  if (status?.isDirectory() === true) return
  throw new FairleadError('path-invalid', `The destination "${printable(folder)}" can't be a folder: "${printable(there)}" is a file.`, {
    path: there,
    hint: 'Give a folder; it is created if it does not exist.',
  })
}

/** The file that stands for the whole asset. */
function onlyFile({ type, files }: AssetManifest): AssetFile | undefined {
  const [first] = files
  return type === 'file' && files.length === 1 && first?.path.includes('/') === false ? first : undefined
}

/** Compares what is there with the manifest; sizes first, then hashes through the facts. */
async function stateOf(
  { facts }: AssetContext,
  path: string,
  manifest: AssetManifest,
  { signal }: PullOptions,
): Promise<'absent' | 'same' | 'other'> {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return 'absent'
  const there = scanOrNothing(path)
  const kind = onlyFile(manifest) === undefined ? 'folder' : 'file'
  if (there?.kind !== kind || there.files.length !== manifest.files.length) return 'other'
  const wanted = new Map(manifest.files.map(file => [file.path, file]))
  if (there.files.some(file => wanted.get(file.path)?.size !== file.size)) return 'other'
  for (const file of there.files) {
    signal?.throwIfAborted()
    if ((await facts.sha256(file.file, signal)) !== wanted.get(file.path)?.sha256) return 'other'
  }
  return 'same'
}

/** A folder with links in it, or without files, is no asset. */
function scanOrNothing(path: string): ScannedAsset | undefined {
  try {
    return scanAsset(path)
  } catch (cause) {
    if (FairleadError.is(cause)) return undefined
    throw cause
  }
}

function alreadyThere(path: string): FairleadError {
  return new FairleadError('already-exists', `"${path}" already exists with different content.`, {
    path,
    hint: 'Pull into another folder, or replace it with --force.',
  })
}
