import type { ExporterOutcome } from '@fairlead/catalog'
import { formatBytes, type ExportResult } from '@fairlead/core/host'
import { printableLines } from './printable-lines.ts'
import { anything, count, flag, list, object, optional, text, type Infer } from './schema.ts'
import { styled } from './style.ts'
import { counted, sizeText } from './text.ts'

/** What became of one exporter. */
export const exporterResult = object({
  connection: text(),
  ok: flag(),
  result: optional(
    object({
      assets: count('That are there whole.'),
      files: count(),
      bytes: count(),
      sent: count('Bytes of content.'),
      skipped: count('Files that were already there.'),
      failed: count('Assets and chunks that were not exported whole.'),
      failures: list(object({ asset: text(), code: text(), message: text(), hint: optional(text()) }), 'The first 20 of them.'),
    }),
  ),
  error: optional(anything('As errors are.')),
})

/** An outcome for programs. */
export function exporterJson(outcome: ExporterOutcome): Infer<typeof exporterResult> {
  const { connection, ok, result } = outcome
  return { connection, ok, ...(result !== undefined && { result }), ...(!outcome.ok && { error: outcome.error.toJSON() }) }
}

function resultText({ assets, files, bytes, sent }: ExportResult, dryRun: boolean): string {
  const what = `${counted(assets, 'asset')}, ${sizeText(files, bytes)}, ${formatBytes(sent)}`
  return dryRun ? `would export ${what} to send` : `${what} sent`
}

/** An outcome for people. */
export function exporterLine(outcome: ExporterOutcome, dryRun: boolean): string {
  const { connection, result } = outcome
  if (outcome.ok) return `${styled('green', '✓')} ${connection}: ${resultText(outcome.result, dryRun)}`
  const hinted = (message: string, hint: string | undefined) =>
    `${printableLines(message)}${hint === undefined ? '' : `\n  hint: ${printableLines(hint)}`}`
  const cross = styled('red', '✗')
  if (result === undefined) return `${cross} ${connection}: ${hinted(outcome.error.message, outcome.error.hint)}`
  const failures = result.failures.map(({ asset, message, hint }) => `  ${cross} ${asset}: ${hinted(message, hint)}`)
  const more = result.failed > failures.length ? [`  … and ${result.failed - failures.length} more`] : []
  return [`${cross} ${connection}: ${result.failed} not exported; ${resultText(result, dryRun)}`, ...failures, ...more].join('\n')
}
