import { relative } from 'node:path'
import { dryRunFlag, progressFlags } from '../flags.ts'
import { ProjectCommand, projectFlags, showSteps } from '../project-command.ts'
import { count, object, text, type Infer } from '../schema.ts'
import { counted, sizeText } from '../text.ts'

/** What create gives. */
export const createResult = object({
  staging: text('The staging folder.'),
  assets: count('Valid assets, all of which are staged.'),
  files: count(),
  bytes: count(),
  changed: count('Assets that had to be written.'),
  written: count('Files that had to be copied or linked.'),
  removed: count('Assets that were staged earlier and are no longer valid.'),
})

/** `fairlead create`. */
export default class Create extends ProjectCommand<Infer<typeof createResult>> {
  static override readonly summary = 'Put the content and metadata of valid assets into staging'
  static override readonly resumable = true
  static override readonly result = createResult
  static override readonly flags = { ...dryRunFlag, ...projectFlags, ...progressFlags }

  async run(): Promise<Infer<typeof createResult>> {
    const { flags } = await this.parse(Create)
    const { signal } = this
    const { catalog, project } = await this.open(flags.project)
    await using session = this.session()
    using steps = showSteps(session.fairlead, flags.progress && !this.quiet)
    const made = await catalog.create(project, { signal, onEvent: steps.onEvent, onWait: steps.onWait, dryRun: flags['dry-run'] })
    steps[Symbol.dispose]()
    const verb = flags['dry-run'] ? 'would stage' : 'staged'
    const gone = made.removed === 0 ? '' : `, ${counted(made.removed, 'asset')} no longer valid`
    this.tell(
      `${verb} ${counted(made.assets, 'asset')} in ${relative('.', made.staging) || '.'}: ${sizeText(made.files, made.bytes)}, ${made.changed} changed${gone}`,
    )
    this.next(...(flags['dry-run'] ? ['create'] : ['export']), ...this.here(flags.project))
    return made
  }
}
