import type { ExporterOutcome } from '@fairlead/catalog'
import { formatBytes } from '@fairlead/core/host'
import { printableLines } from './printable-lines.ts'
import { anything, count, flag, object, optional, text, type Infer } from './schema.ts'
import { styled } from './style.ts'
import { counted, sizeText } from './text.ts'

/** What became of one exporter. */
export const exporterResult = object({
  connection: text(),
  ok: flag(),
  result: optional(
    object({ assets: count(), files: count(), bytes: count(), sent: count('Bytes.'), skipped: count('Files that were there already.') }),
  ),
  error: optional(anything('As errors are.')),
})

/** An outcome for programs. */
export function exporterJson(outcome: ExporterOutcome): Infer<typeof exporterResult> {
  const { connection } = outcome
  return outcome.ok ? { connection, ok: true, result: outcome.result } : { connection, ok: false, error: outcome.error.toJSON() }
}

/** An outcome for people. */
export function exporterLine(outcome: ExporterOutcome, dryRun: boolean): string {
  if (!outcome.ok) {
    const { message, hint } = outcome.error
    return `${styled('red', '✗')} ${outcome.connection}: ${printableLines(message)}${hint === undefined ? '' : `\n  hint: ${printableLines(hint)}`}`
  }
  const { assets, files, bytes, sent } = outcome.result
  return `${styled('green', '✓')} ${outcome.connection}: ${dryRun ? 'would export ' : ''}${counted(assets, 'asset')}, ${sizeText(files, bytes)}, ${formatBytes(sent)} ${dryRun ? 'to send' : 'sent'}`
}
