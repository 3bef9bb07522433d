import { FairleadError } from '@fairlead/core'
import type { WorkflowStep } from './config/choices.ts'
import { exportAssets, type ConnectClient, type ExporterOutcome, type ExportOptions } from './export.ts'
import type { Project } from './project.ts'
import { create, type CreateResult } from './staging/create.ts'
import { deleteStaging, type DeleteResult } from './staging/delete.ts'
import { update, type UpdateResult } from './update/update.ts'
import { runReport, type RunReport } from './webhooks/report.ts'
import { callWebhooks, checkWebhooks, type WebhookOptions, type WebhookOutcome } from './webhooks/webhooks.ts'

/** What one step of a workflow came to. */
export type StepOutcome =
  | { readonly step: 'delete'; readonly result: DeleteResult }
  | { readonly step: 'update'; readonly result: UpdateResult }
  | { readonly step: 'create'; readonly result: CreateResult }
  | { readonly step: 'export'; readonly result: readonly ExporterOutcome[] }

/** The steps that ran, and the one that failed, if one did: those behind it did not run. */
export interface WorkflowResult {
  readonly done: readonly StepOutcome[]
  readonly failed?: { readonly step: WorkflowStep; readonly error: FairleadError }
  readonly report: RunReport
  /** Empty without the step export. */
  readonly webhooks: readonly WebhookOutcome[]
}

export interface WorkflowOptions extends ExportOptions, Omit<WebhookOptions, 'signal'> {
  /** Which steps, in this order; by default those of fairlead.yaml. */
  readonly steps?: readonly WorkflowStep[]
  /** False: no webhook is called. */
  readonly webhooks?: boolean
  readonly onStep?: (step: WorkflowStep, index: number, total: number) => void
}

async function runStep(step: WorkflowStep, project: Project, connect: ConnectClient, options: WorkflowOptions): Promise<StepOutcome> {
  switch (step) {
    case 'delete':
      return { step, result: await deleteStaging(project, options) }
    case 'update':
      return { step, result: await update(project, options) }
    case 'create':
      return { step, result: await create(project, options) }
    case 'export':
      return { step, result: await exportAssets(project, connect, options) }
  }
}

function failureOf({ step, result }: StepOutcome): FairleadError | undefined {
  if (step !== 'export') return undefined
  return result.map(outcome => (outcome.ok ? undefined : outcome.error)).find(error => error !== undefined)
}

type Ran = Pick<WorkflowResult, 'done' | 'failed'>

async function runSteps(steps: readonly WorkflowStep[], project: Project, connect: ConnectClient, options: WorkflowOptions): Promise<Ran> {
  const done: StepOutcome[] = []
  for (const [index, step] of steps.entries()) {
    options.signal?.throwIfAborted()
    options.onStep?.(step, index, steps.length)
    try {
      const outcome = await runStep(step, project, connect, options)
      done.push(outcome)
      const error = failureOf(outcome)
      if (error !== undefined) return { done, failed: { step, error } }
    } catch (thrown) {
      options.signal?.throwIfAborted()
      const message = thrown instanceof Error ? thrown.message : String(thrown)
      return {
        done,
        failed: { step, error: FairleadError.is(thrown) ? thrown : new FairleadError('unexpected', message, { cause: thrown }) },
      }
    }
  }
  return { done }
}

/**
 * Runs steps in order; the first that fails ends it. Invalid assets are no failure: they stay behind. The step delete
 * keeps assets of which staging has the only copy. A workflow with the
 * step export calls the webhooks once, at its end, also when an earlier step failed; that they can be called is made sure
 * of before the first step (`config-invalid`). An abort rejects with the signal's reason.
 */
export async function workflow(project: Project, connect: ConnectClient, options: WorkflowOptions = {}): Promise<WorkflowResult> {
  const steps = options.steps ?? project.config.workflow
  const calls = options.webhooks !== false && options.dryRun !== true && steps.includes('export')
  if (calls) checkWebhooks(project, options.environment)
  const started = new Date()
  const ran = await runSteps(steps, project, connect, options)
  const complete = ran.done.map(({ step }) => step)
  const report = runReport(project, {
    command: 'workflow',
    started,
    finished: new Date(),
    steps: ran.failed?.step === 'export' ? complete.filter((step, index) => step !== 'export' || index < complete.length - 1) : complete,
    exporters: ran.done.findLast(outcome => outcome.step === 'export')?.result ?? [],
    ...(ran.failed !== undefined && { failed: ran.failed }),
  })
  return { ...ran, report, webhooks: calls ? await callWebhooks(project, report, options) : [] }
}
