import { printable } from '@fairlead/core'
import { formatBytes } from '@fairlead/core/host'
import type { assetSummary } from './results.ts'
import type { Infer } from './schema.ts'
import { styled } from './style.ts'
import { counted } from './text.ts'

/** One asset on one line: its reference, then what is known of it. */
export function summaryLine({ uri, count, bytes, labels }: Infer<typeof assetSummary>): string {
  const size = count === undefined || bytes === undefined ? [] : [`${formatBytes(bytes)} in ${counted(count, 'file')}`]
  const shown = Object.entries(labels ?? {}).map(([key, value]) => printable(`${key}=${value}`, 60))
  const rest = [...size, ...shown].join('  ')
  return rest === '' ? printable(uri, Infinity) : `${printable(uri, Infinity)}  ${styled('gray', rest)}`
}
