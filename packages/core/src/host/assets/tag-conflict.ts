import type { TagRecord } from '../../contract/asset.ts'
import { canonicalJson } from '../../contract/canonical-json.ts'
import { FairleadError } from '../../contract/errors.ts'
import { formatReference } from '../../contract/reference.ts'
import { quiet, uriOf, type AssetContext } from './asset-context.ts'
import { isTwin, type Address, type StoredTag } from './asset-store.ts'
import type { CallOptions } from '../client.ts'

/** Whether a tag already says what is to be written: the same content and, where labels are given, the same labels. */
export function sameTag(there: TagRecord, wanted: TagRecord, labels: TagRecord['labels'] | undefined): boolean {
  return (
    there.digest === wanted.digest &&
    there.root === wanted.root &&
    (labels === undefined || canonicalJson(there.labels) === canonicalJson(labels))
  )
}

/** `already-exists`: the tag says something else, and replacing it is asked for with `--force`. */
export function alreadyTagged(uri: string, there: TagRecord, wanted: TagRecord): FairleadError {
  const what =
    there.digest !== wanted.digest
      ? `different content (${there.digest})`
      : there.root !== wanted.root
        ? 'the same content in another location'
        : 'the same content with different labels'
  return new FairleadError('already-exists', `${uri} already exists with ${what}.`, {
    hint: 'Choose another tag, or replace it with --force.',
  })
}

/** Refuses (`path-invalid`) an asset or a tag that a store without case can't tell from one that is there. */
export async function refuseTwin(context: AssetContext, address: Address, tag: string, options: CallOptions): Promise<void> {
  const { assets, paths } = context.runtime.capabilities
  if (assets === 'native' || paths.case === 'sensitive') return
  for (const [name, { record }] of await context.store.tags(address, quiet(options))) {
    const wanted = formatReference({ ...address, tag: name.toLowerCase() === tag.toLowerCase() ? tag : name })
    if (!isTwin(record, wanted)) continue
    throw new FairleadError(
      'path-invalid',
      `${uriOf(context, address, tag)} differs from ${record.reference ?? ''} only in case, and the store can't tell the two apart.`,
      { hint: 'Choose another name or tag, or write it like the existing one.' },
    )
  }
}

/** The tag as it is. With `force`, a record that nobody can read names nothing, and makes way. */
export async function readTag(
  { store }: AssetContext,
  address: Address,
  tag: string,
  options: CallOptions & { readonly force?: boolean; readonly dryRun?: boolean },
): Promise<StoredTag | undefined> {
  try {
    return await store.tagged(address, tag, quiet(options))
  } catch (cause) {
    if (options.force !== true || !FairleadError.is(cause, 'integrity')) throw cause
    if (options.dryRun !== true) await store.untag(address, tag, quiet(options))
    return undefined
  }
}
