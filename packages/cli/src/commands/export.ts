import * as Flags from '@oclif/core/flags'
import type * as Catalog from '@fairlead/catalog'
import type { ExportedFile, TransferEvent } from '@fairlead/core/host'
import { connectionFlags, dryRunFlag, forceFlag, progressFlags, transferFlags } from '../flags.ts'
import { usageError } from '../exit.ts'
import { exporterJson, exporterLine, exporterResult } from '../export-text.ts'
import { ProjectCommand, projectFlags } from '../project-command.ts'
import { ReportFile } from '../report-file.ts'
import { list, object, optional, text, type Infer } from '../schema.ts'
import type { Session } from '../session.ts'
import { subsetFlags, subsetOf } from '../subset-flags.ts'
import { plannedWebhook, plannedWebhookLines, webhookJson, webhookLine, webhookResult } from '../webhook-text.ts'

const result = object({
  staging: text(),
  exporters: list(exporterResult),
  webhooks: list(webhookResult, "None with --to, which does not run the project's export."),
  planned: optional(list(plannedWebhook, 'With --dry-run.')),
})

type Outcomes = Pick<Catalog.ExportAndCallResult, 'exporters' | 'webhooks' | 'planned'> & { readonly staging: string }

/** `fairlead export`. */
export default class Export extends ProjectCommand<Infer<typeof result>> {
  static override readonly summary = "Send staging to the project's exporters, or to a connection"
  static override readonly description = `If an asset or an exporter fails, the others continue. Run the command again to finish: files that are already there
unchanged are not sent again. With --where or --asset, chunks are not sent, because chunks list all assets.
Exit code 1: an exporter or a webhook failed, completely or for some assets.`
  static override readonly examples = [
    '<%= config.bin %> export',
    '<%= config.bin %> export --report exported.jsonl',
    '<%= config.bin %> export --to archive --staging /renders/staging --prefix 2030',
  ]
  static override readonly resumable = true
  static override readonly result = result
  static override readonly flags = {
    to: Flags.string({ summary: "Send to this connection instead of the project's exporters.", helpValue: 'CONNECTION' }),
    staging: Flags.string({ summary: "The staging folder to send, instead of the project's.", helpValue: 'DIR', dependsOn: ['to'] }),
    prefix: Flags.string({
      summary: 'The folder on the connection for content/ and metadata/.',
      helpValue: 'PATH',
      dependsOn: ['to'],
    }),
    ...subsetFlags,
    report: Flags.string({ summary: 'Write a JSON line for each file, with its outcome.', helpValue: 'FILE' }),
    webhooks: Flags.boolean({ allowNo: true, default: true, summary: 'Call the webhooks of fairlead.yaml.' }),
    ...forceFlag('Replace different content stored under the same reference.'),
    ...dryRunFlag,
    set: connectionFlags.set,
    ...projectFlags,
    ...progressFlags,
    ...transferFlags,
  }

  async run(): Promise<Infer<typeof result>> {
    const { flags } = await this.parse(Export)
    const { signal } = this
    const dryRun = flags['dry-run']
    const to = flags.to ?? this.preset
    if (flags.staging !== undefined && flags.where !== undefined)
      throw usageError("--where needs a project's catalog and does not work with --staging.", 'Use --asset, or leave --staging out.')
    using report = flags.report === undefined ? undefined : new ReportFile(flags.report)
    await using session = this.session({ set: flags.set, bandwidth: flags.bandwidth, concurrency: flags.concurrency })
    using progress = session.progress(flags.progress)
    const options = {
      signal,
      force: flags.force,
      dryRun,
      onTransfer: (_connection: string, event: TransferEvent) => progress.onEvent(event),
      ...(report !== undefined && { onFile: (connection: string, file: ExportedFile) => report.add({ connection, ...file }) }),
    }
    const done =
      to === undefined
        ? await this.exportProject(session, flags.project, { ...options, ...subsetOf(flags), webhooks: flags.webhooks })
        : await this.exportTo(session, { ...flags, to }, options)
    progress[Symbol.dispose]()
    return this.show(done, dryRun, flags.project)
  }

  private async exportProject(session: Session, path: string | undefined, options: Catalog.ExportAndCallOptions): Promise<Outcomes> {
    const { catalog, project } = await this.open(path)
    const done = await catalog.exportAndCall(project, name => session.fairlead.connect(name), {
      ...options,
      onRetry: message => session.fairlead.log.warn(message),
    })
    return { ...done, staging: project.config.stagingDirectory }
  }

  /** A staging folder that is named needs no project. */
  private async exportTo(
    session: Session,
    flags: {
      readonly to: string
      readonly staging: string | undefined
      readonly prefix: string | undefined
      readonly project: string | undefined
      readonly where: string | undefined
      readonly asset: string[] | undefined
    },
    options: Catalog.ExportOptions,
  ): Promise<Outcomes> {
    const exporter = { connection: flags.to, ...(flags.prefix !== undefined && { prefix: flags.prefix }) }
    const opened = flags.staging === undefined ? await this.open(flags.project) : undefined
    const { exportTo, selectionOf } = opened?.catalog ?? (await import('@fairlead/catalog'))
    const staging = flags.staging ?? opened?.project.config.stagingDirectory ?? ''
    const selection = await selectionOf(opened?.project, subsetOf(flags), options.signal)
    const outcome = await exportTo(staging, exporter, name => session.fairlead.connect(name), selection, options)
    // Alone, a failure as a whole is the failure of the command.
    if (!outcome.ok && outcome.result === undefined) throw outcome.error
    return { staging, exporters: [outcome], webhooks: [], planned: [] }
  }

  private show({ staging, exporters, webhooks, planned }: Outcomes, dryRun: boolean, path: string | undefined): Infer<typeof result> {
    for (const outcome of exporters) {
      this.tell(exporterLine(outcome, dryRun))
      if (!outcome.ok) this.code = 1
    }
    for (const outcome of webhooks) {
      this.tell(webhookLine(outcome))
      if (!outcome.ok) this.code = 1
    }
    for (const webhook of planned) this.tell(plannedWebhookLines(webhook))
    const [first] = exporters.filter(({ ok }) => ok)
    if (first !== undefined) this.next(...(dryRun ? ['export', ...this.here(path)] : ['search', '--client', first.connection]))
    return {
      staging,
      exporters: exporters.map(exporterJson),
      webhooks: webhooks.map(webhookJson),
      ...(dryRun && { planned }),
    }
  }
}
