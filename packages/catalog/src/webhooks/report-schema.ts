import { workflowSteps } from '../config/choices.ts'
import type { Schema } from '../config/schema.ts'

const count = (description: string) => ({ kind: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description }) as const
const text = (description: string) => ({ kind: 'string', description }) as const
const flag = (description: string) => ({ kind: 'boolean', description }) as const

/** What templates know of one exporter. */
const exporter = {
  kind: 'map',
  required: ['connection', 'ok', 'assets', 'files', 'bytes', 'sent', 'skipped', 'error'],
  keys: {
    connection: text('The connection.'),
    ok: flag('Whether it has everything.'),
    assets: count('Assets it has now, including after a partial export.'),
    files: count('Their files.'),
    bytes: count('Bytes of these files.'),
    sent: count('Bytes that had to be sent.'),
    skipped: count('Files that were already there.'),
    error: text('Why it failed; empty if it did not.'),
  },
} as const satisfies Schema

/** The report of an export or a workflow: what webhooks are filled in from. */
export const reportSchema = {
  kind: 'map',
  description: 'The outcome of an export or a workflow.',
  required: [
    'command',
    'success',
    'status',
    'started',
    'finished',
    'seconds',
    'steps',
    'failedStep',
    'files',
    'assets',
    'valid',
    'invalid',
    'exported',
    'exporters',
    'errors',
  ],
  keys: {
    command: { kind: 'one-of', values: ['export', 'workflow'], description: 'What ran.' },
    success: flag('Whether no step and no exporter failed. Invalid assets are not a failure.'),
    status: { kind: 'one-of', values: ['success', 'failure'], description: 'The same in one word.' },
    started: text('ISO 8601, UTC.'),
    finished: text('ISO 8601, UTC.'),
    seconds: { kind: 'number', above: -1, maximum: Number.MAX_SAFE_INTEGER, description: 'How long it took.' },
    steps: { kind: 'list', of: { kind: 'one-of', values: workflowSteps }, description: 'The steps that completed.' },
    failedStep: text('The step that failed; empty if none did.'),
    files: count('Files in the catalog.'),
    assets: count('Assets in the catalog.'),
    valid: count('Valid assets.'),
    invalid: count('Invalid assets.'),
    exported: count('Exporters that have everything.'),
    exporters: { kind: 'list', of: exporter, description: 'One entry for each exporter that ran.' },
    errors: { kind: 'list', of: { kind: 'string' }, description: 'Why steps and exporters failed.' },
  },
} as const satisfies Schema

/** Everything that a path of a template may begin with. */
export const templateScope: Schema = {
  kind: 'map',
  keys: { project: text('The name of the project folder.'), report: reportSchema },
}
