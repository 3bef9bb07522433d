import * as Args from '@oclif/core/args'
import { ConnectionCommand } from '../connection-command.ts'
import { connectionFlags, forceFlag } from '../flags.ts'
import { pushResult } from '../results.ts'
import type { Infer } from '../schema.ts'
import { keyed } from '../text.ts'

/** `fairlead tag`. */
export default class Tag extends ConnectionCommand<Infer<typeof pushResult>> {
  static override readonly summary = 'Add a tag to an asset'
  static override readonly examples = ['<%= config.bin %> tag cat001/hero:v003 approved']
  static override readonly result = pushResult
  static override readonly args = {
    REFERENCE: Args.string({ required: true, description: 'The stored asset' }),
    TAG: Args.string({ required: true, description: 'The tag to add' }),
  }
  static override readonly flags = { ...forceFlag('Move the tag if it already refers to different content.'), ...connectionFlags }

  async run(): Promise<Infer<typeof pushResult>> {
    const { args, flags } = await this.parse(Tag)
    const { signal } = this
    await using session = this.session(flags)
    await using client = await session.clientOf(args.REFERENCE)
    const { reference: _reference, ...result } = await client.tag(args.REFERENCE, args.TAG, { signal, force: flags.force })
    this.tell(this.quiet ? result.uri : keyed({ uri: result.uri, digest: result.digest, outcome: result.outcome }))
    return result
  }
}
