import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { formatBytes, parseSeconds } from '@fairlead/core/host'
import { confirm } from '../confirm.ts'
import { ConnectionCommand } from '../connection-command.ts'
import { usageError } from '../exit.ts'
import { connectionFlags, dryRunFlag, progressFlags, yesFlag } from '../flags.ts'
import { count, flag, object, text, type Infer } from '../schema.ts'
import { counted } from '../text.ts'

const result = object({
  connection: text(),
  uploads: count('Unfinished uploads.'),
  objects: count('That no tag names.'),
  bytes: count(),
  removed: flag(),
})

/** `fairlead client clean`. */
export default class ClientClean extends ConnectionCommand<Infer<typeof result>> {
  static override readonly summary = 'Remove unfinished uploads and content that no tag refers to'
  static override readonly description =
    'Removes only what is older than --older-than, so that a push in progress keeps what it has sent. Asks for confirmation first; only y or yes counts.'
  static override readonly result = result
  static override readonly args = { NAME: Args.string({ description: 'The connection; by default the active one' }) }
  static override readonly flags = {
    'older-than': Flags.string({ default: '1d', summary: 'Keep anything newer than this.', helpValue: 'TIME' }),
    ...dryRunFlag,
    ...yesFlag,
    set: connectionFlags.set,
    ...progressFlags,
  }

  async run(): Promise<Infer<typeof result>> {
    const { args, flags } = await this.parse(ClientClean)
    const { signal } = this
    const graceSeconds = parseSeconds(flags['older-than'])
    if (graceSeconds === undefined) throw usageError(`"${flags['older-than']}" is not a duration.`, 'For example: --older-than 1d')
    await using session = this.session({ set: flags.set })
    await using client = await session.fairlead.connect(args.NAME ?? session.fairlead.active().name)
    using progress = session.progress(flags.progress)
    const options = { signal, onEvent: progress.onEvent, graceSeconds }
    const found = await client.clean({ ...options, dryRun: true })
    const text = `${counted(found.uploads, 'unfinished upload')} and ${counted(found.objects, 'object')} (${formatBytes(found.bytes)})`
    if (found.uploads + found.objects === 0 || flags['dry-run']) {
      this.tell(found.uploads + found.objects === 0 ? 'nothing to clean' : `would remove ${text}`)
      return { connection: client.name, ...found, removed: false }
    }
    if (!(await confirm(`Remove ${text} from "${client.name}"?`, { yes: flags.yes, signal })))
      return { connection: client.name, ...found, removed: false }
    const done = await client.clean(options)
    this.tell(`removed ${counted(done.uploads, 'unfinished upload')} and ${counted(done.objects, 'object')} (${formatBytes(done.bytes)})`)
    return { connection: client.name, ...done, removed: true }
  }
}
