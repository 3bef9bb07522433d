import { existsSync } from 'node:fs'
import type { WorkflowStep } from './config/choices.ts'
import type { Project } from './project.ts'
import { runReport } from './webhooks/report.ts'
import type { ShownWebhook } from './webhooks/prepare.ts'
import type { Variables } from './config/environment.ts'
import { planWebhooks } from './webhooks/webhooks.ts'

/** A step as it would be run. */
export interface PlannedStep {
  readonly step: WorkflowStep
  /** In words. */
  readonly what: string
}

/** A workflow before it runs. */
export interface WorkflowPlan {
  readonly steps: readonly PlannedStep[]
  /** As they would be sent after a success with the counts of the catalog as it is now; secrets hidden. */
  readonly webhooks: readonly ShownWebhook[]
}

function describe(step: WorkflowStep, { config }: Project): string {
  const { ingressDirectory, stagingDirectory: staging, exporters, writeMode } = config
  switch (step) {
    case 'delete':
      return existsSync(staging) ? `empty the staging ${staging}` : `nothing: there is no staging folder ${staging} yet`
    case 'update':
      return `scan the ingress ${ingressDirectory}`
    case 'create':
      return `${writeMode} the files of valid assets to ${staging}`
    case 'export':
      if (exporters.length === 0) return 'fail: no exporters are configured'
      return `send staging to ${exporters.map(({ connection, prefix }) => (prefix === undefined ? connection : `${connection}:/${prefix}`)).join(', ')}`
  }
}

/** What a workflow would do. Nothing is scanned, written or sent. Throws `config-invalid` where a webhook could not be called. */
export function planWorkflow(
  project: Project,
  options: { readonly steps?: readonly WorkflowStep[]; readonly webhooks?: boolean; readonly environment?: Variables } = {},
): WorkflowPlan {
  const steps = options.steps ?? project.config.workflow
  const now = new Date()
  const calls = options.webhooks !== false && steps.includes('export')
  const report = runReport(project, { command: 'workflow', started: now, finished: now, steps, exporters: [] })
  return {
    steps: steps.map(step => ({ step, what: describe(step, project) })),
    webhooks: calls ? planWebhooks(project, report, options.environment) : [],
  }
}
