import { FairleadError } from '@fairlead/core'
import type { Client, ExportResult, TransferEvent } from '@fairlead/core/host'
import type { StepOptions } from './events.ts'
import type { Project } from './project.ts'

/** What became of one exporter. */
export type ExporterOutcome =
  | { readonly connection: string; readonly ok: true; readonly result: ExportResult }
  | { readonly connection: string; readonly ok: false; readonly error: FairleadError }

export interface ExportOptions extends StepOptions {
  /** Replaces what an exporter holds under the same reference. */
  readonly force?: boolean
  readonly dryRun?: boolean
  readonly onTransfer?: (connection: string, event: TransferEvent) => void
}

/** Opens the client of a connection: the caller knows settings and secrets. It is disposed after its export. */
export type ConnectClient = (connection: string) => Promise<Client>

async function exportTo(project: Project, connection: string, connect: ConnectClient, options: ExportOptions): Promise<ExporterOutcome> {
  const { signal, force, dryRun, onTransfer } = options
  try {
    await using client = await connect(connection)
    const result = await client.export(project.config.stagingDirectory, {
      ...(signal !== undefined && { signal }),
      ...(force !== undefined && { force }),
      ...(dryRun !== undefined && { dryRun }),
      ...(onTransfer !== undefined && { onEvent: (event: TransferEvent) => onTransfer(connection, event) }),
    })
    return { connection, ok: true, result }
  } catch (thrown) {
    signal?.throwIfAborted()
    const error = FairleadError.is(thrown)
      ? thrown
      : new FairleadError('unexpected', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown })
    return { connection, ok: false, error: error.with({ connection, operation: 'export' }) }
  }
}

/**
 * Exports staging to every configured exporter, one after the other. One that fails doesn't stop the others: look at each
 * outcome. Throws `config-invalid` when none is configured.
 */
export async function exportAssets(
  project: Project,
  connect: ConnectClient,
  options: ExportOptions = {},
): Promise<readonly ExporterOutcome[]> {
  const { exporters } = project.config
  if (exporters.length === 0) {
    throw new FairleadError('config-invalid', `${project.file} names no exporters`, {
      path: project.file,
      hint: 'Add one: exporters: [{connection: NAME}]',
    })
  }
  const outcomes: ExporterOutcome[] = []
  for (const { connection } of exporters) {
    options.signal?.throwIfAborted()
    options.onEvent?.({ type: 'progress', phase: 'export', done: outcomes.length, total: exporters.length })
    outcomes.push(await exportTo(project, connection, connect, options))
  }
  options.onEvent?.({ type: 'progress', phase: 'export', done: outcomes.length, total: exporters.length })
  return outcomes
}
