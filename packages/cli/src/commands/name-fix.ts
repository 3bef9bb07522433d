import { isAbsolute, relative, resolve, sep } from 'node:path'
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { FixPlan, FixRecord, Project } from '@fairlead/catalog'
import { formatTable } from '@fairlead/core/host'
import { usageError } from '../exit.ts'
import { ProjectCommand, projectFlags } from '../project-command.ts'
import { pathWithReason, refusedLines, renameLines } from '../rename-text.ts'
import { count, flag, list, object, oneOf, optional, text, type Infer } from '../schema.ts'
import { styled } from '../style.ts'
import { counted } from '../text.ts'

const rename = {
  kind: oneOf(['file', 'directory']),
  from: text('Relative to the ingress. Directories are renamed after the files in them.'),
  to: text('Relative to the ingress.'),
  why: text('What is wrong with the old name.'),
}

const fixRecord = object({
  id: text('What --undo takes.'),
  time: text('ISO 8601, UTC.'),
  state: oneOf(['applying', 'applied', 'undoing', 'undone'], 'applying and undoing: begun and not finished.'),
  renames: count(),
})

const result = object({
  fix: optional(fixRecord),
  fixes: optional(list(fixRecord, 'With --list, the oldest first.')),
  unfinished: optional(fixRecord),
  resumed: optional(flag('An unfinished fix was completed; nothing new was planned.')),
  renames: list(object(rename)),
  refused: list(object({ ...rename, reason: text('Why it is not renamed.') })),
  unresolved: list(
    object({ path: text('Relative to the ingress.'), reason: text() }),
    'Problems for which there is no legal name to suggest.',
  ),
})

const shownRenames = 100

