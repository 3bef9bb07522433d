import { join } from 'node:path'
import type { ApiConnection } from '../../contract/connection.ts'
import { FairleadError } from '../../contract/errors.ts'
import { normalizePath, quotePath } from '../../contract/path-rules.ts'
import type { ExportRun } from './export-asset.ts'
import { metadataPath } from './export-metadata.ts'
import type { AssetPlan } from './export-plan.ts'
import { below } from './export-root.ts'
import { parallel } from '../objects/parallel.ts'
import { readJson } from './staged-json.ts'
import type { MetadataKind } from './staging.ts'

type Document = Readonly<Record<string, unknown>>
type Describe = NonNullable<ApiConnection['doDescribe']>

/**
 * Sets the documents of an exported asset as metadata of what they tell of: that of a file with the file, that of the asset with
 * its folder. An asset of type `file` has no folder of its own, so its document is left out. What is tagged already was
 * described before.
 */
export async function describeAsset(run: ExportRun, plan: AssetPlan, asset: string, signal: AbortSignal): Promise<void> {
  const { context, lanes } = run
  const describe = context.runtime.connection.doDescribe?.bind(context.runtime.connection)
  if (describe === undefined)
    throw new FairleadError('plugin-invalid', `The client ${context.runtime.manifest.name} declares it and has no doDescribe.`, {
      hint: `Report it to the authors of ${context.runtime.manifest.package}.`,
    })
  const { staged } = plan
  const has = (kind: MetadataKind, id: string) => run.documents.get(kind)?.has(`${id}.json`) === true
  const one = async (kind: 'file' | 'asset', id: string, key: string, signal: AbortSignal): Promise<void> => {
    const file = join(run.staging, metadataPath(kind, `${id}.json`))
    const document = documentOf(readJson(file), key)
    const sha256 = await context.facts.sha256(file, signal)
    if (document !== undefined) await describeOne(run, describe, plan, { asset, sha256, ...document }, signal)
  }
  await parallel(
    staged.fileIds.filter(id => has('file', id)),
    lanes,
    async (id, signal) => await one('file', id, 'filepath_relative', signal),
    signal,
    { holding: true },
  )
  const isInRoot = below(run.prefix, staged.folder) === ''
  if (staged.manifest.type !== 'file' && !isInRoot && has('asset', staged.id)) await one('asset', staged.id, 'asset_path_relative', signal)
}

interface Described {
  readonly asset: string
  readonly sha256: string
  /** Below the prefix. */
  readonly path: string
  readonly document: Document
}

async function describeOne(
  { context, prefix, report, patience }: ExportRun,
  describe: Describe,
  { done }: AssetPlan,
  { asset, path, document, sha256 }: Described,
  signal: AbortSignal,
): Promise<void> {
  const { capabilities } = context.runtime
  const target = below(prefix, path)
  const line = { path: target, kind: 'metadata', asset, bytes: Buffer.byteLength(JSON.stringify(document)), sha256 } as const
  if (done) return report.file({ ...line, outcome: 'kept' })
  try {
    await context.runtime.attempts.run(
      { name: 'describe', path: target },
      async call => await describe(quotePath(target, capabilities.paths), document, call),
      { signal },
    )
  } catch (cause) {
    report.file({ ...line, outcome: 'failed', reason: cause instanceof Error ? cause.message : String(cause) })
    if (FairleadError.is(cause)) patience.failed(cause)
    throw cause
  }
  patience.succeeded()
  report.file({ ...line, outcome: 'sent' })
}

/** A document and the path of what it tells of; undefined for one that does not say. */
function documentOf(value: unknown, key: string): Pick<Described, 'path' | 'document'> | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const document = Object.fromEntries(Object.entries(value))
  const path = document[key]
  return typeof path === 'string' ? { path: normalizePath(path), document } : undefined
}
