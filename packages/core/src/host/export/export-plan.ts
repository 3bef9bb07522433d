import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import type { Entry } from '../../contract/entry.ts'
import type { TagRecord } from '../../contract/asset.ts'
import { digestOf } from '../../contract/canonical-json.ts'
import { FairleadError } from '../../contract/errors.ts'
import { checkPaths } from '../../contract/path-rules.ts'
import { formatReference } from '../../contract/reference.ts'
import { addressOf, quiet, uriOf, type AssetContext } from '../assets/asset-context.ts'
import type { Address, StoredTag } from '../assets/asset-store.ts'
import type { CallOptions } from '../client.ts'
import { fingerprintOf } from '../objects/local-file.ts'
import { parallel } from '../objects/parallel.ts'
import { attributesOf, entriesOf, shipmentsOf, type Shipment } from '../assets/push-content.ts'
import type { StagedAsset } from './staging.ts'
import { alreadyTagged, readTag, refuseTwin, sameTag } from '../assets/tag-conflict.ts'

/** What the export of one asset comes to. */
export interface AssetPlan {
  readonly staged: StagedAsset
  readonly address: Address
  readonly tag: string
  readonly record: TagRecord
  /** The tag that is there and says something else: it goes first. */
  readonly before: StoredTag | undefined
  /** Whether the tag says so already: then the content is there. */
  readonly done: boolean
  readonly unsent: readonly Shipment[]
}

const plannedAtOnce = 8

/**
 * Plans an export without writing. Everything that can be refused is refused here: names the store can't keep or tell
 * apart (`path-invalid`), content that is not what its manifest says (`input-invalid`), and, without `force`, tags that
 * say something else (`already-exists`).
 */
export async function planExport(
  context: AssetContext,
  staging: string,
  assets: readonly StagedAsset[],
  options: CallOptions & { readonly force?: boolean; readonly dryRun?: boolean },
): Promise<readonly AssetPlan[]> {
  const { paths } = context.runtime.capabilities
  checkPaths(
    assets.flatMap(({ root, manifest }) => manifest.files.map(({ path }) => `${root}/${path}`)),
    paths,
  )
  const plans = new Array<AssetPlan>(assets.length)
  const conflicts: FairleadError[] = []
  await parallel(
    assets.entries(),
    plannedAtOnce,
    async ([index, staged], signal) => {
      const call = quiet({ ...options, signal })
      const address = addressOf(staged.reference)
      const tag = staged.reference.tag ?? 'latest'
      const record = recordOf(context, staged)
      const found = await readTag(context, address, tag, { ...options, ...call })
      await refuseTwin(context, address, tag, call)
      const done = found !== undefined && sameTag(found.record, record, undefined)
      const before = done ? undefined : found
      if (before !== undefined && options.force !== true) conflicts.push(alreadyTagged(uriOf(context, address, tag), before.record, record))
      const shipments = done ? [] : shipmentsFor(context, staging, staged, address, record)
      const there = await entriesOf(context, shipments, call)
      plans[index] = {
        staged,
        address,
        tag,
        record: { ...record, files: attributesOf(shipments) },
        before,
        done,
        unsent: shipments.filter(shipment => !vouched(context, there.get(shipment.target), shipment)),
      }
    },
    options.signal,
  )
  const [first, ...others] = conflicts
  if (first === undefined) return plans
  throw others.length === 0
    ? first
    : new FairleadError('already-exists', `${first.message} ${others.length} more assets differ from what is there.`, {
        hint: 'Replace what is there with --force.',
      })
}

function recordOf({ runtime }: AssetContext, { id, root, manifest, reference }: StagedAsset): TagRecord {
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
    root,
    reference: formatReference({ ...addressOf(reference), tag: reference.tag ?? 'latest' }),
  }
}

function shipmentsFor(
  context: AssetContext,
  staging: string,
  { root, manifest }: StagedAsset,
  address: Address,
  record: TagRecord,
): readonly Shipment[] {
  const files = manifest.files.map(file => ({ ...file, ...stagedFile(join(staging, root, file.path), file.size) }))
  return shipmentsOf(context, { address, digest: record.digest, manifest, record }, files)
}

function stagedFile(file: string, size: number): Pick<Shipment, 'file' | 'modified' | 'executable' | 'fingerprint'> {
  const status = lstatSync(file, { bigint: true, throwIfNoEntry: false })
  if (status?.isFile() !== true || Number(status.size) !== size) {
    throw new FairleadError('input-invalid', `"${file}" ${status === undefined ? 'is missing' : 'is not what its manifest says'}.`, {
      path: file,
      hint: 'Make the staging folder again with: fairlead create',
    })
  }
  return { file, modified: new Date(Number(status.mtimeMs)), executable: (status.mode & 0o111n) !== 0n, fingerprint: fingerprintOf(status) }
}

/** Content below `content` may be overwritten, so only what was seen to be written, or what the service vouches for, counts as there. */
function vouched({ facts }: AssetContext, entry: Entry | undefined, { target, size, sha256 }: Shipment): boolean {
  if (entry?.kind !== 'object' || entry.size !== size) return false
  const checksum = entry.checksums?.find(({ algorithm, scope }) => algorithm === 'sha256' && scope === 'object')
  if (checksum !== undefined) return checksum.value === sha256
  return entry.etag !== undefined && facts.remote(target, entry.etag) === sha256
}
