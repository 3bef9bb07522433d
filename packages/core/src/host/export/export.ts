import { resolve } from 'node:path'
import { FairleadError } from '../../contract/errors.ts'
import { quiet, requireCapability, type AssetContext } from '../assets/asset-context.ts'
import type { CallOptions, ExportResult } from '../client.ts'
import { commitTag } from '../assets/commit-tag.ts'
import { listMetadata, metadataPath, sendMetadata } from './export-metadata.ts'
import { planExport, type AssetPlan } from './export-plan.ts'
import { ensureLayout } from '../assets/layout-marker.ts'
import { parallel } from '../objects/parallel.ts'
import { refuseChanged, sendFiles } from '../assets/push-content.ts'
import { metadataFiles, metadataKinds, readStaging, type MetadataKind } from './staging.ts'

const assetsAtOnce = 4

/**
 * Writes a staging folder to the connection in Hidebound's layout (`content/…`, `metadata/…`), with a manifest and a tag
 * per asset, so that what was exported is found and pulled by its reference. Per asset: content, metadata documents,
 * manifest, tag; the chunks of all come last. So an export that was killed is finished by the next one, and nothing is
 * visible half.
 *
 * What differs from a tag that is there is replaced only with `force`: tags that name the old content go first, then
 * files the new one does not have. Errors: `already-exists`, `input-invalid`, `path-invalid` (all before anything is
 * written), `unsupported` for a native asset store.
 */
export async function exportStaging(
  context: AssetContext,
  folder: string,
  options: CallOptions & { readonly force?: boolean; readonly dryRun?: boolean } = {},
): Promise<ExportResult> {
  const { name, capabilities, identity, locks } = context.runtime
  for (const capability of ['write', 'read', 'list'] as const) requireCapability(context, capability, 'export')
  if (options.force === true) requireCapability(context, 'remove', 'replace')
  if (capabilities.assets === 'native') {
    throw new FairleadError('unsupported', `"${name}" keeps assets in its own shape, so it can't be an exporter.`, {
      connection: name,
      hint: 'Push the assets one by one with fairlead push.',
    })
  }
  const staging = resolve(folder)
  const assets = readStaging(staging)
  const work = async (): Promise<ExportResult> => {
    const plans = await planExport(context, staging, assets, options)
    const unsent = plans.flatMap(plan => plan.unsent)
    const sent = unsent.reduce((sum, { size }) => sum + size, 0)
    const files = plans.reduce((sum, { record }) => sum + record.count, 0)
    options.onEvent?.({ type: 'plan', files: unsent.length, bytes: sent })
    if (options.dryRun !== true) await apply(context, staging, plans, options)
    return {
      assets: plans.length,
      files,
      bytes: plans.reduce((sum, { record }) => sum + record.bytes, 0),
      sent,
      skipped: files - unsent.length,
    }
  }
  return options.dryRun === true
    ? work()
    : locks.exclusive(`export ${identity}`, work, options.signal === undefined ? {} : { signal: options.signal })
}

async function apply(context: AssetContext, staging: string, plans: readonly AssetPlan[], options: CallOptions): Promise<void> {
  await ensureLayout(context, options)
  const names = new Map<MetadataKind, ReadonlySet<string>>(metadataKinds.map(kind => [kind, new Set(metadataFiles(staging, kind))]))
  const there = new Map(
    await Promise.all(
      metadataKinds.map(
        async kind => [kind, (names.get(kind)?.size ?? 0) === 0 ? new Map() : await listMetadata(context, kind, options)] as const,
      ),
    ),
  )
  const send = async (kind: MetadataKind, name: string, call: CallOptions) => {
    if (names.get(kind)?.has(name) === true)
      await sendMetadata(context, staging, metadataPath(kind, name), there.get(kind) ?? new Map(), call)
  }
  await parallel(
    plans,
    assetsAtOnce,
    async (plan, signal) => {
      const call = { ...options, signal }
      const { staged, unsent } = plan
      if (plan.before !== undefined) await clearTheWay(context, plan, call)
      await sendFiles(context, unsent, { ...call, concurrency: assetsAtOnce, keepTimes: true }, ({ target, sha256 }, { etag }) => {
        if (etag !== undefined) context.facts.rememberRemote(target, etag, sha256)
      })
      refuseChanged(unsent)
      for (const id of staged.fileIds) await send('file', `${id}.json`, call)
      await send('asset', `${staged.id}.json`, call)
      if (!plan.done) await commitTag(context, plan.address, plan.tag, { manifest: staged.manifest, record: plan.record }, undefined, call)
    },
    options.signal,
  )
  for (const kind of ['asset-chunk', 'file-chunk'] as const) {
    for (const name of names.get(kind) ?? []) await send(kind, name, options)
  }
}

/** Takes away every tag that the new content would make a lie, then the old files that the new asset does not have. */
async function clearTheWay(
  { store, objects }: AssetContext,
  { address, tag, record, staged }: AssetPlan,
  options: CallOptions,
): Promise<void> {
  const call = quiet(options)
  const kept = new Set(staged.manifest.files.map(({ path }) => path))
  const stale = new Set<string>()
  for (const [name, { record: old }] of await store.tags(address, call)) {
    const overwritten = old.root === record.root && old.digest !== record.digest
    if (name !== tag && !overwritten) continue
    if (overwritten) {
      const asset = await store.resolve({ ...address, tag: name }, call)
      for (const file of asset.manifest.files) if (!kept.has(file.path)) stale.add(store.locate(asset, file))
    }
    if (name !== tag)
      options.onEvent?.({
        type: 'warning',
        message: `The tag ${address.collection}/${address.name}:${name} named the content that is replaced, and is removed.`,
      })
    await store.untag(address, name, call)
  }
  if (stale.size > 0) await objects.delete([...stale], call)
}
