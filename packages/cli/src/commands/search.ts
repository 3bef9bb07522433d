import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { formatReference, type AssetSummary } from '@fairlead/core'
import { ConnectionCommand } from '../connection-command.ts'
import { connectionFlags } from '../flags.ts'
import { assetSummary } from '../results.ts'
import { count, list, object, text, type Infer } from '../schema.ts'
import { summaryLine } from '../summary-line.ts'
import { counted } from '../text.ts'

const result = object({ query: text(), connection: text(), count: count(), assets: list(assetSummary) })

/** A summary with its reference as text. */
export function withUri(connection: string, summary: AssetSummary): Infer<typeof assetSummary> {
  const { collection, name, tag } = summary
  return { uri: formatReference({ connection, collection, name, tag }), ...summary }
}

/** `fairlead search`. */
export default class Search extends ConnectionCommand<Infer<typeof result>> {
  static override readonly summary = 'Find assets'
  static override readonly description = `All words must occur in the collection, name, tag or labels. You can also use key:value with collection, name, tag, type, label.KEY, before and after. * matches any text, and quotes keep words together.`
  static override readonly examples = [
    '<%= config.bin %> search hero',
    '<%= config.bin %> search collection:cat001* label.team:light',
    "<%= config.bin %> search 'name:running-* after:2026-01-01'",
  ]
  static override readonly strict = false
  static override readonly result = result
  static override readonly args = { QUERY: Args.string({ description: 'Words and key:value pairs' }) }
  static override readonly flags = {
    limit: Flags.integer({ min: 1, summary: 'Stop after this many assets.', helpValue: 'COUNT' }),
    ...connectionFlags,
  }

  async run(): Promise<Infer<typeof result>> {
    const { argv, flags } = await this.parse(Search)
    const { signal } = this
    const query = argv.map(String).join(' ')
    await using session = this.session(flags)
    await using client = await session.clientOf('')
    const assets: Infer<typeof assetSummary>[] = []
    for await (const summary of client.search(query, { signal })) {
      const asset = withUri(client.name, summary)
      assets.push(asset)
      this.tell(this.quiet ? asset.uri : summaryLine(asset))
      if (assets.length === flags.limit) break
    }
    if (assets.length === 0) this.note(query === '' ? `"${client.name}" has no assets.` : `Nothing in "${client.name}" matches.`)
    else this.note(counted(assets.length, 'asset'))
    return { query, connection: client.name, count: assets.length, assets }
  }
}
