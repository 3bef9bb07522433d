import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import type { Entry } from '../../contract/entry.ts'
import type { TagRecord } from '../../contract/asset.ts'
import { digestOf } from '../../contract/canonical-json.ts'
import { FairleadError } from '../../contract/errors.ts'
import { formatReference } from '../../contract/reference.ts'
import { addressOf, quiet, uriOf, type AssetContext } from '../assets/asset-context.ts'
import type { Address, StoredTag } from '../assets/asset-store.ts'
import type { ExportOptions } from '../client.ts'
import { fingerprintOf } from '../objects/local-file.ts'
import { attributesOf, entriesOf, shipmentsOf, unsentFiles, type Shipment } from '../assets/push-content.ts'
import { alreadyTagged, readTag, refuseTwin, sameTag } from '../assets/tag-conflict.ts'
import { knownSha256 } from './export-metadata.ts'
import { below } from './export-root.ts'
import { checkRealFolders } from './real-folders.ts'
import type { StagedAsset } from './staged-manifest.ts'

/** What the export of one asset comes to. */
export interface AssetPlan {
  readonly staged: StagedAsset
  readonly address: Address
  readonly tag: string
  readonly record: TagRecord
  /** The tag that is there and says something else: it makes way. */
  readonly before: StoredTag | undefined
  /** Whether the tag says so already: then the content is there. */
  readonly done: boolean
  readonly files: readonly Shipment[]
  /** Of the files, those that are not there. */
  readonly unsent: readonly Shipment[]
}

/** Where the files of an asset go; native stores have places of their own. */
export function exportedRoot(context: AssetContext, prefix: string, { folder }: StagedAsset): string | undefined {
  if (context.runtime.capabilities.assets === 'native') return undefined
  return below(prefix, folder === '' ? 'content' : `content/${folder}`)
}

/**
 * Plans the export of one asset without writing. Throws `already-exists` for a tag that says something else, without
 * `force`; `input-invalid` for content that is not what its manifest says; `path-invalid` for a tag that the store can't
 * tell from another one.
 */
export async function planAsset(
  context: AssetContext,
  staging: string,
  staged: StagedAsset,
  options: ExportOptions & { readonly prefix: string },
): Promise<AssetPlan> {
  const call = quiet(options)
  const address = addressOf(staged.reference)
  const tag = staged.reference.tag ?? 'latest'
  const record = recordOf(context, staged, exportedRoot(context, options.prefix, staged))
  const found = await readTag(context, address, tag, { ...options, ...call })
  await refuseTwin(context, address, tag, call)
  const done = found !== undefined && sameTag(found.record, record, undefined)
  const before = done ? undefined : found
  if (before !== undefined && options.force !== true) throw alreadyTagged(uriOf(context, address, tag), before.record, record)
  const asset = { address, digest: record.digest, manifest: staged.manifest, record }
  const content = join(staging, 'content')
  checkRealFolders(
    content,
    staged.manifest.files.map(({ path }) => (staged.folder === '' ? path : `${staged.folder}/${path}`)),
  )
  const files = shipmentsOf(
    context,
    asset,
    staged.manifest.files.map(file => ({ ...file, ...stagedFile(join(content, staged.folder, file.path), file.size) })),
  )
  return {
    staged,
    address,
    tag,
    record: { ...record, files: attributesOf(files) },
    before,
    done,
    files,
    unsent: done ? [] : await missing(context, asset, files, options),
  }
}

/**
 * Content below `content` may be overwritten, so only what was seen to be written, or what the service vouches for,
 * counts as there. Native stores keep content as a push does.
 */
async function missing(
  context: AssetContext,
  asset: Parameters<typeof unsentFiles>[1],
  files: readonly Shipment[],
  options: ExportOptions,
): Promise<readonly Shipment[]> {
  const call = quiet(options)
  if (context.runtime.capabilities.assets === 'native') return unsentFiles(context, asset, files, call)
  const there = await entriesOf(context, files, call)
  return files.filter(file => !isThere(context, there.get(file.target), file))
}

function isThere(context: AssetContext, entry: Entry | undefined, { size, sha256 }: Shipment): boolean {
  return entry?.kind === 'object' && entry.size === size && knownSha256(context, entry) === sha256
}

function recordOf({ runtime }: AssetContext, { id, manifest, reference }: StagedAsset, root: string | undefined): TagRecord {
  const { type, specification, files, provenance } = manifest
  return {
    schemaVersion: 1,
    digest: digestOf(manifest),
    type,
    count: files.length,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    labels: {},
    ...(specification !== undefined && { specification }),
    provenance: { ...provenance, asset_id: id },
    time: runtime.clock.now().toISOString(),
    ...(root !== undefined && { root }),
    reference: formatReference({ ...addressOf(reference), tag: reference.tag ?? 'latest' }),
  }
}

function stagedFile(file: string, size: number): Pick<Shipment, 'file' | 'modified' | 'executable' | 'fingerprint'> {
  const status = lstatSync(file, { bigint: true, throwIfNoEntry: false })
  if (status?.isFile() !== true || Number(status.size) !== size) {
    throw new FairleadError('input-invalid', `"${file}" ${status === undefined ? 'is missing' : 'is not what its manifest says'}.`, {
      path: file,
      hint: 'Recreate the staging folder with: fairlead create',
    })
  }
  return { file, modified: new Date(Number(status.mtimeMs)), executable: (status.mode & 0o111n) !== 0n, fingerprint: fingerprintOf(status) }
}
