import { quiet, type AssetContext } from '../assets/asset-context.ts'
import type { CallOptions } from '../client.ts'
import { metadataPath, removeExportMetadata, textsOf } from './export-metadata.ts'
import type { AssetPlan } from './export-plan.ts'
import { below } from './export-root.ts'

/**
 * Takes away every tag that the new content would make a lie, then the old files that the new asset does not have, and
 * those of the same tag that lay at another place which no other tag names.
 */
export async function makeWay(
  context: AssetContext,
  { address, tag, record, staged }: Pick<AssetPlan, 'address' | 'tag' | 'record' | 'staged'>,
  options: CallOptions,
): Promise<void> {
  const { store, objects } = context
  const call = quiet(options)
  const kept = new Set(staged.manifest.files.map(({ path }) => path))
  const stale = new Set<string>()
  const tags = await store.tags(address, call)
  for (const [name, { record: old }] of tags) {
    const overwritten = old.root === record.root && old.digest !== record.digest
    if (name !== tag && !overwritten) continue
    const leaves =
      old.root !== record.root &&
      old.root !== undefined &&
      ![...tags].some(([other, one]) => other !== name && one.record.root === old.root)
    if (overwritten || leaves) {
      const asset = await store.resolve({ ...address, tag: name }, call)
      for (const file of asset.manifest.files) if (leaves || !kept.has(file.path)) stale.add(store.locate(asset, file))
    }
    if (name !== tag)
      options.onEvent?.({
        type: 'warning',
        message: `The tag ${address.collection}/${address.name}:${name} referred to the replaced content and is removed.`,
      })
    await store.untag(address, name, call)
    if (leaves) await removeExportMetadata(context, old, call)
  }
  if (stale.size > 0) await objects.delete([...stale], call)
}

/**
 * Takes away the files of an earlier export of the asset that {@link makeWay} no longer can, since a killed export had
 * taken the tag away before: its document, which is replaced later, still names them. Files of a tag that is there stay.
 */
export async function finishMakingWay(
  context: AssetContext,
  { address, record, staged }: Pick<AssetPlan, 'address' | 'record' | 'staged'>,
  prefix: string,
  options: CallOptions,
): Promise<void> {
  const { store, objects } = context
  const call = quiet(options)
  const named = await textsOf(objects, below(prefix, metadataPath('asset', `${staged.id}.json`)), 'filepaths_relative', call)
  const root = staged.folder === '' ? '' : `${staged.folder}/`
  const now = new Set(staged.manifest.files.map(({ path }) => root + path))
  const stale = named.filter(path => path.startsWith(`${staged.path}/`) && !path.split('/').includes('..') && !now.has(path))
  if (stale.length === 0) return
  for (const { record: other } of (await store.tags(address, call)).values()) if (other.root === record.root) return
  await objects.delete(
    stale.map(path => below(prefix, `content/${path}`)),
    call,
  )
}
