import * as Flags from '@oclif/core/flags'
import type * as Catalog from '@fairlead/catalog'
import { FairleadError } from '@fairlead/core'
import { connectionFlags, dryRunFlag, forceFlag, progressFlags } from '../flags.ts'
import { exporterJson, exporterLine, exporterResult } from '../export-text.ts'
import { ProjectCommand, projectFlags } from '../project-command.ts'
import { list, object, text, type Infer } from '../schema.ts'
import type { Session } from '../session.ts'

const result = object({ staging: text(), exporters: list(exporterResult) })

/** `fairlead export`. */
export default class Export extends ProjectCommand<Infer<typeof result>> {
  static override readonly summary = 'Send staging to the exporters of the project, or to a connection'
  static override readonly description = 'Exit code 1: an exporter failed; the others are served all the same.'
  static override readonly examples = ['<%= config.bin %> export', '<%= config.bin %> export --to archive --staging /renders/staging']
  static override readonly resumable = true
  static override readonly result = result
  static override readonly flags = {
    to: Flags.string({ summary: 'A connection, in place of the exporters of the project.', helpValue: 'CONNECTION' }),
    staging: Flags.string({ summary: 'A staging folder, in place of the one of the project.', helpValue: 'DIR', dependsOn: ['to'] }),
    ...forceFlag('Replace what an exporter holds under the same reference.'),
    ...dryRunFlag,
    set: connectionFlags.set,
    ...projectFlags,
    ...progressFlags,
  }

  async run(): Promise<Infer<typeof result>> {
    const { flags } = await this.parse(Export)
    const { signal } = this
    const dryRun = flags['dry-run']
    const to = flags.to ?? this.preset
    await using session = this.session({ set: flags.set })
    using progress = session.progress(flags.progress)
    const options = { signal, force: flags.force, dryRun }
    const { staging, outcomes } =
      to !== undefined
        ? await this.exportTo(session, to, flags.staging ?? (await this.open(flags.project)).project.config.stagingDirectory, {
            ...options,
            onEvent: progress.onEvent,
          })
        : await this.exportAll(session, flags.project, { ...options, onTransfer: (_connection, event) => progress.onEvent(event) })
    progress[Symbol.dispose]()
    for (const outcome of outcomes) {
      this.tell(exporterLine(outcome, dryRun))
      if (!outcome.ok) this.code = 1
    }
    const [first] = outcomes.filter(({ ok }) => ok)
    if (first !== undefined) this.next(...(dryRun ? ['export', ...this.here(flags.project)] : ['search', '--client', first.connection]))
    return { staging, exporters: outcomes.map(exporterJson) }
  }

  private async exportTo(
    session: Session,
    connection: string,
    staging: string,
    options: Parameters<Awaited<ReturnType<Session['clientOf']>>['export']>[1],
  ): Promise<{ staging: string; outcomes: readonly Catalog.ExporterOutcome[] }> {
    await using client = await session.fairlead.connect(connection)
    try {
      return { staging, outcomes: [{ connection, ok: true, result: await client.export(staging, options) }] }
    } catch (error) {
      this.signal.throwIfAborted()
      if (!FairleadError.is(error)) throw error
      throw error.with({ connection, operation: 'export' })
    }
  }

  private async exportAll(
    session: Session,
    path: string | undefined,
    options: NonNullable<Parameters<typeof Catalog.exportAssets>[2]>,
  ): Promise<{ staging: string; outcomes: readonly Catalog.ExporterOutcome[] }> {
    const { catalog, project } = await this.open(path)
    return {
      staging: project.config.stagingDirectory,
      outcomes: await catalog.exportAssets(project, name => session.fairlead.connect(name), options),
    }
  }
}