/** `fairlead name fix`. */
export default class NameFix extends ProjectCommand<Infer<typeof result>> {
  static override readonly summary = 'Rename files and folders to their legal names'
  static override readonly description = `Shows what would be renamed, based on the last update. --apply renames it: it writes a journal first and never overwrites anything. If it is interrupted, --apply completes the fix and --undo reverts it. Nothing is renamed if something has changed since the last update.
Exit code 1: with --apply, some names were refused.`
  static override readonly examples = [
    '<%= config.bin %> name fix',
    '<%= config.bin %> name fix --apply --update',
    "<%= config.bin %> name fix --asset '**/*running-cat*' --apply",
    '<%= config.bin %> name fix --undo',
  ]
  static override readonly strict = false
  static override readonly resumable = true
  static override readonly result = result
  static override readonly args = {
    PATH: Args.string({ description: 'Files and folders to rename, default all; with --undo: the fix to undo, default the last' }),
  }
  static override readonly flags = {
    apply: Flags.boolean({ summary: 'Rename the files and folders.' }),
    undo: Flags.boolean({ summary: 'Undo the last fix, or the given one.', exclusive: ['apply', 'list', 'asset'] }),
    list: Flags.boolean({ summary: 'List past fixes.', exclusive: ['apply'] }),
    asset: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      summary: 'Only paths that match this glob, relative to the ingress.',
      helpValue: 'GLOB',
    }),
    update: Flags.boolean({ summary: 'Update the catalog after renaming.' }),
    all: Flags.boolean({ summary: `Show all renames, not only the first ${shownRenames}.` }),
    ...projectFlags,
  }

  async run(): Promise<Infer<typeof result>> {
    const { argv, flags } = await this.parse(NameFix)
    const words = argv.map(String)
    const { catalog, project } = await this.open(flags.project)
    const here = this.here(flags.project)
    const nothing = { renames: [], refused: [], unresolved: [] }
    if (flags.list) {
      const fixes = catalog.listFixes(project)
      if (fixes.length === 0) this.say('There are no fixes.')
      else
        this.tell(
          formatTable(
            ['FIX', 'TIME', 'STATE', 'RENAMES'],
            fixes.map(({ id, time, state, renames }) => [id, time, state, String(renames)]),
          ),
        )
      return { ...nothing, fixes }
    }
    await using session = this.session()
    const options = { signal: this.signal, onWait: (message: string) => session.fairlead.log.warn(message) }
    const afterwards = async (fix: FixRecord): Promise<void> => {
      if (!flags.update) return this.next('update', ...here)
      const found = await catalog.update(project, options)
      this.tell(`${counted(found.assets, 'asset')}: ${found.valid} valid, ${found.invalid} invalid`)
      if (fix.state === 'applied') this.say(`To undo it: fairlead name fix --undo ${fix.id}`)
    }
    if (flags.undo) {
      if (words.length > 1) throw usageError('--undo takes at most one fix.', 'List them: fairlead name fix --list')
      const fix = await catalog.undoFix(project, words[0], options)
      this.tell(`undid ${counted(fix.renames, 'rename')} of ${fix.id}`)
      await afterwards(fix)
      return { ...nothing, fix }
    }
    const selection = { only: [...(flags.asset ?? []), ...words.flatMap(word => globOf(project, word))] }
    if (!flags.apply) {
      const { plan, unfinished } = await catalog.previewFix(project, selection)
      this.show(plan, flags.all)
      if (unfinished !== undefined) this.say(`The fix ${unfinished.id} is not finished: --apply completes it, --undo reverts it.`)
      else if (plan.renames.length > 0) this.next('name', 'fix', '--apply', ...here)
      return { ...shown(plan), ...(unfinished !== undefined && { unfinished }) }
    }
    const { fix, isResumed, plan } = await catalog.applyFix(project, selection, options)
    if (plan !== undefined) this.show(plan, flags.all)
    if (fix !== undefined) {
      this.tell(
        `${isResumed ? 'completed the fix' : 'renamed'} ${isResumed ? fix.id : counted(fix.renames, 'name')}${isResumed ? '' : ` (fix ${fix.id})`}`,
      )
      await afterwards(fix)
    }
    if (plan !== undefined && plan.refused.length > 0) this.code = 1
    return { ...(plan === undefined ? nothing : shown(plan)), resumed: isResumed, ...(fix !== undefined && { fix }) }
  }

  private show({ renames, refused, unresolved }: FixPlan, all: boolean): void {
    const most = all ? Infinity : shownRenames
    if (renames.length > 0) {
      this.tell(renameLines(renames.slice(0, most)).join('\n'))
      if (renames.length > most) this.say(`… and ${renames.length - most} more (--all shows them)`)
    } else this.say('There is nothing to rename.')
    const others = [
      ...refused.map(one => refusedLines(one, one.reason)),
      ...unresolved.map(({ path, reason }) => pathWithReason(styled('yellow', '!'), path, reason)),
    ]
    if (others.length > 0) this.say(`\nNot renamed:\n${others.slice(0, most).flat().join('\n')}`)
    if (others.length > most) this.say(`… and ${others.length - most} more (--all shows them)`)
  }
}

/** A path of the command line as a glob that names it and what is below it. */
function globOf(project: Project, word: string): readonly string[] {
  const { ingressDirectory } = project.config
  const path = relative(ingressDirectory, resolve(word)).split(sep).join('/')
  if (path === '') return ['**']
  if (path === '..' || path.startsWith('../') || isAbsolute(path)) {
    throw usageError(`${word} is not in the ingress ${ingressDirectory}.`, 'Give files and folders in the ingress.')
  }
  return [path.replace(/[*?[{]/g, '[$&]')]
}

function shown({ renames, refused, unresolved }: FixPlan): Pick<Infer<typeof result>, 'renames' | 'refused' | 'unresolved'> {
  return {
    renames: renames.map(({ kind, from, to, why }) => ({ kind, from, to, why })),
    refused: refused.map(({ kind, from, to, why, reason }) => ({ kind, from, to, why, reason })),
    unresolved,
  }
}
