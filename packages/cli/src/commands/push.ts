import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { ConnectionCommand } from '../connection-command.ts'
import { connectionFlags, dryRunFlag, forceFlag, progressFlags, transferFlags } from '../flags.ts'
import { parseLabels } from '../labels.ts'
import { defaultReference } from '../push-target.ts'
import { pushResult } from '../results.ts'
import type { Infer } from '../schema.ts'
import { keyed, sizeText } from '../text.ts'

/** `fairlead push`. */
export default class Push extends ConnectionCommand<Infer<typeof pushResult>> {
  static override readonly summary = 'Store a file or a folder as an asset'
  static override readonly description = `Without REFERENCE, a legal asset name becomes its catalog reference, and any other name becomes library/<name>:latest.
Without configuration, the asset goes to the local store. Pushing the same content again changes nothing.`
  static override readonly examples = [
    '<%= config.bin %> push renders/hero cat001/hero:v001',
    '<%= config.bin %> push image.sif archive://tools/blender:4.2 --label team=light',
  ]
  static override readonly resumable = true
  static override readonly result = pushResult
  static override readonly args = {
    PATH: Args.string({ required: true, description: 'A file or a folder' }),
    REFERENCE: Args.string({ description: '[connection://]collection/name[:tag]' }),
  }
  static override readonly flags = {
    label: Flags.string({
      char: 'l',
      multiple: true,
      multipleNonGreedy: true,
      summary: 'A label to find the asset by.',
      helpValue: 'KEY=VALUE',
    }),
    ...forceFlag('Replace different content under the same tag.'),
    ...dryRunFlag,
    ...connectionFlags,
    ...progressFlags,
    ...transferFlags,
  }

  async run(): Promise<Infer<typeof pushResult>> {
    const { args, flags } = await this.parse(Push)
    const { signal } = this
    const target = args.REFERENCE ?? defaultReference(args.PATH)
    const labels = parseLabels(flags.label ?? [])
    await using session = this.session(flags)
    await using client = await session.clientOf(target)
    using progress = session.progress(flags.progress, `hashing ${args.PATH}`)
    const options = { signal, onEvent: progress.onEvent, force: flags.force, dryRun: flags['dry-run'] }
    const { reference: _reference, ...result } = await client.push(args.PATH, target, {
      ...options,
      ...(labels !== undefined && { labels }),
    })
    progress[Symbol.dispose]()
    if (this.quiet) this.tell(result.uri)
    else this.tell(keyed({ uri: result.uri, digest: result.digest, size: sizeText(result.files, result.bytes), outcome: result.outcome }))
    if (result.outcome === 'planned')
      this.next('push', ...again(flags), ...(args.PATH.startsWith('-') ? ['--'] : []), args.PATH, result.uri)
    else this.next('pull', result.uri)
    return result
  }
}

/** The flags that the same push without --dry-run needs; the connection stands in its uri. */
function again(flags: {
  readonly force: boolean
  readonly label?: readonly string[] | undefined
  readonly set?: readonly string[] | undefined
}) {
  return [
    ...(flags.label ?? []).map(label => `--label=${label}`),
    ...(flags.set ?? []).map(setting => `--set=${setting}`),
    ...(flags.force ? ['--force'] : []),
  ]
}
