import * as Flags from '@oclif/core/flags'
import type { ProblemGroup } from '@fairlead/catalog'
import { commandLine } from '../command-line.ts'
import { progressFlags } from '../flags.ts'
import { problemLines } from '../problem-text.ts'
import { ProjectCommand, projectFlags, showSteps } from '../project-command.ts'
import { count, flag, list, object, optional, text, type Infer } from '../schema.ts'
import { counted } from '../text.ts'

/** What is wrong with one asset or stray file. */
const problemGroup = object({
  asset: optional(text('Path relative to the ingress; absent for a file that belongs to no asset.')),
  reference: optional(text()),
  problems: list(
    object({
      path: text('Relative to the ingress.'),
      field: optional(text('The field of the name, or the trait.')),
      rule: text('Which rule failed.'),
      message: text(),
      position: optional(count('0-based, in the last segment of the path.')),
      legalName: optional(text('What the last segment of the path should be.')),
    }),
  ),
})

/** The counts of an update. */
export const updateCounts = {
  files: count(),
  assets: count(),
  valid: count('Assets.'),
  invalid: count('Assets.'),
  unassigned: count('Files that belong to no asset.'),
  opened: count('Files that had to be opened.'),
}

const result = object({
  ...updateCounts,
  snapshot: text('The file of the catalog.'),
  problems: list(problemGroup),
  complete: flag('False: there are more problems than are listed; see --all.'),
})

const shownGroups = 20
const shownProblems = 5

/** `fairlead update`. */
export default class Update extends ProjectCommand<Infer<typeof result>> {
  static override readonly summary = 'Scan the ingress, check every asset, write the catalog'
  static override readonly description =
    'Exit code 1: some assets are invalid. What is wrong is shown with its place and, where it can be told, the legal name.'
  static override readonly result = result
  static override readonly resumable = true
  static override readonly flags = {
    all: Flags.boolean({ summary: `Show everything that is wrong, not only the first ${shownGroups} assets.` }),
    ...projectFlags,
    ...progressFlags,
  }

  async run(): Promise<Infer<typeof result>> {
    const { flags } = await this.parse(Update)
    const { signal } = this
    const { catalog, project } = await this.open(flags.project)
    await using session = this.session()
    using steps = showSteps(session.fairlead, flags.progress && !this.quiet)
    const found = await catalog.update(project, { signal, onEvent: steps.onEvent, onWait: steps.onWait })
    steps[Symbol.dispose]()
    const { groups, more } = take(catalog.readProblems(project), flags.all ? Infinity : shownGroups)
    for (const group of groups) this.tell(`${problemLines(group, flags.all ? Infinity : shownProblems).join('\n')}\n\n`)
    const wrong = found.invalid + found.unassigned
    if (more) this.say(`… and ${wrong - groups.length} more (fairlead update --all shows everything)\n\n`)
    const strays = found.unassigned === 0 ? '' : `, ${counted(found.unassigned, 'file')} of no asset`
    this.tell(
      `${counted(found.files, 'file')} in ${counted(found.assets, 'asset')}: ${found.valid} valid, ${found.invalid} invalid${strays}`,
    )
    if (wrong > 0) {
      this.code = found.invalid > 0 ? 1 : 0
    }
    const here = this.here(flags.project)
    if (wrong > 0) {
      const valid = found.valid === 0 ? '' : ` What is valid can be staged as it is: ${commandLine(['fairlead', 'create', ...here])}`
      this.say(`Correct what is shown above, then update again.${valid}`)
      this.next('update', ...here)
    } else if (found.valid > 0) this.next('create', ...here)
    return { ...found, problems: groups, complete: !more }
  }
}

function take(all: Iterable<ProblemGroup>, most: number): { readonly groups: readonly ProblemGroup[]; readonly more: boolean } {
  const groups: ProblemGroup[] = []
  for (const group of all) {
    if (groups.length === most) return { groups, more: true }
    groups.push(group)
  }
  return { groups, more: false }
}
