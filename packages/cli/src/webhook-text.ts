import type { ShownWebhook, WebhookOutcome } from '@fairlead/catalog'
import { printableLines } from './printable-lines.ts'
import { anything, count, flag, object, optional, record, text, type Infer } from './schema.ts'
import { styled } from './style.ts'
import { counted } from './text.ts'

/** How one webhook went. */
export const webhookResult = object({
  webhook: count('1 for the first of fairlead.yaml.'),
  method: text(),
  address: text('The server; the rest of the URL may contain secrets.'),
  ok: flag(),
  status: optional(count('Of the last answer.')),
  attempts: count(),
  error: optional(anything('As errors are.')),
})

/** A request that was not sent, because of --dry-run. */
export const plannedWebhook = object({
  webhook: count('1 for the first of fairlead.yaml.'),
  method: text(),
  url: text('Secrets are hidden.'),
  headers: record(text('Secrets are hidden.')),
  body: optional(text('Secrets are hidden.')),
})

/** An outcome for programs. */
export function webhookJson({ error, ...outcome }: WebhookOutcome): Infer<typeof webhookResult> {
  return { ...outcome, ...(error !== undefined && { error: error.toJSON() }) }
}

/** An outcome for people. */
export function webhookLine({ webhook, method, address, ok, status, attempts, error }: WebhookOutcome): string {
  const tried = attempts === 1 ? '' : ` after ${counted(attempts, 'attempt')}`
  if (ok) return `${styled('green', '✓')} webhook ${webhook}: ${method} ${address}: status ${status ?? ''}${tried}`
  const hint = error?.hint === undefined ? '' : `\n  hint: ${printableLines(error.hint)}`
  return `${styled('red', '✗')} ${printableLines(error?.message ?? `webhook ${webhook} failed`)}${hint}`
}

/** A request for people. */
export function plannedWebhookLines({ webhook, method, url, headers, body }: ShownWebhook): string {
  const head = Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`)
  return printableLines(
    [`webhook ${webhook}: would send ${method} ${url}`, ...head, ...(body === undefined ? [] : [`  ${body}`])].join('\n'),
  )
}
