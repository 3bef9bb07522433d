import type { TagRecord } from '../contract/asset.ts'
import { canonicalJson } from '../contract/canonical-json.ts'
import { FairleadError } from '../contract/errors.ts'

/** Whether a tag already says what is to be written: the same content and, where labels are given, the same labels. */
export function sameTag(there: TagRecord, wanted: TagRecord, labels: TagRecord['labels'] | undefined): boolean {
  return there.digest === wanted.digest && there.root === wanted.root && (labels === undefined || canonicalJson(there.labels) === canonicalJson(labels))
}

/** `already-exists`: the tag says something else, and replacing it is asked for with `--force`. */
export function alreadyTagged(uri: string, there: TagRecord, wanted: TagRecord): FairleadError {
  const what = there.digest !== wanted.digest ? `other content (${there.digest})` : there.root !== wanted.root ? 'the same content in another place' : 'the same content with other labels'
  return new FairleadError('already-exists', `${uri} is already there with ${what}.`, { hint: 'Choose another tag, or replace it with --force.' })
}
