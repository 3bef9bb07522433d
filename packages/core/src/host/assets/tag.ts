import { FairleadError } from '../../contract/errors.ts'
import { parseReference, formatReference, type Reference } from '../../contract/reference.ts'
import { addressOf, contentLock, quiet, referenceOf, requireCapability, uriOf, type AssetContext } from './asset-context.ts'
import type { CallOptions, PushResult } from '../client.ts'
import { commitTag } from './commit-tag.ts'
import { ensureLayout } from './layout-marker.ts'
import { alreadyTagged, readTag, refuseTwin, sameTag } from './tag-conflict.ts'

/**
 * Another tag for the digest of a reference, with its labels and provenance. The same digest there already is
 * `unchanged`; another one is `already-exists` unless `force`. `not-found`, `input-invalid` (no tag).
 */
export async function tag(
  context: AssetContext,
  target: Reference | string,
  name: string,
  options: CallOptions & { readonly force?: boolean } = {},
): Promise<PushResult> {
  requireCapability(context, 'read', 'tag')
  requireCapability(context, 'write', 'tag')
  const source = await context.store.resolve(referenceOf(context, target), quiet(options))
  const { address, digest, manifest } = source
  checkTag(address, name)
  const asset = {
    manifest,
    record: { ...source.record, time: context.runtime.clock.now().toISOString(), reference: formatReference({ ...address, tag: name }) },
  }
  const uri = uriOf(context, address, name)
  const result = (outcome: PushResult['outcome']): PushResult => ({
    reference: { connection: context.runtime.name, ...addressOf(address), tag: name },
    uri,
    digest,
    files: source.record.count,
    bytes: source.record.bytes,
    sent: 0,
    outcome,
  })
  return context.runtime.locks.exclusive(
    contentLock(context, address, digest),
    async () => {
      const before = await readTag(context, address, name, options)
      await refuseTwin(context, address, name, options)
      if (before !== undefined) {
        if (sameTag(before.record, asset.record, undefined)) return result('unchanged')
        if (options.force !== true) throw alreadyTagged(uri, before.record, asset.record)
      }
      await ensureLayout(context, options)
      return result(await commitTag(context, address, name, asset, before, options))
    },
    options.signal === undefined ? {} : { signal: options.signal },
  )
}

function checkTag(address: Reference, name: string): void {
  const text = formatReference({ ...address, tag: name })
  try {
    if (parseReference(text, { addressing: 'registry' }).tag === name) return
  } catch (cause) {
    if (!FairleadError.is(cause)) throw cause
  }
  throw new FairleadError('input-invalid', `"${name}" is not a tag.`, {
    hint: 'A tag consists of letters, digits, ".", "_" and "-", starts with a letter or digit, and has at most 128 characters.',
  })
}
