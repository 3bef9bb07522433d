import * as Flags from '@oclif/core/flags'
import { relative } from 'node:path'
import type { CreateResult, PlannedAsset } from '@fairlead/catalog'
import { formatBytes, formatTable } from '@fairlead/core/host'
import { dryRunFlag, progressFlags } from '../flags.ts'
import { printableLines } from '../printable-lines.ts'
import { ProjectCommand, projectFlags, showSteps } from '../project-command.ts'
import { count, list, object, oneOf, optional, text, type Infer } from '../schema.ts'
import { styled } from '../style.ts'
import { subsetFlags, subsetOf } from '../subset-flags.ts'
import { counted, sizeText } from '../text.ts'

/** A line of the plan. */
const plannedAsset = object({
  action: oneOf(['copy', 'move', 'link', 'keep', 'remove', 'refuse'], 'copy, move and link: how its content would come.'),
  asset: text('Path relative to the ingress.'),
  reference: text(),
  files: count(),
  bytes: count(),
  changedFiles: count('Files that would be copied, linked, moved or removed.'),
  changedBytes: count(),
  reason: optional(text()),
})

/** What create gives. */
export const createResult = object({
  staging: text('The staging folder.'),
  assets: count('The requested valid assets; all except the refused ones are staged.'),
  files: count(),
  bytes: count(),
  changed: count('Assets that had to be written.'),
  written: count('Files that had to be copied, linked or moved.'),
  removed: count('Assets that were staged earlier and are no longer valid.'),
  kept: count('Assets that stay staged although the catalog does not have them or they were not requested.'),
  refused: list(object({ asset: text(), message: text() }), 'Assets that could not be staged.'),
  plan: optional(list(plannedAsset, 'With --dry-run.')),
})

const shownLines = 20

/** `fairlead create`. */
export default class Create extends ProjectCommand<Infer<typeof createResult>> {
  static override readonly summary = 'Stage the content and metadata of valid assets'
  static override readonly description = `With --where or --asset, stages only these assets and keeps the others that are staged; --prune removes those.
With write_mode: move, staging has the only copy of moved assets. They stay there until you run fairlead delete, whatever the catalog says.
Exit code 1: an asset could not be staged; the others were.`
  static override readonly examples = [
    '<%= config.bin %> create --dry-run',
    `<%= config.bin %> create --where "project = 'cat001' and version > 2"`,
    `<%= config.bin %> create --asset '*running-cat*'`,
  ]
  static override readonly resumable = true
  static override readonly result = createResult
  static override readonly flags = {
    ...subsetFlags,
    prune: Flags.boolean({ summary: 'With --where or --asset: remove all other assets from staging.' }),
    force: Flags.boolean({
      char: 'f',
      summary:
        'Replace assets that were moved to staging with those now at their place in the ingress. The only copy of the old ones is lost.',
    }),
    ...dryRunFlag,
    ...projectFlags,
    ...progressFlags,
  }

  async run(): Promise<Infer<typeof createResult>> {
    const { flags } = await this.parse(Create)
    const { signal } = this
    const dryRun = flags['dry-run']
    const { catalog, project } = await this.open(flags.project)
    await using session = this.session()
    using steps = showSteps(session.fairlead, flags.progress && !this.quiet)
    const plan: PlannedAsset[] = []
    const counts = { more: 0 }
    const made = await catalog.create(project, {
      signal,
      onEvent: steps.onEvent,
      onWait: steps.onWait,
      dryRun,
      prune: flags.prune,
      force: flags.force,
      ...subsetOf(flags),
      onPlan: line => {
        if (this.json || plan.length < shownLines) plan.push(line)
        else counts.more++
      },
    })
    steps[Symbol.dispose]()
    if (dryRun) this.showPlan(plan, counts.more)
    this.tellResult(made, dryRun)
    this.next(...(dryRun && (made.changed > 0 || made.removed > 0) ? ['create'] : ['export']), ...this.here(flags.project))
    return { ...made, ...(dryRun && { plan }) }
  }

  private showPlan(plan: readonly PlannedAsset[], more: number): void {
    if (plan.length === 0) return
    const rows = plan.map(({ action, asset, files, changedFiles, changedBytes, reason }) => [
      action,
      `${changedFiles}/${files}`,
      formatBytes(changedBytes),
      `${asset}${reason === undefined ? '' : `: ${reason}`}`,
    ])
    this.say(formatTable(['', 'FILES', 'BYTES', 'ASSET'], rows))
    if (more > 0) this.say(`… and ${more} more (--json lists all)`)
  }

  private tellResult(made: CreateResult, dryRun: boolean): void {
    const { assets, files, bytes, changed, removed, kept, refused, staging } = made
    const parts = [
      `${sizeText(files, bytes)}, ${changed} changed`,
      ...(removed === 0 ? [] : [`${counted(removed, 'asset')} no longer valid`]),
      ...(kept === 0 ? [] : [`${kept} more kept`]),
    ]
    this.tell(
      `${dryRun ? 'would stage' : 'staged'} ${counted(assets - refused.length, 'asset')} in ${relative('.', staging) || '.'}: ${parts.join(', ')}`,
    )
    for (const { asset, message } of refused.slice(0, shownLines))
      this.tell(`${styled('red', '✗')} ${printableLines(`${asset}: ${message}`)}`)
    if (refused.length > shownLines) this.tell(`… and ${refused.length - shownLines} more`)
    if (refused.length > 0) this.code = 1
  }
}
