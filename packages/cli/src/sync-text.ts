import { printable } from '@fairlead/core'
import { formatBytes, type SyncedFile, type SyncFailure, type SyncResult } from '@fairlead/core/host'
import { printableLines } from './printable-lines.ts'
import { styled } from './style.ts'
import { counted, sizeText } from './text.ts'

/** What would become of one file: `+` new, `~` changed, `>` moved, `-` deleted. */
export function actionLine({ path, previous, action, reason, bytes, error }: SyncedFile): string {
  const shown = printable(path, Infinity)
  if (error !== undefined) return `! ${shown}  ${printable(error.message, Infinity)}`
  switch (action) {
    case 'delete':
      return `- ${shown}  ${formatBytes(bytes)}`
    case 'move':
      return `> ${printable(previous ?? '', Infinity)} → ${shown}  ${formatBytes(bytes)}`
    case 'copy':
      return `${reason === 'new' ? '+' : '~'} ${shown}  ${formatBytes(bytes)}, ${reason ?? ''}`
  }
}

/** One thing that was not done, with what to do next. */
export function failureLines({ path, message, hint }: SyncFailure): string {
  return `${printableLines(path)}: ${printableLines(message)}${hint === undefined ? '' : `\n  hint: ${printableLines(hint)}`}`
}

/** What a sync did, or would do, for people. */
export function summaryLines({ totals, dryRun, failed, conflicts, skipped, checks, plan, declined }: SyncResult): string[] {
  if (declined === true) return ['Nothing was done.']
  const { added, addedBytes, changed, changedBytes, moved, deleted, deletedBytes, unchanged } = totals
  const would = dryRun ? 'would ' : ''
  const parts: string[] = []
  if (added + changed > 0)
    parts.push(
      `${would}${dryRun ? 'copy' : 'copied'} ${sizeText(added + changed, addedBytes + changedBytes)} (${added} new, ${changed} changed)`,
    )
  if (moved > 0) parts.push(`${would}${dryRun ? 'move' : 'moved'} ${counted(moved, 'file')}`)
  if (deleted > 0) parts.push(`${would}${dryRun ? 'delete' : 'deleted'} ${sizeText(deleted, deletedBytes)}`)
  if (parts.length === 0) parts.push(failed > 0 ? 'nothing could be done' : 'nothing to do')
  parts.push(`${unchanged} the same`)
  if (failed > 0) parts.push(`${failed} failed${conflicts > 0 ? `, ${conflicts} of them because they changed in the meantime` : ''}`)
  const lines = [`${failed > 0 ? styled('red', '✗') : styled('green', '✓')} ${parts.join(', ')}`]
  if (skipped > 0) lines.push(`left out: ${counted(skipped, 'link or special file', 'links, special files and unreadable folders')}`)
  if (checks.asked > 0) lines.push(`looked up ${counted(checks.asked, 'object')} one by one; the results are remembered for the next sync`)
  if (checks.unchecked > 0) lines.push(`${counted(checks.unchecked, 'file')} without a checksum that both sides know`)
  if (plan !== undefined && dryRun) lines.push(`plan: ${printable(plan, Infinity)}`)
  return lines
}
