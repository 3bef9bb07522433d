import * as Flags from '@oclif/core/flags'
import type { ProblemGroup, Project, UpdateResult } from '@fairlead/catalog'
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
  checked: count('Files that were checked again because something in their folder had changed.'),
  changed: flag('Whether the catalog has changed.'),
}

const result = object({
  ...updateCounts,
  snapshot: text('The file of the catalog.'),
  problems: list(problemGroup),
  complete: flag('False: there are more problems than are listed; see --all.'),
})

const noCounts = { files: 0, assets: 0, valid: 0, invalid: 0, unassigned: 0, opened: 0, checked: 0, changed: false }

const shownGroups = 20
const shownProblems = 5

/** `fairlead update`. */
export default class Update extends ProjectCommand<Infer<typeof result>> {
  static override readonly summary = 'Scan the ingress, check every asset, and write the catalog'
  static override readonly description =
    'Shows every problem with its location and, where possible, the legal name. Exit code 1: some assets are invalid.'
  static override readonly result = result
  static override readonly resumable = true
  static override readonly flags = {
    all: Flags.boolean({ summary: `Show all problems, not only those of the first ${shownGroups} assets.` }),
    asset: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      summary: 'Check only assets whose path matches this glob or /regular expression/; others keep their state.',
      helpValue: 'GLOB',
    }),
    full: Flags.boolean({ summary: 'Check everything again, including folders that have not changed.', exclusive: ['watch'] }),
    watch: Flags.boolean({
      summary: 'Keep running and update whenever something changes, until Ctrl-C. With --json: one object per line.',
    }),
    settle: Flags.integer({
      summary: 'With --watch: wait until a folder has not changed for this long, by default 2 seconds.',
      helpValue: 'SECONDS',
      min: 0,
      dependsOn: ['watch'],
    }),
    ...projectFlags,
    ...progressFlags,
  }

  async run(): Promise<Infer<typeof result>> {
    const { flags } = await this.parse(Update)
    const { signal } = this
    const { catalog, project } = await this.open(flags.project)
    await using session = this.session()
    using steps = showSteps(session.fairlead, flags.progress && !this.quiet)
    const restriction = flags.asset === undefined ? {} : { assets: flags.asset }
    const here = this.here(flags.project)
    const show = (found: UpdateResult, current: Project) => this.show(found, catalog.readProblems(current), flags.all, here)
    if (!flags.watch) {
      const options = { signal, onEvent: steps.onEvent, onWait: steps.onWait, full: flags.full }
      const found = await catalog.update(project, { ...options, ...restriction })
      steps[Symbol.dispose]()
      const result = show(found, project)
      if (found.invalid > 0) this.code = 1
      return result
    }
    steps[Symbol.dispose]()
    this.endedAsAsked = true
    let last: Infer<typeof result> | undefined
    await catalog.watch(project, {
      signal,
      ...restriction,
      ...(flags.settle !== undefined && { settleMs: flags.settle * 1000 }),
      reopen: () => catalog.openProject(project.file),
      onWait: steps.onWait,
      onUpdate: (found, current) => {
        last = show(found, current)
        if (this.json) this.emitLine(last)
        else this.note('watching for changes; press Ctrl-C to stop')
      },
      onFailure: error => this.note(`${error.message}${error.hint === undefined ? '' : `\n${error.hint}`}`),
      onNotice: message => session.fairlead.log.warn(message),
    })
    return last ?? { ...noCounts, snapshot: '', problems: [], complete: true }
  }

  /** Tells what an update found, and gives it as the result. */
  private show(found: UpdateResult, all: Iterable<ProblemGroup>, showAll: boolean, here: readonly string[]): Infer<typeof result> {
    const { groups, more } = take(all, showAll ? Infinity : shownGroups)
    for (const group of groups) this.tell(`${problemLines(group, showAll ? Infinity : shownProblems).join('\n')}\n\n`)
    const wrong = found.invalid + found.unassigned
    if (more) this.say(`… and ${wrong - groups.length} more (fairlead update --all shows everything)\n\n`)
    const strays = found.unassigned === 0 ? '' : `, ${counted(found.unassigned, 'file')} not in any asset`
    this.tell(
      `${counted(found.files, 'file')} in ${counted(found.assets, 'asset')}: ${found.valid} valid, ${found.invalid} invalid${strays}`,
    )
    if (wrong > 0) {
      const valid = found.valid === 0 ? '' : ` You can stage the valid assets now: ${commandLine(['fairlead', 'create', ...here])}`
      const isFixable = groups.some(({ problems }) => problems.some(({ legalName }) => legalName !== undefined))
      const rename = isFixable ? ' fairlead name fix shows how it would rename files.' : ''
      this.say(`Fix the problems above, then run update again.${rename}${valid}`)
      this.next(...(isFixable ? ['name', 'fix'] : ['update']), ...here)
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
