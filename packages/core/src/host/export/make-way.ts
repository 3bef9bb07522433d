import { quiet, type AssetContext } from '../assets/asset-context.ts'
import type { CallOptions } from '../client.ts'
import { removeExportMetadata } from './export-metadata.ts'
import type { AssetPlan } from './export-plan.ts'

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
        message: `The tag ${address.collection}/${address.name}:${name} named the content that is replaced, and is removed.`,
      })
    await store.untag(address, name, call)
    if (leaves) await removeExportMetadata(context, old, call)
  }
  if (stale.size > 0) await objects.delete([...stale], call)
}
