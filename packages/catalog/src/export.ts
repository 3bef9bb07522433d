import { FairleadError } from '@fairlead/core'
import type { Client, ExportedFile, ExportResult, TransferEvent } from '@fairlead/core/host'
import type { ExporterConfig } from './config/config.ts'
import type { StepOptions } from './events.ts'
import type { Project } from './project.ts'
import { selectionOf, type AssetSubset, type Selection } from './staging/selection.ts'

/** What became of one exporter: `result` of one that failed tells what was exported all the same, where it got that far. */
export type ExporterOutcome =
  | { readonly connection: string; readonly ok: true; readonly result: ExportResult }
  | { readonly connection: string; readonly ok: false; readonly error: FairleadError; readonly result?: ExportResult }

export interface ExportOptions extends StepOptions, AssetSubset {
  /** Replaces what an exporter holds under the same reference. */
  readonly force?: boolean
  readonly dryRun?: boolean
  readonly onTransfer?: (connection: string, event: TransferEvent) => void
  /** Told of every file of every exporter; nothing of it is kept. */
  readonly onFile?: (connection: string, file: ExportedFile) => void
}

/** Opens the client of a connection: the caller knows settings and secrets. It is disposed after its export. */
export type ConnectClient = (connection: string) => Promise<Client>

/** What the failures of single assets come to. */
function failureOf({ failed, failures: [first] }: ExportResult): FairleadError | undefined {
  if (first === undefined) return undefined
  const others = failed > 1 ? ` ${failed - 1} more could not be exported whole.` : ''
  return new FairleadError(first.code, `${first.asset}: ${first.message}${others}`, first.hint === undefined ? {} : { hint: first.hint })
}

/** Exports a staging folder to one client; what fails, in part or as a whole, is an outcome and thrown only for an abort. */
export async function exportTo(
  staging: string,
  { connection, prefix, metadataTypes, workers }: ExporterConfig,
  connect: ConnectClient,
  selection: Selection,
  options: Omit<ExportOptions, keyof AssetSubset>,
): Promise<ExporterOutcome> {
  const { signal, force, dryRun, onTransfer, onFile } = options
  try {
    await using client = await connect(connection)
    const result = await client.export(staging, {
      ...(signal !== undefined && { signal }),
      ...(force !== undefined && { force }),
      ...(dryRun !== undefined && { dryRun }),
      ...(prefix !== undefined && { prefix }),
      ...(metadataTypes !== undefined && { metadataTypes }),
      ...(workers !== undefined && { workers }),
      ...(selection !== undefined && { only: selection }),
      ...(onTransfer !== undefined && { onEvent: (event: TransferEvent) => onTransfer(connection, event) }),
      ...(onFile !== undefined && { onFile: (file: ExportedFile) => onFile(connection, file) }),
    })
    const error = failureOf(result)
    if (error === undefined) return { connection, ok: true, result }
    return { connection, ok: false, error: error.with({ connection, operation: 'export' }), result }
  } catch (thrown) {
    signal?.throwIfAborted()
    const error = FairleadError.is(thrown)
      ? thrown
      : new FairleadError('unexpected', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown })
    return { connection, ok: false, error: error.with({ connection, operation: 'export' }) }
  }
}

/**
 * Exports staging to every configured exporter, one after the other. One that fails, as a whole or in some assets, doesn't
 * stop the others: look at each outcome. Throws `config-invalid` when none is configured, `input-invalid` for a subset that
 * can't be read.
 */
export async function exportAssets(
  project: Project,
  connect: ConnectClient,
  options: ExportOptions = {},
): Promise<readonly ExporterOutcome[]> {
  const { exporters, stagingDirectory } = project.config
  if (exporters.length === 0) {
    throw new FairleadError('config-invalid', `${project.file} lists no exporters`, {
      path: project.file,
      hint: 'Add one: exporters: [{connection: NAME}]',
    })
  }
  const selection = await selectionOf(project, options, options.signal)
  const outcomes: ExporterOutcome[] = []
  for (const exporter of exporters) {
    options.signal?.throwIfAborted()
    options.onEvent?.({ type: 'progress', phase: 'export', done: outcomes.length, total: exporters.length })
    outcomes.push(await exportTo(stagingDirectory, exporter, connect, selection, options))
  }
  options.onEvent?.({ type: 'progress', phase: 'export', done: outcomes.length, total: exporters.length })
  return outcomes
}
