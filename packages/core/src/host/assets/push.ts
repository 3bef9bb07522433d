import type { AssetManifest, TagRecord } from '../../contract/asset.ts'
import { contentFolder } from '../../contract/asset-layout.ts'
import { canonicalJson, digestOf } from '../../contract/canonical-json.ts'
import { FairleadError } from '../../contract/errors.ts'
import { checkPaths } from '../../contract/path-rules.ts'
import { formatReference, type Reference } from '../../contract/reference.ts'
import { addressOf, contentLock, quiet, referenceOf, requireCapability, uriOf, type AssetContext } from './asset-context.ts'
import type { Address } from './asset-store.ts'
import type { PushOptions, PushResult } from '../client.ts'
import { commitTag } from './commit-tag.ts'
import { hashFiles, type HashedFile } from './hash-files.ts'
import { ensureLayout } from './layout-marker.ts'
import { readMetadata } from '../metadata/read-metadata.ts'
import type { SifMetadata } from '../metadata/sif-metadata.ts'
import { settleUploads } from '../uploads/settle-uploads.ts'
import { attributesOf, refuseChanged, sendFiles, shipmentsOf, unsentFiles, type Shipment } from './push-content.ts'
import { refuseOwn } from './refuse-own.ts'
import { scanAsset, type ScannedAsset } from './scan-asset.ts'
import { alreadyTagged, readTag, refuseTwin, sameTag } from './tag-conflict.ts'

/**
 * Stores a local file or folder as an asset: content, then manifest, then tag, so that a reader sees the whole asset or
 * none of it, and a push that was killed is finished by the next one.
 *
 * The same content under the tag is `unchanged`. Labels are part of what a tag says: the same content with other labels
 * is refused like other content, and replaced with `force`. A Singularity image brings the labels it holds. With `force` the content is looked at again even where the
 * tag already names it, and what is missing is sent.
 *
 * Errors: `already-exists` (other content or labels under the tag), `precondition-failed` (someone else replaced the
 * tag meanwhile), `input-invalid` (a link, a changing file, a digest that is not the content's, Fairlead's own folders), `path-invalid` (a name
 * the store can't keep), `unsupported`.
 */
export async function push(
  context: AssetContext,
  path: string,
  target: Reference | string,
  options: PushOptions = {},
): Promise<PushResult> {
  requireCapability(context, 'write', 'push')
  requireCapability(context, 'read', 'push')
  const reference = referenceOf(context, target)
  const address = addressOf(reference)
  const tag = reference.tag ?? 'latest'
  const scan = scanAsset(path)
  refuseOwn(context.runtime.folders, path, scan)
  checkFiles(context, address, scan, path)
  const files = await hashFiles(context.facts, scan.files, options)
  const image = imageOf(files)
  const labels = options.labels ?? image?.labels
  const manifest = manifestFor(scan, files, image, options)
  const digest = digestOf(manifest)
  if (reference.digest !== undefined && reference.digest !== digest) {
    throw new FairleadError('input-invalid', `"${path}" has the digest ${digest}, not ${reference.digest}.`, {
      path,
      hint: 'Leave the digest out, or push the files it belongs to.',
    })
  }
  const asset = { manifest, record: recordFor(context, manifest, digest, files, labels ?? {}, formatReference({ ...address, tag })) }
  const bytes = asset.record.bytes
  const result = (outcome: PushResult['outcome'], sent: number): PushResult => ({
    reference: { connection: context.runtime.name, ...address, tag },
    uri: uriOf(context, address, tag),
    digest,
    files: files.length,
    bytes,
    sent,
    outcome,
  })

  const before = await readTag(context, address, tag, options)
  await refuseTwin(context, address, tag, options)
  if (before !== undefined && options.force !== true) {
    if (sameTag(before.record, asset.record, options.labels)) return result('unchanged', 0)
    throw alreadyTagged(uriOf(context, address, tag), before.record, asset.record)
  }
  const plan = async () => unsentFiles(context, { address, digest, ...asset }, files, quiet(options))
  if (options.dryRun === true) return result('planned', sum(await plan()))

  return context.runtime.locks.exclusive(
    contentLock(context, address, digest),
    async () => {
      await ensureLayout(context, options)
      const unsent = await plan()
      options.onEvent?.({ type: 'plan', files: unsent.length, bytes: sum(unsent) })
      await settleThere(context, { address, digest, ...asset }, files, unsent, options)
      await sendFiles(context, unsent, options)
      refuseChanged(files)
      const repair = before?.record.digest === digest && sameTag(before.record, asset.record, options.labels)
      if (repair) return result(unsent.length === 0 ? 'unchanged' : 'replaced', sum(unsent))
      const outcome = await commitTag(context, address, tag, asset, before, options)
      if (unsent.length < files.length) {
        // What was there already may have been removed by someone between the look and the tag.
        await sendFiles(context, await plan(), quiet(options))
      }
      return result(outcome, sum(unsent))
    },
    options.signal === undefined ? {} : { signal: options.signal },
  )
}

