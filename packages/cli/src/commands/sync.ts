import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { parseMaxDelete, type MaxDelete, type SyncedFile, type SyncResult, type PlanTotals } from '@fairlead/core/host'
import { confirm } from '../confirm.ts'
import { ConnectionCommand } from '../connection-command.ts'
import { usageError } from '../exit.ts'
import { filterFlags, filterOf } from '../filter-flags.ts'
import { connectionFlags, dryRunFlag, progressFlags, transferFlags, yesFlag } from '../flags.ts'
import { printableLines } from '../printable-lines.ts'
import { ReportFile } from '../report-file.ts'
import { syncResult } from '../results.ts'
import type { Infer } from '../schema.ts'
import { actionLine, failureLines, summaryLines } from '../sync-text.ts'
import { counted } from '../text.ts'

const deleting = 'DELETING'
const needsDelete = { dependsOn: ['delete'], helpGroup: deleting }
/** What says how a plan is made; one that is applied is made already. */
const planning = [
  'plan',
  'dry-run',
  'delete',
  'delete-excluded',
  'allow-empty-source',
  'track-renames',
  'with-assets',
  'checksum',
  'size-only',
  ...Object.keys(filterFlags),
]

/** `fairlead sync`. */
export default class Sync extends ConnectionCommand<Infer<typeof syncResult>> {
  static override readonly summary = 'Make a folder or path match another one'
  static override readonly description = `SOURCE and DEST are local folders or connection:/path; :/path is on the active connection. The content of SOURCE goes into DEST.
Files that differ in size, time, or a checksum that both sides know are copied. Files that SOURCE does not have stay in DEST, unless you add
--delete. If a file fails, the others continue: run the command again to finish. Results are remembered, so that the next sync only has to
list both sides.
--plan writes down what would be done; --apply does exactly that later, and skips what has changed in the meantime.
Exit code 1: something could not be copied or deleted.`
  static override readonly examples = [
    '<%= config.bin %> sync renders archive:/renders',
    '<%= config.bin %> sync archive:/renders ./renders --delete --dry-run',
    '<%= config.bin %> sync renders archive:/renders --delete --plan plan.jsonl',
    '<%= config.bin %> sync --apply plan.jsonl',
  ]
  static override readonly resumable = true
  static override readonly result = syncResult
  static override readonly args = {
    SOURCE: Args.string({ description: 'What to copy from; optional with --apply' }),
    DEST: Args.string({ description: 'What to update; optional with --apply' }),
  }
  static override readonly flags = {
    plan: Flags.string({ summary: 'Change nothing; write what would be done to a file of JSON lines.', helpValue: 'FILE' }),
    apply: Flags.string({
      summary: 'Carry out a plan, except where either side has changed since.',
      helpValue: 'FILE',
      exclusive: planning,
    }),
    ...dryRunFlag,
    checksum: Flags.boolean({ summary: 'Compare by checksum, regardless of the times.', exclusive: ['size-only'] }),
    'size-only': Flags.boolean({ summary: 'Compare by size only.' }),
    delete: Flags.boolean({ summary: 'Delete from DEST what SOURCE does not have, after copying everything.', helpGroup: deleting }),
    'max-delete': Flags.string({
      summary: 'The most to delete. Default: 1,000 objects and half of DEST.',
      helpValue: 'N|N%',
      helpGroup: deleting,
    }),
    'delete-excluded': Flags.boolean({ summary: 'Also delete what the filters exclude.', ...needsDelete }),
    'allow-empty-source': Flags.boolean({ summary: 'Allow deleting everything if SOURCE is empty.', ...needsDelete }),
    'track-renames': Flags.boolean({ summary: 'Move files within DEST that were renamed in SOURCE.', ...needsDelete }),
    'with-assets': Flags.boolean({ summary: 'Treat assets that Fairlead keeps at DEST like any other files.' }),
    report: Flags.string({ summary: 'Write a JSON line for each file, with its outcome.', helpValue: 'FILE' }),
    ...filterFlags,
    ...yesFlag,
    ...connectionFlags,
    ...progressFlags,
    ...transferFlags,
  }

