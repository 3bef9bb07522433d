import * as Args from '@oclif/core/args'
import { existsSync } from 'node:fs'
import type { StepOutcome } from '@fairlead/catalog'
import { confirm } from '../confirm.ts'
import { exporterJson, exporterLine } from '../export-text.ts'
import { usageError } from '../exit.ts'
import { connectionFlags, forceFlag, progressFlags, yesFlag } from '../flags.ts'
import { ProjectCommand, projectFlags, showSteps } from '../project-command.ts'
import { anything, list, object, oneOf, optional, type Infer } from '../schema.ts'
import { printableLines } from '../printable-lines.ts'
import { styled } from '../style.ts'
import { counted, sizeText } from '../text.ts'

const step = oneOf(['delete', 'update', 'create', 'export'])
const result = object({
  done: list(object({ step, result: anything('As of the command of that name.') })),
  failed: optional(object({ step, error: anything('As errors are.') })),
})

/** `fairlead workflow`. */
export default class Workflow extends ProjectCommand<Infer<typeof result>> {
  static override readonly summary = 'Run several steps in order: delete, update, create, export'
  static override readonly description = `Without STEP those of fairlead.yaml. The first step that fails ends it.
Exit code 1: a step failed, or some assets are invalid. The step delete empties staging and asks first.`
  static override readonly examples = ['<%= config.bin %> workflow --yes', '<%= config.bin %> workflow update create']
  static override readonly strict = false
  static override readonly resumable = true
  static override readonly result = result
  static override readonly args = { STEP: Args.string({ description: 'delete, update, create or export; several in their order' }) }
  static override readonly flags = {
    ...forceFlag('Replace what an exporter holds under the same reference.'),
    ...yesFlag,
    set: connectionFlags.set,
    ...projectFlags,
    ...progressFlags,
  }

  async run(): Promise<Infer<typeof result>> {
    const { argv, flags } = await this.parse(Workflow)
    const { signal } = this
    const { catalog, project } = await this.open(flags.project)
    const known = catalog.workflowSteps
    const words = argv.map(String)
    const steps = words.length === 0 ? project.config.workflow : words.flatMap(word => known.filter(name => name === word))
    const wrong = words.find(word => !known.some(name => name === word))
    if (wrong !== undefined) throw usageError(`"${wrong}" is no step.`, `Steps are: ${known.join(', ')}.`)
    const empties = steps.includes('delete') && existsSync(project.config.stagingDirectory)
    if (empties && !(await confirm('The step delete empties staging. Go on?', { yes: flags.yes, signal }))) return { done: [] }

    await using session = this.session({ set: flags.set })
    using progress = showSteps(session.fairlead, flags.progress && !this.quiet)
    const ran = await catalog.workflow(project, name => session.fairlead.connect(name), {
      signal,
      steps,
      force: flags.force,
      onEvent: progress.onEvent,
      onWait: progress.onWait,
    })
    progress[Symbol.dispose]()
    for (const outcome of ran.done) this.tell(this.describe(outcome))
    const { failed } = ran
    if (failed !== undefined) {
      this.code = 1
      this.tell(
        `${styled('red', '✗')} ${failed.step}: ${printableLines(failed.error.message)}${failed.error.hint === undefined ? '' : `\n  hint: ${printableLines(failed.error.hint)}`}`,
      )
    }
    return {
      done: ran.done.map(outcome => ({
        step: outcome.step,
        result: outcome.step === 'export' ? outcome.result.map(exporterJson) : outcome.result,
      })),
      ...(failed !== undefined && { failed: { step: failed.step, error: failed.error.toJSON() } }),
    }
  }

  private describe(outcome: StepOutcome): string {
    const done = styled('green', '✓')
    switch (outcome.step) {
      case 'delete':
        return `${done} delete: staging is empty`
      case 'update': {
        const { files, assets, valid, invalid } = outcome.result
        if (invalid > 0) this.code = 1
        return `${done} update: ${counted(files, 'file')} in ${counted(assets, 'asset')}: ${valid} valid, ${invalid} invalid${invalid > 0 ? ' (fairlead update says what is wrong)' : ''}`
      }
      case 'create':
        return `${done} create: ${counted(outcome.result.assets, 'asset')}, ${sizeText(outcome.result.files, outcome.result.bytes)}, ${outcome.result.changed} changed`
      case 'export':
        return outcome.result.map(one => exporterLine(one, false)).join('\n')
    }
  }
}