/** What is there whole needs no upload to go on with. */
async function settleThere(
  context: AssetContext,
  asset: Parameters<typeof shipmentsOf>[1],
  files: readonly HashedFile[],
  unsent: readonly Shipment[],
  options: PushOptions,
): Promise<void> {
  if (unsent.length === files.length) return
  const missing = new Set(unsent.map(({ target }) => target))
  const there = shipmentsOf(context, asset, files).map(({ target }) => target)
  await settleUploads(
    context.runtime,
    there.filter(target => !missing.has(target)),
    quiet(options),
  )
}

/** Refuses what the store can't keep before a byte is read or sent. */
function checkFiles({ runtime }: AssetContext, address: Address, { files }: ScannedAsset, path: string): void {
  const { assets, paths, write } = runtime.capabilities
  const folder = assets === 'objects' ? `${contentFolder(address, `sha256:${'0'.repeat(64)}`)}/` : ''
  checkPaths(
    files.map(file => `${folder}${file.path}`),
    paths,
  )
  if (write === false) return
  for (const { size, file } of files) {
    if (size === 0 && !write.empty)
      throw new FairleadError('unsupported', `"${file}" is empty, and the connection "${runtime.name}" can't store empty files.`, {
        path: file,
        hint: `Remove it from "${path}".`,
      })
    if (write.maxBytes !== undefined && size > write.maxBytes) {
      throw new FairleadError(
        'unsupported',
        `"${file}" has ${size} bytes, and the connection "${runtime.name}" stores at most ${write.maxBytes} in one file.`,
        { path: file, hint: 'Use another connection.' },
      )
    }
  }
}

/** What a Singularity image says of itself: it is stored with the asset, so that it is found by its labels. */
function imageOf(files: readonly HashedFile[]): SifMetadata | undefined {
  const [file] = files
  return files.length === 1 && file !== undefined ? readMetadata(file.file, { sha256: file.sha256 }).sif : undefined
}

function manifestFor(
  scan: ScannedAsset,
  files: readonly HashedFile[],
  image: SifMetadata | undefined,
  options: PushOptions,
): AssetManifest {
  return {
    schemaVersion: 1,
    type: options.type ?? (scan.kind === 'file' ? 'file' : 'sequence'),
    ...(options.specification !== undefined && { specification: options.specification }),
    // Read back from JSON, so that what is hashed is what a reader will see.
    traits: JSON.parse(canonicalJson({ ...(image !== undefined && { sif: image }), ...options.traits })),
    files: files.map(({ path, size, sha256, mediaType }) => ({ path, size, sha256, mediaType })),
    ...(options.provenance !== undefined && { provenance: options.provenance }),
  }
}

function recordFor(
  { runtime }: AssetContext,
  { type, specification, provenance }: AssetManifest,
  digest: string,
  files: readonly HashedFile[],
  labels: TagRecord['labels'],
  reference: string,
): TagRecord {
  return {
    schemaVersion: 1,
    digest,
    type,
    count: files.length,
    bytes: sum(files),
    labels,
    ...(specification !== undefined && { specification }),
    ...(provenance !== undefined && { provenance }),
    time: runtime.clock.now().toISOString(),
    files: attributesOf(files),
    reference,
  }
}

function sum(files: ReadonlyArray<{ readonly size: number }>): number {
  return files.reduce((total, { size }) => total + size, 0)
}
