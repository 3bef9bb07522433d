import { contentFolder, manifestPath } from '../../contract/asset-layout.ts'
import { FairleadError } from '../../contract/errors.ts'
import type { Reference } from '../../contract/reference.ts'
import { contentLock, quiet, referenceOf, requireCapability, uriOf, type AssetContext } from './asset-context.ts'
import type { StoredAsset, StoredTag } from './asset-store.ts'
import type { CallOptions } from '../client.ts'
import { removeExportMetadata } from '../export/export-metadata.ts'

/**
 * Takes a tag away (default `latest`), then the content and manifest that no other tag of the asset names. The tag goes
 * first, so a reader sees the whole asset or none, and what a killed removal left is content that `clean` removes.
 * Of exported content the files go one by one: what lies beside them stays, and so does what a killed removal left.
 *
 * Errors: `not-found`; `precondition-failed` when the reference has a digest that the tag does not name.
 */
export async function remove(
  context: AssetContext,
  target: Reference | string,
  options: CallOptions & { readonly dryRun?: boolean } = {},
): Promise<{ readonly uri: string; readonly digest: string }> {
  requireCapability(context, 'read', 'remove')
  requireCapability(context, 'remove', 'remove')
  const call = quiet(options)
  const { digest: expected, ...reference } = referenceOf(context, target)
  const tag = reference.tag ?? 'latest'
  const asset = await context.store.resolve({ ...reference, tag }, call)
  const uri = uriOf(context, asset.address, tag)
  if (expected !== undefined && expected !== asset.digest) {
    throw new FairleadError('precondition-failed', `${uri} names ${asset.digest}, not ${expected}.`, {
      hint: 'Check it with fairlead inspect.',
    })
  }
  const result = { uri, digest: asset.digest }
  if (options.dryRun === true) return result
  return context.runtime.locks.exclusive(
    contentLock(context, asset.address, asset.digest),
    async () => {
      await context.store.untag(asset.address, tag, call)
      if (context.runtime.capabilities.assets === 'objects') await removeUnnamed(context, asset, call)
      return result
    },
    options.signal === undefined ? {} : { signal: options.signal },
  )
}

async function removeUnnamed(context: AssetContext, asset: StoredAsset, call: CallOptions): Promise<void> {
  const { objects, store } = context
  const { address, digest, record } = asset
  const others = [...(await store.tags(address, call)).values()]
  if (record.root === undefined) {
    if (!others.some(other => names(other, digest, undefined)))
      await objects.delete(contentFolder(address, digest), { ...call, recursive: true })
  } else if (!others.some(({ record: { root } }) => root === record.root)) {
    await objects.delete(
      asset.manifest.files.map(file => store.locate(asset, file)),
      call,
    )
    await removeExportMetadata(context, record, call)
  }
  if (!others.some(other => other.record.digest === digest)) await objects.delete(manifestPath(address, digest), call)
}

function names({ record }: StoredTag, digest: string, root: string | undefined): boolean {
  return record.digest === digest && record.root === root
}
