import type { Reference } from '../../contract/reference.ts'
import { quiet, referenceOf, requireCapability, uriOf, type AssetContext } from './asset-context.ts'
import type { CallOptions, InspectResult } from '../client.ts'

/** What a reference names: its manifest, verified against the digest, and its tag record. `not-found`, `integrity`. */
export async function inspect(context: AssetContext, target: Reference | string, options: CallOptions = {}): Promise<InspectResult> {
  requireCapability(context, 'read', 'inspect')
  const { address, tag, digest, manifest, record } = await context.store.resolve(referenceOf(context, target), quiet(options))
  const { provenance } = record
  return {
    reference: { connection: context.runtime.name, ...address, ...(tag === undefined ? { digest } : { tag }) },
    uri: uriOf(context, address, tag, digest),
    digest,
    manifest: provenance === undefined ? manifest : { ...manifest, provenance },
    record,
  }
}
