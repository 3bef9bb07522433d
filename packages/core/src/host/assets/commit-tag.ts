import type { AssetManifest, TagRecord } from '../../contract/asset.ts'
import { canonicalJson } from '../../contract/canonical-json.ts'
import { FairleadError } from '../../contract/errors.ts'
import { quiet, uriOf, type AssetContext } from './asset-context.ts'
import type { Address, StoredTag } from './asset-store.ts'
import type { PushOptions } from '../client.ts'
import { alreadyTagged, sameTag } from './tag-conflict.ts'

/** Writes manifest and tag. Whoever comes second learns here what the first one made of the tag. */
export async function commitTag(
  context: AssetContext,
  address: Address,
  tag: string,
  asset: { readonly manifest: AssetManifest; readonly record: TagRecord },
  before: StoredTag | undefined,
  options: Pick<PushOptions, 'signal' | 'onEvent' | 'labels'>,
): Promise<'created' | 'replaced' | 'unchanged'> {
  try {
    await context.store.commit(address, tag, asset, before, quiet(options))
  } catch (cause) {
    if (!FairleadError.is(cause, 'precondition-failed') && !FairleadError.is(cause, 'already-exists')) throw cause
    const winner = await context.store.tagged(address, tag, quiet(options))
    // A repeated request finds its own first try.
    const ours = winner !== undefined && canonicalJson(winner.record) === canonicalJson(asset.record)
    if (!ours) {
      if (winner !== undefined && sameTag(winner.record, asset.record, options.labels)) return 'unchanged'
      if (before === undefined && winner !== undefined) throw alreadyTagged(uriOf(context, address, tag), winner.record, asset.record)
      throw new FairleadError('precondition-failed', `Someone else replaced ${uriOf(context, address, tag)} at the same time.`, {
        cause,
        hint: 'Check it with fairlead inspect, then push again.',
      })
    }
  }
  return before === undefined ? 'created' : 'replaced'
}
