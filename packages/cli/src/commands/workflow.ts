import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { existsSync } from 'node:fs'
import type * as Catalog from '@fairlead/catalog'
import { confirm } from '../confirm.ts'
import { exporterJson, exporterLine } from '../export-text.ts'
import { usageError } from '../exit.ts'
import { connectionFlags, dryRunFlag, forceFlag, progressFlags, yesFlag } from '../flags.ts'
import { ProjectCommand, projectFlags, showSteps } from '../project-command.ts'
import { anything, list, object, oneOf, optional, text, type Infer } from '../schema.ts'
import { printableLines } from '../printable-lines.ts'
import { styled } from '../style.ts'
import { counted, sizeText } from '../text.ts'
import { plannedWebhook, plannedWebhookLines, webhookJson, webhookLine, webhookResult } from '../webhook-text.ts'

const step = oneOf(['delete', 'update', 'create', 'export'])
const result = object({
  done: list(object({ step, result: anything("The command's result.") })),
  failed: optional(object({ step, error: anything('The error.') })),
  report: optional(anything('What webhooks are filled in from: `fairlead config schema --report`. Absent when nothing ran.')),
  webhooks: list(webhookResult),
  planned: optional(object({ steps: list(object({ step, what: text() })), webhooks: list(plannedWebhook) }, 'With --dry-run.')),
})
type Result = Infer<typeof result>

/** `fairlead workflow`. */
export default class Workflow extends ProjectCommand<Result> {
  static override readonly summary = 'Run several steps in order: delete, update, create, export'
  static override readonly description = `Without STEP or --steps, runs the steps in fairlead.yaml. Stops at the first step that fails. A workflow that includes export
calls the webhooks of fairlead.yaml at the end, even after a failure. The step delete empties staging and asks for confirmation first.
Exit code 1: a step or a webhook failed, or some assets are invalid.`
  static override readonly examples = [
    '<%= config.bin %> workflow --yes',
    '<%= config.bin %> workflow update create',
    '<%= config.bin %> workflow --steps delete,update --dry-run',
  ]
  static override readonly strict = false
  static override readonly resumable = true
  static override readonly result = result
  static override readonly args = { STEP: Args.string({ description: 'delete, update, create or export; one or more, in order' }) }
  static override readonly flags = {
    steps: Flags.string({ summary: 'The steps, in order, separated by commas.', helpValue: 'STEP,STEP' }),
    webhooks: Flags.boolean({ allowNo: true, default: true, summary: 'Call the webhooks of fairlead.yaml.' }),
    ...forceFlag('Replace different content stored under the same reference.'),
    ...dryRunFlag,
    ...yesFlag,
    set: connectionFlags.set,
    ...projectFlags,
    ...progressFlags,
  }

  async run(): Promise<Result> {
    const { argv, flags } = await this.parse(Workflow)
    const { signal } = this
    const { catalog, project } = await this.open(flags.project)
    const steps = this.steps(catalog, project, argv.map(String), flags.steps)
    if (flags['dry-run']) return this.plan(catalog, project, steps, flags.webhooks)
    if (steps.includes('delete') && existsSync(project.config.stagingDirectory)) {
      // Of what was moved staging has the only copy: only `fairlead delete` drops that.
      const only = project.config.writeMode === 'move' ? ' Assets that were moved there stay.' : ''
      const sure = await confirm(`The step delete empties the staging folder ${project.config.stagingDirectory}.${only} Continue?`, {
        yes: flags.yes,
        signal,
      })
      if (!sure) return { done: [], webhooks: [] }
    }

    await using session = this.session({ set: flags.set })
    using progress = showSteps(session.fairlead, flags.progress && !this.quiet)
    const ran = await catalog.workflow(project, name => session.fairlead.connect(name), {
      signal,
      steps,
      force: flags.force,
      webhooks: flags.webhooks,
      onEvent: progress.onEvent,
      onWait: progress.onWait,
      onRetry: message => session.fairlead.log.warn(message),
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
    for (const outcome of ran.webhooks) this.tell(webhookLine(outcome))
    if (ran.webhooks.some(({ ok }) => !ok)) this.code = 1
    return {
      done: ran.done.map(outcome => ({
        step: outcome.step,
        result: outcome.step === 'export' ? outcome.result.map(exporterJson) : outcome.result,
      })),
      ...(failed !== undefined && { failed: { step: failed.step, error: failed.error.toJSON() } }),
      report: ran.report,
      webhooks: ran.webhooks.map(webhookJson),
    }
  }

  private steps(
    { workflowSteps }: typeof Catalog,
    project: Catalog.Project,
    words: readonly string[],
    listed: string | undefined,
  ): readonly Catalog.WorkflowStep[] {
    if (words.length > 0 && listed !== undefined)
      throw usageError('The steps are given twice, as arguments and with --steps.', 'Give them once.')
    const wanted = listed === undefined ? words : listed.split(',').map(word => word.trim())
    if (wanted.length === 0) return project.config.workflow
    const wrong = wanted.find(word => !workflowSteps.some(name => name === word))
    if (wrong !== undefined) throw usageError(`"${wrong}" is not a step.`, `The steps are: ${workflowSteps.join(', ')}.`)
    return wanted.flatMap(word => workflowSteps.filter(name => name === word))
  }

  private plan(
    { planWorkflow }: typeof Catalog,
    project: Catalog.Project,
    steps: readonly Catalog.WorkflowStep[],
    webhooks: boolean,
  ): Result {
    const planned = planWorkflow(project, { steps, webhooks })
    for (const [index, { step: name, what }] of planned.steps.entries()) this.tell(printableLines(`${index + 1}. ${name}: would ${what}`))
    for (const webhook of planned.webhooks) this.tell(plannedWebhookLines(webhook))
    this.next('workflow', ...steps)
    return { done: [], webhooks: [], planned }
  }

  private describe(outcome: Catalog.StepOutcome): string {
    const done = styled('green', '✓')
    switch (outcome.step) {
      case 'delete': {
        const { assets, deleted } = outcome.result.moved
        return `${done} delete: ${assets === 0 || deleted ? 'staging is empty' : `${counted(assets, 'asset')} kept, because staging has the only copy`}`
      }
      case 'update': {
        const { files, assets, valid, invalid } = outcome.result
        if (invalid > 0) this.code = 1
        return `${done} update: ${counted(files, 'file')} in ${counted(assets, 'asset')}: ${valid} valid, ${invalid} invalid${invalid > 0 ? ' (fairlead update shows what is wrong)' : ''}`
      }
      case 'create': {
        const { assets, files, bytes, changed, refused } = outcome.result
        if (refused.length > 0) this.code = 1
        const more = refused.length === 0 ? '' : `, ${refused.length} refused (fairlead create shows why)`
        return `${refused.length > 0 ? styled('red', '✗') : done} create: ${counted(assets, 'asset')}, ${sizeText(files, bytes)}, ${changed} changed${more}`
      }
      case 'export':
        return outcome.result.map(one => exporterLine(one, false)).join('\n')
    }
  }
}
