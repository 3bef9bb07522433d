import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { parseObjectPath } from '@fairlead/core'
import type { CopyFilesResult } from '@fairlead/core/host'
import { ConnectionCommand } from '../connection-command.ts'
import { usageError } from '../exit.ts'
import { filterFlags, filterOf } from '../filter-flags.ts'
import { connectionFlags, dryRunFlag, forceFlag, progressFlags, transferFlags } from '../flags.ts'
import { printableLines } from '../printable-lines.ts'
import { ReportFile } from '../report-file.ts'
import { copyResult } from '../results.ts'
import type { Infer } from '../schema.ts'
import { styled } from '../style.ts'
import { counted, sizeText } from '../text.ts'

/** `fairlead copy`. */
export default class Copy extends ConnectionCommand<Infer<typeof copyResult>> {
  static override readonly summary = 'Copy files and objects between this machine and connections, or between connections'
  static override readonly description = `SOURCE and DEST are connection:/path, :/path on the active connection, or a local path. At least one must be on a connection.
If DEST ends with a slash, or there are several sources, each SOURCE goes into DEST under its own name. Otherwise, SOURCE becomes DEST.
If SOURCE ends with a slash, it is a folder whose content is copied.
Files that are the same at DEST are kept; files that differ are replaced. If a file fails, the others continue: run the command again to finish.
Exit code 1: some files could not be copied.`
  static override readonly examples = [
    '<%= config.bin %> copy renders archive:/shots/010',
    '<%= config.bin %> copy archive:/shots/010/ ./back/ --include "*.exr"',
    '<%= config.bin %> copy archive:/shots mirror:/shots --no-replace --report copied.jsonl',
  ]
  static override readonly resumable = true
  static override readonly strict = false
  static override readonly result = copyResult
  static override readonly args = {
    SOURCE: Args.string({ required: true, description: 'What to copy; you can give several' }),
    DEST: Args.string({ required: true, description: 'Where to copy it; the last argument' }),
  }
  static override readonly flags = {
    replace: Flags.boolean({ allowNo: true, default: true, summary: 'Replace existing files that differ.' }),
    ...forceFlag('Also send files that are already there unchanged.'),
    checksum: Flags.boolean({ summary: 'Compare by checksum instead of time. Local files are read for this.' }),
    report: Flags.string({ summary: 'Write a JSON line for each file, with its outcome.', helpValue: 'FILE' }),
    ...dryRunFlag,
    ...filterFlags,
    ...connectionFlags,
    ...progressFlags,
    ...transferFlags,
  }

  async run(): Promise<Infer<typeof copyResult>> {
    const parsed = await this.parse(Copy)
    const { flags } = parsed
    const ends = parsed.argv.map(String)
    const destination = ends.pop() ?? ''
    const filter = filterOf(parsed)
    // A flag that is not given is absent, whatever its type says.
    const dryRun = Boolean(flags['dry-run'])
    if (flags.force && !flags.replace) throw usageError("--force and --no-replace can't be combined.", 'Leave one of them out.')
    const { signal } = this
    await using session = this.session(flags)
    using report = flags.report === undefined ? undefined : new ReportFile(flags.report)
    using progress = session.progress(flags.progress, 'comparing')
    const result = await session.fairlead.copy(ends, destination, {
      signal,
      onEvent: progress.onEvent,
      dryRun,
      noReplace: !flags.replace,
      force: flags.force,
      checksum: flags.checksum,
      ...(filter !== undefined && { filter }),
      ...(report !== undefined && { onFile: file => report.add(file) }),
      ...(flags.report !== undefined && { leaveOut: [flags.report] }),
    })
    progress[Symbol.dispose]()
    this.show(result, dryRun)
    if (dryRun) this.next('copy', ...this.argv.filter(word => word !== '-n' && word !== '--dry-run'))
    else if (result.failed === 0 && parseObjectPath(destination) !== undefined) this.next('ls', destination)
    return { sources: ends, destination, dryRun, ...result }
  }

  private show(result: CopyFilesResult, dryRun: boolean): void {
    const { failed, failures } = result
    this.tell(summaryOf(result, dryRun))
    for (const { source, destination, message, hint } of failures) {
      this.complain(
        `${printableLines(source)} → ${printableLines(destination)}: ${printableLines(message)}${hint === undefined ? '' : `\n  hint: ${printableLines(hint)}`}`,
      )
    }
    if (failed > failures.length) this.note(`… and ${counted(failed - failures.length, 'more file')}; --report FILE lists them all.`)
    if (failed > 0) {
      this.code = 1
      this.note('Run the same command again to copy the rest. Files that are already there are not sent again.')
    } else if (result.files === 0) this.note('No files match.')
  }
}

function summaryOf({ files, sent, sentBytes, inService, kept, failed }: CopyFilesResult, dryRun: boolean): string {
  const mark = failed > 0 ? styled('red', '✗') : styled('green', '✓')
  if (sent === 0 && failed === 0) return `${mark} nothing to copy: ${counted(kept, 'file')} already there`
  const parts = [`${dryRun ? 'would copy ' : ''}${sizeText(sent, sentBytes)}${dryRun ? '' : ' copied'}`]
  if (inService > 0) parts.push(inService === sent ? 'by the service itself' : `${inService} of them by the service itself`)
  if (kept > 0) parts.push(`${kept} already there`)
  if (failed > 0) parts.push(`${failed} of ${counted(files, 'file')} failed`)
  return `${mark} ${parts.join(', ')}`
}
