import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { formatObjectPath, parseObjectPath, printable, type Entry } from '@fairlead/core'
import { formatBytes, padWidth, type Client } from '@fairlead/core/host'
import { ConnectionCommand } from '../connection-command.ts'
import { connectionFlags } from '../flags.ts'
import { assetSummary, entryResult } from '../results.ts'
import { list, object, text, type Infer } from '../schema.ts'
import { summaryLine } from '../summary-line.ts'
import { withUri } from './search.ts'

const result = object({
  connection: text(),
  assets: list(assetSummary, 'Where a reference or nothing was given.'),
  entries: list(entryResult, 'Where an object path was given.'),
})
type Result = Infer<typeof result>

/** `fairlead ls`. */
export default class Ls extends ConnectionCommand<Result> {
  static override readonly summary = 'List assets, or the objects of a connection'
  static override readonly description =
    'With :/path or connection:/path, lists what is stored there. Else assets: all, or those whose reference begins with PREFIX.'
  static override readonly examples = [
    '<%= config.bin %> ls cat001/',
    '<%= config.bin %> ls archive://',
    '<%= config.bin %> ls archive:/metadata --recursive',
  ]
  static override readonly result = result
  static override readonly args = { PREFIX: Args.string({ description: 'The beginning of a reference, or an object path' }) }
  static override readonly flags = {
    recursive: Flags.boolean({ char: 'r', summary: 'Also what lies below the folders of an object path.' }),
    ...connectionFlags,
  }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Ls)
    await using session = this.session(flags)
    const { PREFIX: prefix = '' } = args
    await using client = await session.clientOf(prefix)
    const objectPath = parseObjectPath(prefix)
    return objectPath === undefined ? this.listAssets(client, prefix) : this.listObjects(client, objectPath.path, flags.recursive)
  }

  private async listAssets(client: Client, text: string): Promise<Result> {
    const { signal } = this
    const prefix = text.includes('://') ? text.slice(text.indexOf('://') + 3) : text
    const first = /^([A-Za-z0-9._-]+)\//.exec(prefix)?.[1]
    const assets: Infer<typeof assetSummary>[] = []
    for await (const summary of client.search(first === undefined ? '' : `collection:${first}*`, { signal })) {
      if (!`${summary.collection}/${summary.name}:${summary.tag}`.startsWith(prefix)) continue
      const asset = withUri(client.name, summary)
      assets.push(asset)
      this.tell(this.quiet ? asset.uri : summaryLine(asset))
    }
    if (assets.length === 0)
      this.note(prefix === '' ? `"${client.name}" holds no assets.` : `No asset of "${client.name}" begins with ${printable(prefix)}.`)
    return { connection: client.name, assets, entries: [] }
  }

  private async listObjects(client: Client, path: string, recursive: boolean): Promise<Result> {
    const { signal } = this
    const entries: Infer<typeof entryResult>[] = []
    for await (const entry of client.list(path, { signal, recursive })) {
      const { kind, size, modified, etag, contentType } = entry
      entries.push({
        path: formatObjectPath({ connection: client.name, path: entry.path }),
        kind,
        ...(size !== undefined && { size }),
        ...(modified !== undefined && { modified: modified.toISOString() }),
        ...(etag !== undefined && { etag }),
        ...(contentType !== undefined && { contentType }),
      })
      this.tell(this.quiet ? `:/${printable(entry.path, Infinity)}` : entryLine(entry))
    }
    if (entries.length === 0) this.note('Nothing is there.')
    return { connection: client.name, assets: [], entries }
  }
}

function entryLine({ path, kind, size, modified }: Entry): string {
  const bytes = padWidth(size === undefined ? '' : formatBytes(size), 10, 'start')
  return `${bytes}  ${padWidth(modified?.toISOString().slice(0, 16).replace('T', ' ') ?? '', 16)}  ${printable(path, Infinity)}${kind === 'prefix' ? '/' : ''}`
}
