import * as Flags from '@oclif/core/flags'
import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import type { DeleteResult } from '@fairlead/catalog'
import { confirm, confirmByWord } from '../confirm.ts'
import { dryRunFlag, yesFlag } from '../flags.ts'
import { printableLines } from '../printable-lines.ts'
import { ProjectCommand, projectFlags } from '../project-command.ts'
import { count, flag, list, object, text, type Infer } from '../schema.ts'
import { counted, sizeText } from '../text.ts'

const result = object({
  staging: text(),
  removed: list(text(), 'Folders.'),
  files: count('Of content.'),
  bytes: count(),
  moved: object({ assets: count(), files: count(), bytes: count(), deleted: flag() }, 'Assets whose only copy is in staging.'),
  left: list(text(), 'Other content of the staging folder, which stays, relative to it.'),
})

/** `fairlead delete`. */
export default class Delete extends ProjectCommand<Infer<typeof result>> {
  static override readonly summary = 'Empty staging'
  static override readonly description = `Removes what \`fairlead create\` wrote. The ingress and exported files are not touched. Asks for confirmation first; only y or yes counts.
If staging has the only copy of files that were moved there, you have to type the word delete; --keep-moved keeps them.`
  static override readonly result = result
  static override readonly flags = {
    'keep-moved': Flags.boolean({ summary: 'Keep assets that were moved to staging.' }),
    ...dryRunFlag,
    ...yesFlag,
    ...projectFlags,
  }

  async run(): Promise<Infer<typeof result>> {
    const { flags } = await this.parse(Delete)
    const { signal } = this
    const { catalog, project } = await this.open(flags.project)
    const { stagingDirectory: staging } = project.config
    const shown = relative('.', staging) || '.'
    await using session = this.session()
    const options = {
      signal,
      onWait: (message: string) => session.fairlead.log.warn(message),
      moved: flags['keep-moved'] ? 'keep' : 'delete',
    } as const
    const plan = await catalog.deleteStaging(project, { ...options, dryRun: true })
    if (flags['dry-run']) {
      this.tell(`would remove ${sizeText(plan.files, plan.bytes)} from ${shown}${movedText(plan)}`)
      this.tellLeft(plan)
      return { staging, ...plan }
    }
    if (existsSync(staging) && !(await this.isSure(plan, shown, flags.yes))) {
      this.say(`kept ${shown}`)
      return { staging, ...plan, removed: [], files: 0, bytes: 0, moved: { ...plan.moved, deleted: false } }
    }
    const done = await catalog.deleteStaging(project, options)
    this.tell(done.removed.length === 0 ? `${shown} was empty` : `emptied ${shown}: ${sizeText(done.files, done.bytes)}${movedText(done)}`)
    this.tellLeft(done)
    return { staging, ...done }
  }

  private isSure({ moved }: DeleteResult, shown: string, yes: boolean): Promise<boolean> {
    const { signal } = this
    if (!moved.deleted) return confirm(`Empty the staging folder ${shown}?`, { yes, signal })
    const what = `${counted(moved.assets, 'asset')} with ${sizeText(moved.files, moved.bytes)}`
    return confirmByWord(`The staging folder ${shown} has the only copy of ${what}, which were moved there.`, 'delete', { yes, signal })
  }

  private tellLeft({ left }: DeleteResult): void {
    if (left.length > 0)
      this.say(
        `left there, because fairlead create did not write it: ${printableLines(left.slice(0, 20).join(', '))}${left.length > 20 ? ' …' : ''}`,
      )
  }
}

function movedText({ moved: { assets, deleted } }: DeleteResult): string {
  if (assets === 0) return ''
  return deleted
    ? `, including the only copy of ${counted(assets, 'asset')}`
    : `; ${counted(assets, 'asset')} that were moved there ${assets === 1 ? 'stays' : 'stay'}`
}
