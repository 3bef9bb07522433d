import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import { confirm } from '../confirm.ts'
import { yesFlag } from '../flags.ts'
import { ProjectCommand, projectFlags } from '../project-command.ts'
import { list, object, text, type Infer } from '../schema.ts'

const result = object({ staging: text(), removed: list(text(), 'Folders.') })

/** `fairlead delete`. */
export default class Delete extends ProjectCommand<Infer<typeof result>> {
  static override readonly summary = 'Empty staging'
  static override readonly description =
    'Removes what `fairlead create` made. The ingress and what was exported stay. Asks first: only y and yes are yes.'
  static override readonly result = result
  static override readonly flags = { ...yesFlag, ...projectFlags }

  async run(): Promise<Infer<typeof result>> {
    const { flags } = await this.parse(Delete)
    const { signal } = this
    const { catalog, project } = await this.open(flags.project)
    const { stagingDirectory: staging } = project.config
    const shown = relative('.', staging) || '.'
    if (existsSync(staging) && !(await confirm(`Empty the staging ${shown}?`, { yes: flags.yes, signal }))) {
      this.say(`kept ${shown}`)
      return { staging, removed: [] }
    }
    await using session = this.session()
    const { removed } = await catalog.deleteStaging(project, { signal, onWait: message => session.fairlead.log.warn(message) })
    this.tell(removed.length === 0 ? `${shown} was empty` : `emptied ${shown}`)
    return { staging, removed }
  }
}