  async run(): Promise<Infer<typeof syncResult>> {
    const parsed = await this.parse(Sync)
    const { flags, args } = parsed
    const dryRun = flags['dry-run'] || flags.plan !== undefined
    const maxDelete = maxDeleteOf(flags['max-delete'], flags.delete || flags.apply !== undefined)
    const filter = filterOf(parsed)
    const { signal } = this
    await using session = this.session(flags)
    using report = flags.report === undefined ? undefined : new ReportFile(flags.report)
    using progress = session.progress(flags.progress, 'comparing')
    const common = {
      signal,
      onEvent: progress.onEvent,
      ...(maxDelete !== undefined && { maxDelete }),
      onPlan: (totals: PlanTotals) => this.isSure(totals, flags.yes, () => progress[Symbol.dispose]()),
      onFile: (file: SyncedFile) => {
        report?.add(file)
        if (flags['dry-run']) this.tell(actionLine(file))
      },
    }
    const { SOURCE: source, DEST: dest } = args
    const result =
      flags.apply === undefined
        ? await session.fairlead.sync(...bothOf(source, dest), {
            ...common,
            dryRun,
            ...(filter !== undefined && { filter }),
            ...(flags.plan !== undefined && { plan: flags.plan }),
            ...(flags.report !== undefined && { leaveOut: [flags.report] }),
            compare: flags.checksum ? 'checksum' : flags['size-only'] ? 'size' : 'auto',
            delete: flags.delete,
            deleteExcluded: flags['delete-excluded'],
            allowEmptySource: flags['allow-empty-source'],
            trackRenames: flags['track-renames'],
            withAssets: flags['with-assets'],
          })
        : await session.fairlead.applySync(flags.apply, { ...common, ...(source !== undefined && namesOf(source, dest)) })
    progress[Symbol.dispose]()
    this.show(result, flags.plan)
    return result
  }

  /** At a terminal somebody can be asked before anything is deleted; elsewhere the guard of deletions has decided. */
  private async isSure({ deleted, destination, added, changed, moved }: PlanTotals, yes: boolean, quiet: () => void): Promise<boolean> {
    if (deleted === 0 || yes || this.json || !process.stdin.isTTY) return true
    quiet()
    return await confirm(
      `Delete ${deleted} of the ${counted(destination, 'object')} in DEST, and copy or move ${added + changed + moved}?`,
      {
        yes,
        signal: this.signal,
      },
    )
  }

  private show(result: SyncResult, plan: string | undefined): void {
    for (const line of summaryLines(result)) this.tell(line)
    for (const failure of result.failures) this.complain(failureLines(failure))
    const untold = result.failed - result.failures.length
    if (untold > 0) this.note(`… and ${counted(untold, 'more file')}; --report FILE lists them all.`)
    if (result.keptBecause !== undefined) this.complain(`Nothing was deleted: ${printableLines(result.keptBecause)}`)
    if (result.failed > 0 || result.keptBecause !== undefined) this.code = 1
    if (result.failed > 0 && !result.dryRun)
      this.note('Run the same command again to finish. Files that are already there are not sent again.')
    if (plan !== undefined) this.next('sync', '--apply', plan)
  }
}

function bothOf(source: string | undefined, dest: string | undefined): [string, string] {
  if (source !== undefined && dest !== undefined) return [source, dest]
  throw usageError(source === undefined ? 'SOURCE and DEST are missing.' : 'DEST is missing.', 'Write `fairlead sync SOURCE DEST`.')
}

function namesOf(source: string, dest: string | undefined): { readonly source: string; readonly dest: string } {
  if (dest === undefined) throw usageError('With --apply, give both SOURCE and DEST, or neither.', 'Leave SOURCE out, or add DEST.')
  return { source, dest }
}

function maxDeleteOf(text: string | undefined, deletes: boolean): MaxDelete | undefined {
  if (text === undefined) return undefined
  if (!deletes) throw usageError('--max-delete works only with --delete.', 'Add --delete, or leave --max-delete out.')
  return parseMaxDelete(text)
}
