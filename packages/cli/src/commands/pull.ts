import * as Args from '@oclif/core/args'
import { ConnectionCommand } from '../connection-command.ts'
import { connectionFlags, dryRunFlag, forceFlag, progressFlags, transferFlags } from '../flags.ts'
import { pullResult } from '../results.ts'
import type { Infer } from '../schema.ts'
import { keyed, sizeText } from '../text.ts'

/** `fairlead pull`. */
export default class Pull extends ConnectionCommand<Infer<typeof pullResult>> {
  static override readonly summary = 'Fetch an asset into a folder and verify it'
  static override readonly description =
    'Creates DEST/<name>; an asset of one file becomes DEST/<its own name>. Run an interrupted pull again to resume it.'
  static override readonly examples = ['<%= config.bin %> pull cat001/hero:v001', '<%= config.bin %> pull archive://cat001/hero elsewhere']
  static override readonly resumable = true
  static override readonly result = pullResult
  static override readonly args = {
    REFERENCE: Args.string({ required: true, description: '[connection://]collection/name[:tag][@sha256:…]' }),
    DEST: Args.string({ default: '.', description: 'The folder to pull into' }),
  }
  static override readonly flags = {
    ...forceFlag('Replace different content that is already there.'),
    ...dryRunFlag,
    ...connectionFlags,
    ...progressFlags,
    ...transferFlags,
  }

  async run(): Promise<Infer<typeof pullResult>> {
    const { args, flags } = await this.parse(Pull)
    const { signal } = this
    await using session = this.session(flags)
    await using client = await session.clientOf(args.REFERENCE)
    using progress = session.progress(flags.progress)
    const result = await client.pull(args.REFERENCE, args.DEST, {
      signal,
      onEvent: progress.onEvent,
      force: flags.force,
      dryRun: flags['dry-run'],
    })
    progress[Symbol.dispose]()
    if (this.quiet) this.tell(result.path)
    else
      this.tell(
        keyed({
          path: result.path,
          uri: result.uri,
          digest: result.digest,
          size: sizeText(result.files, result.bytes),
          outcome: result.outcome,
        }),
      )
    return result
  }
}
