import { FairleadError } from '../../contract/errors.ts'
import { checkPaths } from '../../contract/path-rules.ts'
import { formatReference } from '../../contract/reference.ts'
import { requireCapability, type AssetContext } from '../assets/asset-context.ts'
import { ensureLayout } from '../assets/layout-marker.ts'
import type { ExportOptions, ExportResult } from '../client.ts'
import { lanesOf } from '../objects/lanes.ts'
import { parallel } from '../objects/parallel.ts'
import { exportAsset, failureOf, planReport, type ExportRun } from './export-asset.ts'
import { exportChunks } from './export-chunks.ts'
import { listMetadata } from './export-metadata.ts'
import { exportedRoot, planAsset, type AssetPlan } from './export-plan.ts'
import { ExportReport, Patience } from './export-report.ts'
import { below, exportPrefix, placeOf, refuseTaken } from './export-root.ts'
import type { StagedAsset, Staging } from './staged-manifest.ts'
import { metadataFiles, metadataKinds, openStaging, type MetadataKind } from './staging.ts'

const mostWorkers = 256

/**
 * Writes a staging folder to the connection in Hidebound's layout (`content/…`, `metadata/…`, below a prefix if one is
 * given), with a manifest and a tag per asset, so that what was exported is found and pulled by its reference. Per asset:
 * content, metadata documents, manifest, tag; the chunks of all come last. So an export that was killed, or that failed in
 * part, is finished by the next one, and nothing is visible half. A native asset store gets the assets, and no documents; one
 * that keeps metadata with files and folders gets the documents there, and no chunks.
 *
 * An asset that fails does not stop the others: `failed` counts them, and of what is not whole no chunks are sent. What
 * differs from a tag that is there is replaced only with `force`: tags that name the old content go first, then files the
 * new one does not have. Throws, before anything is written, `input-invalid` for what is no staging and `path-invalid` for
 * names that the store can't keep or tell apart; later what makes all further files fail too (`unauthenticated`,
 * `quota-exceeded`, a service that is out of reach).
 */
export async function exportStaging(context: AssetContext, folder: string, options: ExportOptions = {}): Promise<ExportResult> {
  const { capabilities, identity, locks } = context.runtime
  const isNative = capabilities.assets === 'native'
  for (const capability of isNative ? (['write', 'read'] as const) : (['write', 'read', 'list'] as const))
    requireCapability(context, capability, 'export')
  if (options.force === true && !isNative) requireCapability(context, 'remove', 'replace')
  const prefix = exportPrefix(options.prefix)
  const staging = openStaging(folder, context.facts)
  const work = async (): Promise<ExportResult> => {
    const ids = await chooseAssets(context, staging, { ...options, prefix })
    const report = new ExportReport(options.onFile)
    const run = await prepareRun(context, staging, report, { ...options, prefix })
    if (options.dryRun !== true) await ensureLayout(context, options)
    await exportAll(run, staging, ids)
    const isWhole = ids.length === staging.ids.length && report.result().failed === 0
    if (isWhole && options.dryRun !== true && !isNative && capabilities.describe !== true) await exportAllChunks(run)
    return report.result()
  }
  return options.dryRun === true
    ? work()
    : locks.exclusive(`export ${identity}`, work, options.signal === undefined ? {} : { signal: options.signal })
}

/** Looks at every asset once and keeps nothing but its id: what can be refused as a whole is refused here. */
async function chooseAssets(
  context: AssetContext,
  staging: Staging,
  options: ExportOptions & { readonly prefix: string },
): Promise<readonly string[]> {
  const { capabilities } = context.runtime
  const { paths } = capabilities
  // Where the store tells all names apart, those of one asset can't clash with those of another.
  const isExact = paths.case === 'sensitive' && paths.unicode === 'bytes'
  const everything: string[] = []
  const references = new Map<string, string>()
  const chosen: string[] = []
  for (const id of staging.ids) {
    options.signal?.throwIfAborted()
    const staged = await staging.read(id, options.signal)
    const reference = formatReference(staged.reference)
    const twin = references.get(reference)
    if (twin !== undefined)
      throw new FairleadError('input-invalid', `The assets "${twin}" and "${staged.path}" have one reference, ${reference}.`, {
        path: staging.folder,
        hint: 'Rename one of the two, then run fairlead update and fairlead create.',
      })
    references.set(reference, staged.path)
    if (options.only?.({ path: staged.path, name: staged.name, reference }) === false) continue
    chosen.push(id)
    const root = exportedRoot(context, options.prefix, staged)
    const targets = staged.manifest.files.map(({ path }) => (root === undefined ? path : below(placeOf(root, capabilities), path)))
    if (capabilities.describe === true) for (const target of targets) refuseTaken(target)
    if (isExact || root === undefined) checkPaths(targets, paths)
    else everything.push(...targets)
  }
  checkPaths(everything, paths)
  return chosen
}

