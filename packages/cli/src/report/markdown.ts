import { posix } from 'node:path'
import { formatBytes } from '@fairlead/core/host'
import { counted } from '../text.ts'
import type { Report } from './data.ts'
import { markdownCode } from './escape.ts'

const shownProblems = 50
const problemsEach = 5

function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** The report for a merge request: tables, in which every text from outside is code. */
export function markdownReport(report: Report): string {
  const { counts, specifications, rules, problems, moreProblems } = report
  const { files, assets, valid, invalid, unassigned, bytes } = counts
  const strays = unassigned === 0 ? '' : `, ${counted(unassigned, 'file')} not in any asset`
  const parts = [
    `## ${invalid + unassigned === 0 ? '✅' : '❌'} Assets of ${markdownCode(report.project)}`,
    `${counted(files, 'file')} (${formatBytes(bytes)}) in ${counted(assets, 'asset')}: **${valid} valid, ${invalid} invalid**${strays}`,
  ]
  if (specifications.length > 0) {
    parts.push(
      table(
        ['specification', 'valid', 'invalid', 'files', 'size'],
        specifications.map(each => [
          markdownCode(each.specification),
          String(each.valid),
          String(each.invalid),
          String(each.files),
          formatBytes(each.bytes),
        ]),
      ),
    )
  }
  if (rules.length > 0) {
    parts.push(
      '### Errors by kind',
      table(
        ['kind', 'problems', 'assets'],
        rules.map(each => [markdownCode(each.rule), String(each.problems), String(each.assets)]),
      ),
    )
    const rows = problems
      .slice(0, shownProblems)
      .flatMap(group =>
        group.problems
          .slice(0, problemsEach)
          .map(({ path, message, position, legalName }, index, shown) => [
            index === 0 ? markdownCode(group.asset ?? path) : '',
            markdownCode(posix.basename(path)) + (position === undefined ? '' : ` at ${position + 1}`),
            markdownCode(message) +
              (index === shown.length - 1 && group.problems.length > shown.length
                ? ` and ${group.problems.length - shown.length} more`
                : ''),
            markdownCode(legalName ?? ''),
          ]),
      )
    const left = moreProblems + Math.max(0, problems.length - shownProblems)
    parts.push('### Problems', table(['asset', 'file', 'what', 'legal name'], rows))
    if (left > 0) parts.push(`… and ${counted(left, 'more asset or file', 'more assets and files')}`)
  }
  return `${parts.join('\n\n')}\n`
}
