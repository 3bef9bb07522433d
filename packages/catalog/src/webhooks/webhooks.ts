import { basename } from 'node:path'
import { createHttp, FairleadError } from '@fairlead/core'
import { httpOptionsFrom } from '@fairlead/core/host'
import type { Variables } from '../config/environment.ts'
import { createConfigRedactor } from '../config/redact.ts'
import type { WebhookEntry } from '../config/schema.ts'
import type { Project } from '../project.ts'
import { prepareWebhook, showWebhook, webhookProblems, type ShownWebhook } from './prepare.ts'
import type { RunReport } from './report.ts'
import { sendWebhook, type SendOptions } from './send.ts'

/** How one webhook went. */
export interface WebhookOutcome {
  /** 1 for the first of the configuration. */
  readonly webhook: number
  readonly method: string
  /** The server; paths and queries may hold secrets. */
  readonly address: string
  readonly ok: boolean
  /** Of the last answer, where there was one. */
  readonly status?: number
  readonly attempts: number
  readonly error?: FairleadError
}

/** With what webhooks are called. */
export interface WebhookOptions extends Pick<SendOptions, 'signal' | 'backoffMs' | 'onRetry'> {
  /** Where `${NAME}` and the settings of the network come from, default `process.env`. */
  readonly environment?: Variables
}

/** Throws `config-invalid` with everything that would keep a webhook from being called: to be asked before work begins. */
export function checkWebhooks(project: Project, environment: Variables = process.env): void {
  const problems = project.config.webhooks.flatMap((webhook, index) => webhookProblems(webhook, index, environment))
  if (problems.length === 0) return
  throw new FairleadError('config-invalid', problems.map(problem => `${project.file}: ${problem}`).join('\n'), {
    path: project.file,
    hint: 'Set the variables, or skip the webhooks with --no-webhooks.',
  })
}

function meant({ config }: Project, report: RunReport): ReadonlyArray<readonly [index: number, webhook: WebhookEntry]> {
  return [...config.webhooks.entries()].filter(([, { on = 'always' }]) => on === 'always' || on === report.status)
}

function scopeOf(project: Project, report: RunReport, environment: Variables) {
  return { values: { project: basename(project.folder), report }, environment }
}

/**
 * Calls the webhooks that a report is for, one after the other in the order of the configuration. One that fails stops
 * none and undoes nothing: look at each outcome. Throws the signal's reason, and `config-invalid` as {@link checkWebhooks}.
 */
export async function callWebhooks(project: Project, report: RunReport, options: WebhookOptions = {}): Promise<readonly WebhookOutcome[]> {
  const { environment = process.env, ...sending } = options
  const webhooks = meant(project, report)
  if (webhooks.length === 0) return []
  checkWebhooks(project, environment)
  using http = createHttp(httpOptionsFrom(environment))
  const outcomes: WebhookOutcome[] = []
  for (const [index, webhook] of webhooks) {
    const prepared = prepareWebhook(webhook, index, scopeOf(project, report, environment))
    const { timeout = 30, retries = 3, expect } = webhook
    const sent = await sendWebhook(prepared, {
      ...sending,
      http,
      timeoutMs: timeout * 1000,
      retries,
      ...(expect !== undefined && { expect }),
    })
    outcomes.push({ webhook: prepared.number, method: prepared.method, address: prepared.address, ...sent })
  }
  return outcomes
}

/** The requests that a report would send, secrets hidden. Throws `config-invalid` as {@link checkWebhooks}. */
export function planWebhooks(project: Project, report: RunReport, environment: Variables = process.env): readonly ShownWebhook[] {
  checkWebhooks(project, environment)
  const redactor = createConfigRedactor(project.config.redact)
  const scope = scopeOf(project, report, environment)
  return meant(project, report).map(([index, webhook]) => showWebhook(webhook, prepareWebhook(webhook, index, scope), scope, redactor))
}
