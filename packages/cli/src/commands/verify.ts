import * as Args from '@oclif/core/args'
import { printable } from '@fairlead/core'
import { ConnectionCommand } from '../connection-command.ts'
import { connectionFlags, progressFlags } from '../flags.ts'
import { count, digest, flag, list, object, oneOf, text, type Infer } from '../schema.ts'
import { sizeText } from '../text.ts'

const result = object({
  uri: text(),
  digest: digest(),
  ok: flag(),
  files: count(),
  bytes: count(),
  problems: list(object({ path: text(), problem: oneOf(['missing', 'size', 'sha256']), expected: text(), found: text() })),
})

/** `fairlead verify`. */
export default class Verify extends ConnectionCommand<Infer<typeof result>> {
  static override readonly summary = 'Read a stored asset back and check every hash'
  static override readonly description = 'Exit code 1: a file is missing or damaged.'
  static override readonly result = result
  static override readonly args = {
    REFERENCE: Args.string({ required: true, description: '[connection://]collection/name[:tag][@sha256:…]' }),
  }
  static override readonly flags = { ...connectionFlags, ...progressFlags }

  async run(): Promise<Infer<typeof result>> {
    const { args, flags } = await this.parse(Verify)
    const { signal } = this
    await using session = this.session(flags)
    await using client = await session.clientOf(args.REFERENCE)
    using progress = session.progress(flags.progress)
    const verdict = await client.verify(args.REFERENCE, { signal, onEvent: progress.onEvent })
    progress[Symbol.dispose]()
    if (verdict.ok) this.tell(`ok  ${verdict.uri}  ${sizeText(verdict.files, verdict.bytes)}`)
    else {
      this.code = 1
      this.tell(
        [
          `damaged  ${verdict.uri}`,
          ...verdict.problems.map(
            ({ path, problem, expected, found }) => `  ${printable(path, Infinity)}: ${problem}, expected ${expected}, found ${found}`,
          ),
        ].join('\n'),
      )
      this.say('To repair it, push the asset again with --force.')
    }
    return verdict
  }
}