async function prepareRun(
  context: AssetContext,
  { folder }: Staging,
  report: ExportReport,
  options: ExportOptions & { readonly prefix: string },
): Promise<ExportRun> {
  const isNative = context.runtime.capabilities.assets === 'native'
  const describes = context.runtime.capabilities.describe === true
  const wanted = new Set<MetadataKind>(isNative ? [] : (options.metadataTypes ?? metadataKinds))
  const documents = new Map(metadataKinds.filter(kind => wanted.has(kind)).map(kind => [kind, new Set(metadataFiles(folder, kind))]))
  for (const kind of options.metadataTypes ?? []) {
    if (documents.get(kind)?.size === 0)
      options.onEvent?.({
        type: 'warning',
        message: `Staging has no metadata of the kind ${kind}. See metadata_types in the project file.`,
      })
  }
  const listed = await Promise.all(
    [...documents].map(
      async ([kind, names]) =>
        [
          kind,
          names.size === 0 || options.dryRun === true || describes ? new Map() : await listMetadata(context, options.prefix, kind, options),
        ] as const,
    ),
  )
  return {
    context,
    staging: folder,
    prefix: options.prefix,
    options,
    report,
    patience: new Patience(),
    lanes: lanesOf(context.runtime, { concurrency: options.workers === undefined ? undefined : Math.min(options.workers, mostWorkers) }),
    documents,
    there: new Map(listed),
  }
}

async function exportAll(run: ExportRun, staging: Staging, ids: readonly string[]): Promise<void> {
  const { context, report, patience, options } = run
  const planned = { files: 0, bytes: 0 }
  await parallel(
    ids,
    run.lanes,
    async (id, signal) => {
      const call = { ...options, prefix: run.prefix, signal }
      const staged = await staging.read(id, signal)
      const reference = formatReference(staged.reference)
      let plan: AssetPlan | undefined
      try {
        plan = await planAsset(context, staging.folder, staged, call)
        planned.files += plan.unsent.length
        planned.bytes += plan.unsent.reduce((sum, { size }) => sum + size, 0)
        options.onEvent?.({ type: 'plan', ...planned })
        if (options.dryRun === true) planReport(run, plan)
        else await exportAsset(run, plan, signal)
        report.asset(plan.record)
      } catch (thrown) {
        const failure = failureOf(thrown, signal)
        if (plan === undefined) reportUnplanned(run, staged, failure.message)
        report.fail(reference, failure)
        patience.failed(failure)
      }
    },
    options.signal,
  )
}

/** Nothing of an asset that can't be planned is sent. */
function reportUnplanned({ context, prefix, report }: ExportRun, staged: StagedAsset, reason: string): void {
  const root = exportedRoot(context, prefix, staged)
  for (const { path, size, sha256 } of staged.manifest.files) {
    const target = root === undefined ? path : below(placeOf(root, context.runtime.capabilities), path)
    report.file({ path: target, kind: 'content', asset: formatReference(staged.reference), outcome: 'failed', bytes: size, sha256, reason })
  }
}

async function exportAllChunks(run: ExportRun): Promise<void> {
  const signal = run.options.signal ?? new AbortController().signal
  for (const kind of ['asset-chunk', 'file-chunk'] as const) {
    try {
      await exportChunks(run, kind, signal)
    } catch (thrown) {
      run.report.fail(`metadata/${kind}`, failureOf(thrown, signal))
    }
  }
}
