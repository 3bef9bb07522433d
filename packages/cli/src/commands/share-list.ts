import { ConnectionCommand } from '../connection-command.ts'
import { connectionFlags } from '../flags.ts'
import { sharesResult } from '../results.ts'
import type { Infer } from '../schema.ts'
import { shareJson, shareLine } from '../share-text.ts'

type Result = Infer<typeof sharesResult>

/** `fairlead share list`. */
export default class ShareList extends ConnectionCommand<Result> {
  static override readonly summary = 'List the links of a connection'
  static override readonly result = sharesResult
  static override readonly flags = { ...connectionFlags }

  async run(): Promise<Result> {
    const { flags } = await this.parse(ShareList)
    await using session = this.session(flags)
    await using client = await session.clientOf('')
    const shares: Result['shares'][number][] = []
    for await (const share of client.shares.list({ signal: this.signal })) {
      shares.push(shareJson(share))
      this.tell(this.quiet ? (share.id ?? share.url.href) : `${shareLine(client.name, share)}\n\n`)
    }
    if (shares.length === 0) this.note(`"${client.name}" has no links.`)
    return { shares }
  }
}
