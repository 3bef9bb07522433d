import { FairleadError } from '@fairlead/core'
import type { WorkflowStep } from '../config/choices.ts'
import type { ExporterOutcome } from '../export.ts'
import type { Project } from '../project.ts'
import { openCatalog } from '../snapshot/reader.ts'

/** What templates know of one exporter. */
export interface ExporterReport {
  readonly connection: string
  readonly ok: boolean
  readonly assets: number
  readonly files: number
  readonly bytes: number
  readonly sent: number
  readonly skipped: number
  readonly error: string
}

/** What an export or a workflow came to; its JSON Schema is `@fairlead/catalog/schema/webhook-report.json`. */
export interface RunReport {
  readonly command: 'export' | 'workflow'
  readonly success: boolean
  readonly status: 'success' | 'failure'
  readonly started: string
  readonly finished: string
  readonly seconds: number
  readonly steps: readonly WorkflowStep[]
  /** Empty when none failed. */
  readonly failedStep: WorkflowStep | ''
  readonly files: number
  readonly assets: number
  readonly valid: number
  readonly invalid: number
  readonly exported: number
  readonly exporters: readonly ExporterReport[]
  readonly errors: readonly string[]
}

/** What a report is made of. */
export interface RunFacts {
  readonly command: 'export' | 'workflow'
  readonly started: Date
  readonly finished: Date
  readonly steps: readonly WorkflowStep[]
  readonly failed?: { readonly step: WorkflowStep; readonly error: FairleadError }
  readonly exporters: readonly ExporterOutcome[]
}

function exporterReport(outcome: ExporterOutcome): ExporterReport {
  const { connection, ok } = outcome
  const nothing = { assets: 0, files: 0, bytes: 0, sent: 0, skipped: 0 }
  const { assets, files, bytes, sent, skipped } = outcome.result ?? nothing
  return { connection, ok, assets, files, bytes, sent, skipped, error: outcome.ok ? '' : outcome.error.message }
}

/** Zeros before the first update. */
function counts(project: Project): Pick<RunReport, 'files' | 'assets' | 'valid' | 'invalid'> {
  try {
    using database = openCatalog(project.catalogFolder)
    const row = database
      .prepare('select (select count(*) from files) as files, count(*) as assets, coalesce(sum(asset_valid), 0) as valid from assets')
      .get()
    const [files, assets, valid] = [Number(row?.['files']), Number(row?.['assets']), Number(row?.['valid'])]
    return { files, assets, valid, invalid: assets - valid }
  } catch (error) {
    if (!FairleadError.is(error)) throw error
    return { files: 0, assets: 0, valid: 0, invalid: 0 }
  }
}

/** The report of what ran, with the counts of the project's catalog. */
export function runReport(project: Project, { command, started, finished, steps, failed, exporters }: RunFacts): RunReport {
  const errors = [
    ...exporters.flatMap(outcome => (outcome.ok ? [] : [`${outcome.connection}: ${outcome.error.message}`])),
    ...(failed === undefined || failed.step === 'export' ? [] : [`${failed.step}: ${failed.error.message}`]),
    ...(failed?.step === 'export' && exporters.every(({ ok }) => ok) ? [`export: ${failed.error.message}`] : []),
  ]
  const success = failed === undefined && errors.length === 0
  return {
    command,
    success,
    status: success ? 'success' : 'failure',
    started: started.toISOString(),
    finished: finished.toISOString(),
    seconds: (finished.getTime() - started.getTime()) / 1000,
    steps,
    failedStep: failed?.step ?? (success ? '' : 'export'),
    ...counts(project),
    exported: exporters.filter(({ ok }) => ok).length,
    exporters: exporters.map(exporterReport),
    errors,
  }
}
