import { posix } from 'node:path'
import type { FixPlan } from '@fairlead/catalog'
import { printable } from '@fairlead/core'
import { styled } from './style.ts'

type Rename = Pick<FixPlan['renames'][number], 'kind' | 'from' | 'to' | 'why'>

const shown = (text: string): string => printable(text, Infinity)

/** The new name, with its folder where that is another one. */
function target({ from, to }: Rename): string {
  return shown(posix.dirname(from) === posix.dirname(to) ? posix.basename(to) : to)
}

/** Names that are refused or have no legal name begin with their path; what is told of them stands below it. */
export function pathWithReason(mark: string, path: string, ...reasons: readonly string[]): readonly string[] {
  return [`${mark} ${shown(path)}`, ...reasons.map(reason => `    ${shown(reason)}`)]
}

/** A refused rename, with the name that it would have had. */
export function refusedLines(rename: Rename, reason: string): readonly string[] {
  return pathWithReason(styled('red', '✗'), rename.from, `refused: ${reason}`, `legal name: ${target(rename)}`)
}

/**
 * Renames below the folders they are in, the old name above the new one, so that they can be compared letter by letter;
 * what is wrong stands once below names for which it is the same.
 */
export function renameLines(renames: readonly Rename[]): readonly string[] {
  const lines: string[] = []
  for (const [index, rename] of renames.entries()) {
    const { kind, from, why } = rename
    const folder = posix.dirname(from)
    const before = renames[index - 1]
    const after = renames[index + 1]
    if (before === undefined || posix.dirname(before.from) !== folder) {
      lines.push(...(lines.length > 0 ? [''] : []), styled('bold', folder === '.' ? 'in the ingress itself' : `${shown(folder)}/`))
    }
    const end = kind === 'directory' ? '/' : ''
    lines.push(`    ${shown(posix.basename(from))}${end}`, `  ${styled('cyan', '→')} ${styled('green', target(rename))}${end}`)
    if (after === undefined || after.why !== why || posix.dirname(after.from) !== folder) lines.push(`    ${styled('dim', shown(why))}`)
  }
  return lines
}
