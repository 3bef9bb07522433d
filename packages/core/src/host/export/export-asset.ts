import { FairleadError } from '../../contract/errors.ts'
import type { Entry } from '../../contract/entry.ts'
import { formatReference } from '../../contract/reference.ts'
import { quiet, type AssetContext } from '../assets/asset-context.ts'
import { commitTag } from '../assets/commit-tag.ts'
import { refuseChanged, sendFiles, type Shipment } from '../assets/push-content.ts'
import type { ExportedFile, ExportOptions } from '../client.ts'
import { describeAsset } from './export-descriptions.ts'
import { lookAtMetadata, metadataPath, sendMetadata } from './export-metadata.ts'
import type { AssetPlan } from './export-plan.ts'
import type { ExportReport, Patience } from './export-report.ts'
import { below } from './export-root.ts'
import type { Lanes } from '../objects/lanes.ts'
import { parallel } from '../objects/parallel.ts'
import { finishMakingWay, makeWay } from './make-way.ts'
import type { MetadataKind } from './staging.ts'

/** What all assets of one export share. */
export interface ExportRun {
  readonly context: AssetContext
  readonly staging: string
  readonly prefix: string
  readonly options: ExportOptions
  readonly report: ExportReport
  readonly patience: Patience
  /** Where assets, their files and the parts of these take their places. */
  readonly lanes: Lanes
  /** Documents of staging by kind, for the kinds that are sent. */
  readonly documents: ReadonlyMap<MetadataKind, ReadonlySet<string>>
  /** What the connection has of these kinds. */
  readonly there: ReadonlyMap<MetadataKind, ReadonlyMap<string, Entry>>
}

/** Any failure as an error of ours; an abort is thrown on, since it is none. */
export function failureOf(thrown: unknown, signal: AbortSignal | undefined): FairleadError {
  if (signal?.aborted === true) throw signal.reason
  if (FairleadError.is(thrown)) return thrown
  return new FairleadError('unexpected', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown })
}

/** The report of one file of content. */
function lineOf({ target, size, sha256 }: Shipment, asset: string, outcome: ExportedFile['outcome'], reason?: string): ExportedFile {
  return { path: target, kind: 'content', asset, outcome, bytes: size, sha256, ...(reason !== undefined && { reason }) }
}

/**
 * Exports one planned asset: content, metadata documents, manifest, tag. Each file that fails is told; the others of the
 * asset are sent all the same, so that the next export has less to do, and the asset gets no tag. Throws the first failure.
 */
export async function exportAsset(run: ExportRun, plan: AssetPlan, signal: AbortSignal): Promise<void> {
  const { context, report, options } = run
  const call = { ...options, signal }
  const asset = formatReference(plan.staged.reference)
  const isNative = context.runtime.capabilities.assets === 'native'
  const missing = new Set(plan.unsent)
  for (const file of plan.files) if (!missing.has(file)) report.file(lineOf(file, asset, 'kept'))
  if (plan.before !== undefined && !isNative) await makeWay(context, plan, call)
  else if (!plan.done && run.there.get('asset')?.has(below(run.prefix, metadataPath('asset', `${plan.staged.id}.json`))) === true)
    await finishMakingWay(context, plan, run.prefix, call)
  const failures: FairleadError[] = []
  await parallel(
    plan.unsent,
    run.lanes,
    async (file, signal) => {
      const failure = await sendOne(run, file, asset, signal)
      if (failure !== undefined) failures.push(failure)
    },
    signal,
    { holding: true },
  )
  const [first] = failures
  if (first !== undefined) throw first
  refuseChanged(plan.unsent)
  if (context.runtime.capabilities.describe === true) await describeAsset(run, plan, asset, signal)
  else if (!isNative) await sendDocuments(run, plan, asset, signal)
  const expected = isNative ? plan.before : undefined
  if (!plan.done) await commitTag(context, plan.address, plan.tag, { manifest: plan.staged.manifest, record: plan.record }, expected, call)
}

async function sendOne({ context, options, report, patience, lanes }: ExportRun, file: Shipment, asset: string, signal: AbortSignal) {
  const call = { signal, lanes, ...(options.onEvent !== undefined && { onEvent: options.onEvent }) }
  try {
    await sendFiles(context, [file], { ...call, keepTimes: true }, ({ target, sha256 }, { etag }) => {
      if (etag !== undefined) context.facts.rememberRemote(target, etag, sha256)
    })
  } catch (thrown) {
    const failure = failureOf(thrown, signal)
    report.file(lineOf(file, asset, 'failed', failure.message))
    patience.failed(failure)
    return failure
  }
  patience.succeeded()
  report.file(lineOf(file, asset, 'sent'))
  return undefined
}

/** The documents of the files first: that of the asset refers to them. */
async function sendDocuments(run: ExportRun, { staged }: AssetPlan, asset: string, signal: AbortSignal): Promise<void> {
  const has = (kind: MetadataKind, id: string) => run.documents.get(kind)?.has(`${id}.json`) === true
  const files = staged.fileIds.filter(id => has('file', id))
  const failures: unknown[] = []
  await parallel(
    files,
    run.lanes,
    async (id, signal) => {
      // Those beside one that fails are sent all the same, and told of.
      await sendDocument(run, 'file', `${id}.json`, asset, signal).catch((thrown: unknown) => failures.push(thrown))
    },
    signal,
    { holding: true },
  )
  if (failures.length > 0) throw failures[0]
  if (has('asset', staged.id)) await sendDocument(run, 'asset', `${staged.id}.json`, asset, signal)
}

/** Sends one document unless it is there, and tells so. */
async function sendDocument(run: ExportRun, kind: MetadataKind, name: string, asset: string, signal: AbortSignal): Promise<void> {
  const { context, staging, prefix, options, report, patience, lanes } = run
  const file = metadataPath(kind, name)
  const call = { ...quiet(options), signal, lanes }
  const document = await lookAtMetadata(context, staging, { file, path: below(prefix, file) }, run.there.get(kind) ?? new Map(), call)
  const line = { path: document.path, kind: 'metadata', asset, bytes: document.bytes, sha256: document.sha256 } as const
  if (document.isThere) return report.file({ ...line, outcome: 'kept' })
  try {
    await sendMetadata(context, staging, document, call)
  } catch (thrown) {
    const failure = failureOf(thrown, signal)
    report.file({ ...line, outcome: 'failed', reason: failure.message })
    patience.failed(failure)
    throw failure
  }
  patience.succeeded()
  report.file({ ...line, outcome: 'sent' })
}

/** Tells what a dry run found, and sends nothing. */
export function planReport({ report }: ExportRun, plan: AssetPlan): void {
  const asset = formatReference(plan.staged.reference)
  const missing = new Set(plan.unsent)
  for (const file of plan.files) report.file(lineOf(file, asset, missing.has(file) ? 'planned' : 'kept'))
}
