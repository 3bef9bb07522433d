import { exportAssets, type ConnectClient, type ExporterOutcome, type ExportOptions } from '../export.ts'
import type { Project } from '../project.ts'
import type { ShownWebhook } from './prepare.ts'
import { runReport, type RunReport } from './report.ts'
import { callWebhooks, checkWebhooks, planWebhooks, type WebhookOptions, type WebhookOutcome } from './webhooks.ts'

/** What an export with its webhooks came to. */
export interface ExportAndCallResult {
  readonly exporters: readonly ExporterOutcome[]
  readonly report: RunReport
  readonly webhooks: readonly WebhookOutcome[]
  /** With `dryRun`, the requests that were not sent. */
  readonly planned: readonly ShownWebhook[]
}

/** How an export with its webhooks is done. */
export interface ExportAndCallOptions extends ExportOptions, Omit<WebhookOptions, 'signal'> {
  /** False: no webhook is called. */
  readonly webhooks?: boolean
}

/**
 * {@link exportAssets}, then the webhooks of the project. That they can be called is made sure of first: `config-invalid`
 * before anything is sent.
 */
export async function exportAndCall(
  project: Project,
  connect: ConnectClient,
  options: ExportAndCallOptions = {},
): Promise<ExportAndCallResult> {
  const { webhooks = true, dryRun = false, environment } = options
  if (webhooks) checkWebhooks(project, environment)
  const started = new Date()
  const exporters = await exportAssets(project, connect, options)
  const report = runReport(project, {
    command: 'export',
    started,
    finished: new Date(),
    steps: exporters.every(({ ok }) => ok) ? ['export'] : [],
    exporters,
  })
  if (!webhooks) return { exporters, report, webhooks: [], planned: [] }
  if (dryRun) return { exporters, report, webhooks: [], planned: planWebhooks(project, report, environment) }
  return { exporters, report, webhooks: await callWebhooks(project, report, options), planned: [] }
}
